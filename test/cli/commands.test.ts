import { copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { vocabscope, vocabscopeIn, vocabscopeJson } from './support';

interface Row {
  readonly component: string;
  readonly score?: number;
  readonly sharedBy?: readonly string[];
  readonly omitted: Record<string, number>;
  readonly top: readonly { id: number; token: string | null; score: number; dot?: number }[];
  readonly bottom: readonly unknown[];
}

async function rows(...args: string[]): Promise<Row[]> {
  return (await vocabscopeJson('tokens', ...args))['rows'] as Row[];
}

describe('help and exit codes', () => {
  it.each([
    [['--help'], 0, /vocabscope COMMAND/u],
    [['tokens', '--help'], 0, /L3\.FF\.K\[907\]/u],
    [['--version'], 0, /^\d+\.\d+\.\d+/u],
  ])('%j answers on standard output', async (args, code, text) => {
    const answer = await vocabscope(...args);
    expect(answer.code).toBe(code);
    expect(answer.stdout).toMatch(text);
    expect(answer.stderr).toBe('');
  });

  it.each([
    ['an unknown command', ['paint', SAMPLE_FOLDER], 2, /"paint"/u],
    ['an unknown option', ['info', SAMPLE_FOLDER, '--colour'], 2, /--colour/u],
    [
      'a choice that does not exist',
      ['tokens', SAMPLE_FOLDER, 'E[1]', '--rank', 'sum'],
      2,
      /dot, cosine/u,
    ],
    ['a number that is none', ['tokens', SAMPLE_FOLDER, 'E[1]', '--top', 'all'], 2, /--top/u],
    [
      'an option for pairs alone',
      ['tokens', SAMPLE_FOLDER, 'E[1]', '--exclude-same'],
      1,
      /--exclude-same \(leave out pairs .*\) is for vocabscope pairs and vocabscope export; vocabscope tokens/u,
    ],
    ['an empty path', ['info', ''], 1, /path is empty/u],
    ['an empty tokenizer path', ['info', SAMPLE_FOLDER, '--tokenizer', ''], 1, /empty/u],
    ['an empty config path', ['info', SAMPLE_FOLDER, '--config', ''], 1, /empty/u],
    ['no component', ['tokens', SAMPLE_FOLDER], 2, /component/u],
    ['a path that is not there', ['info', '/no/such/model'], 1, /no\/such\/model/u],
    ['a component of no known form', ['tokens', SAMPLE_FOLDER, 'layer3'], 1, /layer3.*L3\.FF\.K/u],
    ['a layer too many', ['tokens', SAMPLE_FOLDER, 'L6.FF.K[0]'], 1, /L6|layer 6|layers 0 to 5/u],
    ['a row too many', ['tokens', SAMPLE_FOLDER, 'L5.FF.K[512]'], 1, /512/u],
    ['a token too many', ['vocab', SAMPLE_FOLDER, '8192'], 1, /8192/u],
    ['a text that is no token', ['search', SAMPLE_FOLDER, 'sheepdog'], 1, /spell it.*Nearest/u],
    ['a search for nothing', ['search', SAMPLE_FOLDER], 2, /token/u],
    ['a kind that does not exist', ['search', SAMPLE_FOLDER, '#1', '--kind', 'FF'], 2, /FF\.K/u],
    ['a run of nothing', ['run', SAMPLE_FOLDER], 2, /--text TEXT/u],
    ['a text of nothing', ['run', SAMPLE_FOLDER, '--text', ''], 1, /empty/u],
    [
      'a position that is none',
      ['run', SAMPLE_FOLDER, '--text', 'a', '--position', 'x'],
      2,
      /last/u,
    ],
    [
      'a position too many',
      ['run', SAMPLE_FOLDER, '--text', 'a b', '--position', '2'],
      1,
      /2 tokens.*from 0 to 1/u,
    ],
    [
      'a run of unlike rows',
      ['run', SAMPLE_FOLDER, '--text', 'a', '--rank', 'specificity'],
      2,
      /dot, cosine or abs/u,
    ],
    ['a kind that the model lacks', ['search', SAMPLE_FOLDER, '#1', '--kind', 'C'], 1, /kind C/u],
    [
      'a list that is not there',
      ['tokens', SAMPLE_FOLDER, 'E[1]', '--list', '/no/list'],
      1,
      /no\/list/u,
    ],
  ])('%s gets a sentence', async (_, args, code, text) => {
    const answer = await vocabscope(...args, '--no-cache');
    expect(answer.code).toBe(code);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).toMatch(text);
    expect(answer.stderr).not.toMatch(/\n\s+at /u);
  });
});

it('answers where no cache can be kept', async () => {
  const environment = { ...process.env, XDG_CACHE_HOME: '/proc/vocabscope' };
  const answer = await vocabscopeIn(environment, 'tokens', SAMPLE_FOLDER, 'E[1]', '--json');
  expect(answer.code).toBe(0);
  expect(JSON.parse(answer.stdout)).toMatchObject({ rows: [{ component: 'E[1]' }] });
});

describe('paths', () => {
  it.each(['', 'model.safetensors', 'config.json', 'tokenizer.json'])(
    'finds the model from "%s"',
    async (file) => {
      const { model } = await vocabscopeJson('info', path.join(SAMPLE_FOLDER, file));
      expect(model).toMatchObject({ architecture: 'gpt2', n_layers: 6, tokenizer: { size: 8192 } });
    },
  );

  it('takes a tokenizer and a config from elsewhere', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-cli-'));
    try {
      await copyFile(
        path.join(SAMPLE_FOLDER, 'model.safetensors'),
        path.join(folder, 'model.safetensors'),
      );
      const bare = await vocabscopeJson('info', folder);
      expect(bare['model']).toMatchObject({ tokenizer: null });
      const companions = [
        '--config',
        path.join(SAMPLE_FOLDER, 'config.json'),
        '--tokenizer',
        SAMPLE_FOLDER,
      ];
      const { model } = await vocabscopeJson('info', folder, ...companions);
      expect(model).toMatchObject({ n_heads: 4, tokenizer: { size: 8192 } });
      const [row] = await rows(folder, 'L5.FF.K[317]', '--exclude-undertrained', ...companions);
      expect(row?.top.slice(0, 3).map(({ token }) => token)).toContain(' were');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('components', () => {
  it('answers ranges in their order', async () => {
    const found = await rows(SAMPLE_FOLDER, 'L1:3.FF.V[2:4]', 'E[5]', 'L0.H*.O[31]');
    expect(found.map(({ component }) => component)).toEqual([
      ...['L1.FF.V[2]', 'L1.FF.V[3]', 'L2.FF.V[2]', 'L2.FF.V[3]', 'E[5]'],
      ...['L0.H0.O[31]', 'L0.H1.O[31]', 'L0.H2.O[31]', 'L0.H3.O[31]'],
    ]);
  });

  it('answers a whole vocabulary in blocks as it answers parts', async () => {
    const all = await rows(SAMPLE_FOLDER, 'E[*]', 'L0.FF.V[3]', '--top', '2');
    expect(all).toHaveLength(8193);
    const ids = all.map(({ component }) => component);
    expect(ids.at(-1)).toBe('L0.FF.V[3]');
    expect(ids.slice(0, -1)).toEqual(Array.from({ length: 8192 }, (_, id) => `E[${String(id)}]`));
    const parts = await rows(SAMPLE_FOLDER, 'E[1020:1028]', 'E[8191]', '--top', '2');
    expect(parts.map(({ top }) => top)).toEqual(
      [...all.slice(1020, 1028), all[8191]].map((row) => row?.top),
    );
  });

  it('writes nothing where any component is wrong, however late it stands', async () => {
    const answer = await vocabscope('tokens', SAMPLE_FOLDER, 'E[*]', 'L0.H9.VO.S[0]', '--json');
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toMatch(/head 9/u);
  });

  it('shows rows of grouped queries once in ranges, and under the id asked for', async () => {
    const folder = familyFolder('llama');
    const ranged = await rows(folder, 'L0.H*.K[1]');
    expect(ranged.map(({ component }) => component)).toEqual(['L0.H0.K[1]', 'L0.H3.K[1]']);
    const [asked] = await rows(folder, 'L0.H5.K[1]');
    expect(asked?.component).toBe('L0.H5.K[1]');
    expect(asked?.sharedBy).toEqual(['L0.H3.K[1]', 'L0.H4.K[1]']);
    expect(asked?.top).toEqual(ranged[1]?.top);
    const [inside, ...others] = await rows(folder, 'L1.H4:6.K[0]');
    expect(inside).toMatchObject({
      component: 'L1.H3.K[0]',
      sharedBy: ['L1.H4.K[0]', 'L1.H5.K[0]'],
    });
    expect(others).toEqual([]);
  });

  it('names classifier rows by label and by number', async () => {
    const found = await rows(familyFolder('bert_classifier'), 'C[positive]', 'C[2]', 'C[*]');
    expect(found.map(({ component }) => component)).toEqual([
      ...['C[positive]', 'C[positive]'],
      ...['C[negative]', 'C[neutral]', 'C[positive]'],
    ]);
  });
});

describe('search', () => {
  it('names rows by score, with readability and the place of the token', async () => {
    const answer = await vocabscopeJson(
      ...['search', SAMPLE_FOLDER, ' she', '#339', '--kind', 'FF.V,FF.K', '--kind', 'O'],
      ...['--top', '3'],
    );
    const found = answer['rows'] as Record<string, unknown>[];
    expect(found.map(({ token, id }) => [token, id])).toEqual([
      ...[0, 1, 2].map(() => [' she', 537]),
      ...[0, 1, 2].map(() => ['ith', 339]),
    ]);
    expect(found[0]).toMatchObject({ component: 'L5.FF.K[324]', space: 'input', rank: 4 });
    expect(found[0]?.['score']).toBeCloseTo(0.423009984548, 9);
    expect(answer['options']).toMatchObject({
      top: 3,
      kinds: ['FF.V', 'FF.K', 'O'],
      sort: 'score',
    });
  });
});

describe('options', () => {
  it('leaves filtered tokens out before the list is made, and says how many', async () => {
    const [row] = await rows(
      SAMPLE_FOLDER,
      'L5.FF.V[1]',
      '--top',
      '200',
      '--alphanumeric',
      '--word-start',
    );
    expect(row?.top).toHaveLength(200);
    expect(row?.top.every(({ token }) => /^ [\p{L}\p{N}]+$/u.test(token ?? ''))).toBe(true);
    expect(row?.omitted['filter']).toBeGreaterThan(1000);
    const [hidden] = await rows(SAMPLE_FOLDER, 'L5.FF.V[1]', '--exclude-undertrained');
    expect(hidden?.omitted).toEqual({ undertrained: 227, special: 0, padding: 0, filter: 0 });
  });

  it('ranks by absolute score, cosine and specificity', async () => {
    const [abs] = await rows(SAMPLE_FOLDER, 'L5.FF.V[1]', '--rank', 'abs', '--top', '50');
    const sizes = abs?.top.map(({ score }) => Math.abs(score)) ?? [];
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(abs?.bottom).toEqual([]);
    const [cosine] = await rows(SAMPLE_FOLDER, 'E[262]', '--rank', 'cosine');
    expect(cosine?.top[0]).toMatchObject({ id: 262 });
    expect(cosine?.top[0]?.score).toBeCloseTo(1, 6);
    expect(cosine?.top[0]?.dot).toBeGreaterThan(0);
    const [specific] = await rows(SAMPLE_FOLDER, 'L5.FF.V[1]', '--rank', 'specificity');
    expect(specific?.top[0]?.dot).toBeDefined();
  });
});

describe('what a terminal and a machine see', () => {
  it('shows what a file could steer a terminal with instead of sending it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-cli-'));
    try {
      await cp(familyFolder('bert_classifier'), folder, { recursive: true });
      const config = path.join(folder, 'config.json');
      const labels = { 0: 'e\u001b[31mvil\n', 1: 'b', 2: 'c' };
      const text = await readFile(config, 'utf8');
      await writeFile(config, JSON.stringify({ ...JSON.parse(text), id2label: labels }));
      for (const args of [['info'], ['tokens', 'C[0]']]) {
        const [command = '', ...components] = args;
        const { stdout } = await vocabscope(command, folder, ...components, '--no-cache');
        expect(stdout).toContain('e\\u{1b}[31mvil\\u{a}');
        expect(stdout).not.toContain('\u001b');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says why tokens are ids, and why a row has no statistics', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-cli-'));
    try {
      await cp(familyFolder('gpt2'), folder, { recursive: true });
      await Promise.all(['vocab.json', 'merges.txt'].map((file) => rm(path.join(folder, file))));
      const { stdout } = await vocabscope('tokens', folder, 'E[3]', '--no-cache');
      expect(stdout).toMatch(/No tokenizer lies beside .*shown as ids/u);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps no usage events: nothing but its own cache appears in a home folder', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'vocabscope-home-'));
    try {
      // ONNX Runtime holds its tongue where CI is set; people's machines do not set it.
      const environment = { ...process.env, HOME: home, XDG_CACHE_HOME: '', CI: undefined };
      const answer = await vocabscopeIn(environment, 'tokens', SAMPLE_FOLDER, 'L5.FF.K[317]');
      expect(answer.code).toBe(0);
      const files = await readdir(home, { recursive: true });
      const foreign = files.filter(
        (file) => !/^\.cache(\/vocabscope(\/[0-9a-f]+\.vscache)?)?$/u.test(file),
      );
      expect(foreign).toEqual([]);
      expect(files.length).toBeGreaterThan(2);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
