import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { vocabscope, vocabscopeJson } from './support';

interface Token {
  readonly id: number;
  readonly token: string | null;
}

interface PairRow {
  readonly component: string;
  readonly exact: boolean;
  readonly visited: number;
  readonly count?: number;
  readonly z: number | null;
  readonly pairings: number;
  readonly copying: { readonly share: number; readonly control: number } | null;
  readonly omitted: { readonly rows: Record<string, number>; readonly pairs: number };
  readonly note?: string;
  readonly top: readonly { row: Token; column: Token; score: number; dot?: number }[];
}

async function pairs(...args: string[]): Promise<PairRow[]> {
  return (await vocabscopeJson('pairs', ...args, '--no-statistics'))['rows'] as PairRow[];
}

async function head(...args: string[]): Promise<PairRow> {
  const [row] = await pairs(...args);
  if (row === undefined) {
    throw new Error('no head answered');
  }
  return row;
}

/** A copy of a family's checkpoint whose weights file is changed. */
async function copyFamily(
  family: string,
  folder: string,
  change: (bytes: Buffer) => void,
): Promise<void> {
  const from = familyFolder(family);
  for (const file of readdirSync(from)) {
    await copyFile(path.join(from, file), path.join(folder, file));
  }
  const file = path.join(folder, 'model.safetensors');
  const bytes = await readFile(file);
  change(bytes);
  await writeFile(file, bytes);
}

const HEAD = [SAMPLE_FOLDER, 'L4.H2.VO'];

function idsOf({ top }: PairRow): string[] {
  return top.map(({ row, column }) => `${String(row.id)} ${String(column.id)}`);
}

describe('pairs', () => {
  it('answers ranges of heads in their order', async () => {
    const found = await pairs(SAMPLE_FOLDER, 'L0:2.H*.QK', 'L5.H3.VO', '--top', '1');
    expect(found.map(({ component }) => component)).toEqual([
      ...['L0.H0.QK', 'L0.H1.QK', 'L0.H2.QK', 'L0.H3.QK'],
      ...['L1.H0.QK', 'L1.H1.QK', 'L1.H2.QK', 'L1.H3.QK', 'L5.H3.VO'],
    ]);
  });

  it('counts what is over a threshold and lists no more than that', async () => {
    const plain = await head(...HEAD, '--top', '40');
    const threshold = plain.top[29]?.score ?? NaN;
    const over = await head(...HEAD, '--top', '40', '--threshold', String(threshold));
    expect(over.count).toBe(29);
    expect(over.top).toEqual(plain.top.slice(0, 29));
    const few = await head(...HEAD, '--top', '3', '--threshold', String(threshold));
    expect(few).toMatchObject({ count: 29, top: plain.top.slice(0, 3) });
  });

  it('answers for chosen tokens what a search of everything says of them', async () => {
    const plain = await head(...HEAD, '--top', '2000');
    const chosen = plain.top[7];
    const row = `#${String(chosen?.row.id)}`;
    const column = `#${String(chosen?.column.id)}`;
    const wanted = plain.top.filter((pair) => pair.row.id === chosen?.row.id);
    const found = await head(...HEAD, '--row', row, '--top', String(wanted.length));
    expect(found.top).toEqual(wanted);
    const both = await head(...HEAD, '--row', row, '--column', column);
    expect(both.top).toEqual([chosen]);
    const named = await head(...HEAD, '--row', chosen?.row.token ?? '', '--top', '1');
    expect(named.top[0]?.row).toEqual(chosen?.row);
  });

  it('lists the most negative pairs, and the largest of either sign', async () => {
    const [best, worst, largest] = await Promise.all([
      head(...HEAD),
      head(...HEAD, '--negative'),
      head(...HEAD, '--rank', 'abs'),
    ]);
    const scores = worst.top.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores[0]).toBeLessThan(0);
    const either = [...best.top, ...worst.top]
      .toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score))
      .slice(0, 50);
    expect(new Set(idsOf(largest))).toEqual(new Set(idsOf({ ...largest, top: either })));
  });

  it('divides by both norms for cosines', async () => {
    const { top } = await head(...HEAD, '--rank', 'cosine');
    const { rows } = await vocabscopeJson(
      'tokens',
      SAMPLE_FOLDER,
      `E[${String(top[0]?.row.id)}]`,
      `E[${String(top[0]?.column.id)}]`,
    );
    const [a, b] = (rows as { norm: number }[]).map(({ norm }) => norm);
    expect((top[0]?.dot ?? NaN) / ((a ?? NaN) * (b ?? NaN))).toBeCloseTo(top[0]?.score ?? NaN, 7);
  });

  it('leaves tokens and alike pairs out before the search, and says how many', async () => {
    const all = await head(SAMPLE_FOLDER, 'L0.H3.QK', '--top', '3000');
    const filters = ['--exclude-undertrained', '--word-start', '--alphanumeric'];
    const filtered = await head(SAMPLE_FOLDER, 'L0.H3.QK', ...filters);
    expect(filtered.omitted.rows['undertrained']).toBe(227);
    expect(filtered.omitted.rows['filter']).toBeGreaterThan(1000);
    expect(
      filtered.top.every(({ row, column }) =>
        [row, column].every(({ token }) => /^ [\p{L}\p{N}]+$/u.test(token ?? '')),
      ),
    ).toBe(true);
    const unlike = await head(SAMPLE_FOLDER, 'L0.H3.QK', '--exclude-case', '--top', '100');
    const bare = ({ id, token }: Token): string =>
      token?.replace(/^ /u, '').toLowerCase() ?? `#${String(id)}`;
    const wanted = all.top.filter(({ row, column }) => bare(row) !== bare(column)).slice(0, 100);
    expect(unlike.omitted.pairs).toBeGreaterThan(8192);
    expect(idsOf(unlike).slice(0, wanted.length)).toEqual(idsOf({ ...unlike, top: wanted }));
  });

  it('reads without the common directions and with folded norms', async () => {
    const plain = await head(...HEAD, '--exclude-undertrained');
    const centred = await head(...HEAD, '--exclude-undertrained', '--without-common');
    const folded = await head(...HEAD, '--exclude-undertrained', '--fold', 'norms');
    expect(centred.exact && folded.exact).toBe(true);
    expect(idsOf(centred)).not.toEqual(idsOf(plain));
    expect(idsOf(folded)).not.toEqual(idsOf(plain));
  });

  it('turns queries of rotary models, and says where scores are exact', async () => {
    const llama = familyFolder('llama');
    const [here, explicit, away] = await Promise.all([
      head(llama, 'L0.H0.QK'),
      head(llama, 'L0.H0.QK', '--delta', '0'),
      head(llama, 'L0.H0.QK', '--delta', '3'),
    ]);
    expect(explicit.top).toEqual(here.top);
    expect(here.note).toMatch(/same position/u);
    expect(away.note).toMatch(/3 positions after/u);
    expect(idsOf(away)).not.toEqual(idsOf(here));
  });

  it('says of what a head moves, asked beside queries, that a distance changes nothing', async () => {
    const llama = familyFolder('llama');
    const [moved, turned] = await pairs(llama, 'L0.H0.VO', 'L0.H0.QK', '--delta', '3');
    expect(moved?.note).toMatch(/same at each/u);
    expect(moved?.top).toEqual((await head(llama, 'L0.H0.VO')).top);
    expect(turned).toEqual(await head(llama, 'L0.H0.QK', '--delta', '3'));
  });

  it('reads what a head promotes with W_E where there is no output embedding, and says so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-no-output-'));
    try {
      await copyFamily('llama', folder, (bytes) => {
        bytes.write('"no_head.weight"', bytes.indexOf('"lm_head.weight"'));
      });
      const [output, queries] = await pairs(folder, 'L0.H1.VO', 'L0.H1.QK');
      const [input] = await pairs(folder, 'L0.H1.VO', '--space', 'input');
      const [whole] = await pairs(familyFolder('llama'), 'L0.H1.QK');
      expect(output?.note).toMatch(/no output embedding.*W_E/u);
      expect(output?.top).toEqual(input?.top);
      expect(input?.note).toBeUndefined();
      expect(queries).toEqual(whole);
      const { rows } = await vocabscopeJson('tokens', folder, 'L0.H1.VO.S[0]');
      const [direction] = rows as { left: { note?: string }; right: { note?: string } }[];
      expect(direction?.right.note).toMatch(/no output embedding/u);
      expect(direction?.left.note).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('sets shuffled pairings beside each head', async () => {
    const { rows } = await vocabscopeJson('pairs', SAMPLE_FOLDER, 'L4.H2.VO', '--top', '1');
    const [row] = rows as PairRow[];
    expect(row?.pairings).toBe(16);
    expect(row?.z).toEqual(expect.any(Number));
    expect(row?.copying?.share).toBeGreaterThanOrEqual(0);
  });

  it('reads singular directions among rows, flipped so that the clearer side is its top', async () => {
    const { rows } = await vocabscopeJson(
      'tokens',
      SAMPLE_FOLDER,
      ...['E[5]', 'L5.H2.VO.S[0:3]', 'L5.FF.V[1]'],
    );
    interface Side {
      readonly kurtosis_centered: number;
      readonly speaks: string;
    }
    const found = rows as { component: string; left?: Side; right?: Side }[];
    expect(found.map(({ component }) => component)).toEqual([
      ...['E[5]', 'L5.H2.VO.S[0]', 'L5.H2.VO.S[1]', 'L5.H2.VO.S[2]', 'L5.FF.V[1]'],
    ]);
    for (const { left, right } of found.slice(1, 4)) {
      const clearer =
        (left?.kurtosis_centered ?? 0) >= (right?.kurtosis_centered ?? 0) ? left : right;
      expect(clearer?.speaks).toBe('top');
    }
  });
});

describe('bad input', () => {
  it.each([
    ['a head too many', [SAMPLE_FOLDER, 'L0.H4.VO'], 1, /head 4.*heads 0 to 3/u],
    ['a layer too many', [SAMPLE_FOLDER, 'L9.H0.QK'], 1, /layer 9.*layers 0 to 5/u],
    ['a component that is no head', [SAMPLE_FOLDER, 'L0.FF.K[1]'], 1, /L1\.H3\.VO/u],
    ['a direction', [SAMPLE_FOLDER, 'L0.H0.VO.S[0]'], 1, /vocabscope tokens/u],
    ['no head', [SAMPLE_FOLDER], 2, /at least one head/u],
    ['no token', [...HEAD, '--row', ' acttor'], 1, /" acttor".*Nearest.*" actor"/u],
    ['an id too high', [...HEAD, '--column', '#9000'], 1, /#9000.*0 to 8191/u],
    ['a distance without rotation', [...HEAD, '--delta', '1'], 1, /learned.*--delta/u],
    [
      'a distance of what heads move',
      [familyFolder('llama'), 'L0.H*.VO', '--delta', '3'],
      1,
      /L0\.H0\.VO is the same at every distance.*L0\.H0\.QK/u,
    ],
    ['half a position', [familyFolder('llama'), 'L0.H0.QK', '--delta', '0.5'], 2, /--delta/u],
    ['a threshold of no number', [...HEAD, '--threshold', 'high'], 2, /--threshold/u],
    ['a threshold below millions', [...HEAD, '--threshold', '-100'], 1, /1,000,000 pairs/u],
    ['magnitude and sign at once', [...HEAD, '--negative', '--rank', 'abs'], 2, /--negative/u],
    ['specificity', [...HEAD, '--rank', 'specificity'], 2, /specificity/u],
    [
      'folding where norms follow',
      [familyFolder('bert'), 'L0.H0.VO', '--fold', 'norms'],
      1,
      /norm/u,
    ],
  ])('%s gets a sentence', async (_, args, code, sentence) => {
    const answer = await vocabscope('pairs', ...args, '--no-cache', '--no-statistics');
    expect(answer.stderr).toMatch(sentence);
    expect(answer.stderr).not.toMatch(/\n\s+at /u);
    expect(answer.code).toBe(code);
    expect(answer.stdout).toBe('');
  });

  it.each([
    ['a head', 'transformer.h.1.attn.c_attn.weight', 'L1.H0.VO', /L1\.H\d\.V.*NaN/u],
    ['the embedding', 'transformer.wte.weight', 'L0.H0.VO', /W_E.*token 0/u],
  ])('weights of %s that are NaN are refused', async (_, tensor, component, sentence) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-nan-'));
    try {
      await copyFamily('gpt2', folder, (bytes) => {
        const header = Number(bytes.readBigUInt64LE(0));
        const described = JSON.parse(bytes.toString('utf8', 8, 8 + header)) as Record<
          string,
          { data_offsets: [number, number] }
        >;
        const [start = 0, end = 0] = described[tensor]?.data_offsets ?? [];
        const last = tensor.includes('wte') ? start + 4 : end;
        for (let at = start; at < last; at += 4) {
          bytes.writeFloatLE(NaN, 8 + header + at);
        }
      });
      const answer = await vocabscope('pairs', folder, component, '--no-cache');
      expect(answer.stderr).toMatch(sentence);
      expect(answer.code).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
