import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { COMMAND, vocabscope, vocabscopeJson } from './support';

/** How long a test looks for the first sign of a file that is being written. */
const LOOK_MS = 20_000;
const POLL_MS = 20;

let folder = '';
const at = (name: string): string => path.join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Line = Readonly<Record<string, unknown>>;

async function linesOf(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function exported(...args: string[]): Promise<Line> {
  return (await vocabscopeJson('export', ...args))['written'] as Line;
}

describe('an exported matrix', () => {
  const matrix = [SAMPLE_FOLDER, 'L5.FF.K[*]', '--exclude-undertrained', '--top', '6'];

  it('is what tokens prints, in every machine form', async () => {
    const { rows, options } = await vocabscopeJson('tokens', ...matrix);
    const expected = rows as (Line & Readonly<Record<'top' | 'bottom', readonly Line[]>>)[];

    expect(await exported(...matrix, '--out', at('k.jsonl'))).toMatchObject({ rows: 512 });
    const lines = await linesOf(at('k.jsonl'));
    expect(lines).toEqual(
      expected.map((row) => ({
        ...row,
        ...{ options, schema: 'vocabscope/1' },
        model: expect.objectContaining({ name: 'sample', architecture: 'gpt2' }) as unknown,
      })),
    );

    await exported(...matrix, '--out', at('k.csv'));
    const records: Record<string, string>[] = parse(await readFile(at('k.csv')), { columns: true });
    const places = expected.flatMap(({ component, z, top, bottom }) =>
      [...top, ...bottom].map(({ id, token, score }) =>
        [component, z, id, token ?? '', score].map(String),
      ),
    );
    expect(
      records.map((record) => ['component', 'z', 'id', 'token', 'score'].map((key) => record[key])),
    ).toEqual(places);

    await exported(...matrix, '--out', at('k.parquet'));
    const file = await asyncBufferFromFile(at('k.parquet'));
    const read = (await parquetReadObjects({ file })) as typeof expected;
    const brief = (row: (typeof expected)[number]): unknown => [
      ...[row['component'], row['z'], row['kurtosis_centered']],
      ...[row.top, row.bottom].map((list) => list.map(({ id, score }) => [id, score])),
    ];
    expect(read.map(brief)).toEqual(expected.map(brief));
  });

  it('is written as a document too', async () => {
    await exported(...matrix, '--out', at('k.md'));
    await exported(...matrix, '--out', at('k.html'));
    expect(await readFile(at('k.md'), 'utf8')).toMatch(/\n512 readings\.\n$/u);
    const page = await readFile(at('k.html'), 'utf8');
    expect(page.match(/<tr[ >]/gu)).toHaveLength(513);
    expect(page).toMatch(/<\/html>\n$/u);
  });
});

it('exports every row of a model', async () => {
  const family = familyFolder('gpt2');
  const { model } = await vocabscopeJson('info', family);
  const { n_layers: layers, d_vocab: tokens, d_ff: neurons, d_model: width } = model as Line;
  const written = await exported(family, '*', '--out', at('all.jsonl'));
  const perLayer = 2 * Number(neurons) + 4 * Number(width);
  const positions = (await linesOf(at('all.jsonl'))).filter(({ component }) =>
    String(component).startsWith('P['),
  );
  // Tied: rows of U are rows of E.
  const rows = Number(tokens) + positions.length + Number(layers) * perLayer;
  expect(written).toMatchObject({ rows });
});

it('exports heads as pairs prints them', async () => {
  const heads = [SAMPLE_FOLDER, 'L4.H2.VO', '--top', '9', '--exclude-case', '--no-statistics'];
  const { rows } = await vocabscopeJson('pairs', ...heads);
  await exported(...heads, '--out', at('heads.jsonl'));
  const [line] = await linesOf(at('heads.jsonl'));
  expect(line).toMatchObject((rows as Line[])[0] ?? {});
  expect(line).toMatchObject({ options: { top: 9, filters: { exclude_case: true } } });
});

describe('what cannot be written', () => {
  it.each([
    ['no file', [], 2, /--out FILE/u],
    ['an unknown ending', ['--out', 'readings.xls'], 1, /readings\.xls.*\.csv \(CSV\)/u],
    ['a folder that is not there', ['--out', '/no/such/k.csv'], 1, /no folder \/no\/such/u],
  ])('%s gets a sentence', async (_, args, code, sentence) => {
    const answer = await vocabscope('export', SAMPLE_FOLDER, 'E[1]', ...args, '--no-cache');
    expect(answer.code).toBe(code);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).toMatch(sentence);
    expect(answer.stderr).not.toMatch(/\n\s+at /u);
  });

  it('a component that does not exist leaves nothing', async () => {
    const answer = await vocabscope(
      ...['export', SAMPLE_FOLDER, 'L5.FF.K[0]', 'L9.FF.K[0]', '--no-cache'],
      ...['--out', at('k.csv')],
    );
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/layer 9/u);
    expect(await readdir(folder)).toEqual([]);
  });

  it('a full disk is said, and leaves what was there', async ({ skip }) => {
    const disk = at('disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('A small disk can be mounted by root alone.');
    }
    try {
      const file = path.join(disk, 'k.csv');
      await writeFile(file, 'old');
      const answer = await vocabscope(
        ...['export', SAMPLE_FOLDER, 'L5.FF.K[*]', '--no-cache', '--out', file],
      );
      expect(answer.code).toBe(1);
      expect(answer.stderr).toMatch(/no space left for .*k\.csv/u);
      expect(await readdir(disk)).toEqual(['k.csv']);
      expect(await readFile(file, 'utf8')).toBe('old');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing behind', async (signal) => {
  const file = at('all.csv');
  const child = spawn(
    COMMAND,
    ['export', SAMPLE_FOLDER, 'L*.FF.K[*]', '--top', '400', '--no-cache', '--out', file],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const deadline = Date.now() + LOOK_MS;
  while ((await readdir(folder)).length === 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^all\.csv\..*\.part$/u)]);
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(await readdir(folder)).toEqual([]);
});
