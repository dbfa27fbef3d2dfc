import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CancelledError } from '../../../../src/core/errors';
import { DEFAULT_OPTIONS } from '../../../../src/core/projection/options';
import { quietContext, type WorkContext } from '../../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../../src/engine/service';
import { COMPARISONS, partOf, type Comparison } from '../../../../src/protocol/export';
import type { ComparisonExport, ComparisonExportParams } from '../../../../src/protocol/export';
import { decimal } from '../../../../src/protocol/written/numbers';
import { quotedTokens } from '../../../../src/protocol/written/words';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
} from '../../../support/syntheticModel';

/** More rows than are read at once, so that pages meet. */
const NEURONS = 300;
/** Rows that are read at once. */
const PAGE = 256;

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-comparison-'));
let engine: EngineService;
let model: string;
let other: string;

const A: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: NEURONS, tied: true, seed: 1 },
  tokens: Array.from({ length: 40 }, (_, i) => `w${String(i)}`),
};

beforeAll(async () => {
  engine = createEngineService({
    ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 28 },
  });
  const open = async (name: string, seed: number): Promise<string> => {
    const folder = writeSyntheticModel(path.join(scratch, name), { ...A, seed });
    return (await engine.open({ path: folder }, quietContext())).model;
  };
  model = await open('a', 1);
  other = await open('b', 2);
});
afterAll(async () => {
  await engine.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const OPTIONS = { ...DEFAULT_OPTIONS, k: 3 };

function comparison(what: Comparison['what']): Comparison {
  const compared = { other, excludeUndertrained: false };
  const ranked = { sort: 'norm', descending: true } as const;
  const all: { readonly [W in Comparison['what']]: Extract<Comparison, { what: W }> } = {
    alignedLayers: { what: 'alignedLayers', ...compared },
    alignedRows: {
      ...{ what: 'alignedRows', ...compared, group: 'FF.V', layerA: 0, layerB: 1 },
      ...{ sort: 'rho', mutualOnly: false, options: OPTIONS },
    },
    alignedHeads: { what: 'alignedHeads', ...compared, kind: 'VO' },
    changedRows: { what: 'changedRows', other, ...ranked, options: OPTIONS, matrix: 'L1.FF.K' },
    changedTensors: { what: 'changedTensors', other },
    layerPushes: { what: 'layerPushes', other, options: OPTIONS },
    steps: { what: 'steps', steps: [other, model], options: OPTIONS, components: ['L0.FF.V[3]'] },
  };
  return all[what];
}

async function written(
  what: Comparison['what'],
  name: string,
  context: WorkContext = quietContext(),
): Promise<ComparisonExport> {
  const file = path.join(scratch, name);
  const asked = { ...comparison(what), model, file, part: partOf(file, 'test') };
  return engine.exportComparison(asked, context);
}

type Line = Record<string, string>;

async function csvLines(what: Comparison['what']): Promise<Line[]> {
  const { file } = await written(what, `${what}.csv`);
  return parse<Line>(readFileSync(file, 'utf8'), { columns: true });
}

type Json = Readonly<Record<string, unknown>>;

/** A column of each comparison, where JSON has its numbers, and with how many digits Markdown shows them. */
const NUMBERS: Readonly<
  Record<
    Comparison['what'],
    { column: string; digits: number; inJson: (document: Json) => readonly unknown[] }
  >
> = {
  alignedLayers: {
    ...{ column: 'value', digits: 3 },
    inJson: ({ groups }) =>
      Object.values(groups as Record<string, Record<string, Record<string, Json>>>)
        .flatMap((spaces) => Object.values(spaces).flatMap(({ best, mean }) => [best, mean]))
        .flatMap((found) => (found?.['matrix'] as number[][]).flat()),
  },
  alignedRows: { column: 'nearest_rho', digits: 3, inJson: nearestRho },
  alignedHeads: { column: 'nearest_rho', digits: 3, inJson: nearestRho },
  changedRows: { column: 'norm', digits: 4, inJson: ({ rows }) => normsOf(rows) },
  changedTensors: { column: 'norm', digits: 4, inJson: ({ tensors }) => normsOf(tensors) },
  layerPushes: { column: 'norm', digits: 4, inJson: ({ layers }) => normsOf(layers) },
  steps: {
    ...{ column: 'norm', digits: 3 },
    inJson: ({ tables, rows }) =>
      [...(tables as Json[]), ...(rows as Json[])].flatMap(({ points }) => normsOf(points)),
  },
};

function nearestRho({ rows }: Json): readonly unknown[] {
  return (rows as { nearest: { rho: number } }[]).map(({ nearest }) => nearest.rho);
}

function normsOf(items: unknown): readonly unknown[] {
  return (items as Json[]).map(({ norm }) => norm);
}

test.each(COMPARISONS)('%s: CSV, Parquet, JSON and Markdown hold the same', async (what) => {
  const lines = await csvLines(what);
  expect(lines.length).toBeGreaterThan(0);
  const { file, items, bytes } = await written(what, `${what}.parquet`);
  expect(bytes).toBeGreaterThan(0);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  // Parquet says in its metadata what CSV says on every line.
  const said = rows.map((row) =>
    Object.values(row).map((value) => (value === null ? '' : String(value as number))),
  );
  const columns = Object.keys(rows[0] ?? {});
  expect(said).toEqual(lines.map((line) => columns.map((name) => line[name])));
  const json = await written(what, `${what}.json`);
  const document = JSON.parse(readFileSync(json.file, 'utf8')) as Json;
  const { column, digits, inJson } = NUMBERS[what];
  const numbers = lines.map((line) => Number(line[column]));
  expect(inJson(document)).toEqual(numbers);
  expect(document).toMatchObject({ schema: 'vocabscope/1' });
  const last = Object.values(document).at(-1);
  if (!['alignedLayers', 'steps'].includes(what)) expect(last).toHaveLength(items);
  const markdown = await written(what, `${what}.md`);
  expect(markdown.items).toBe(items);
  const text = readFileSync(markdown.file, 'utf8');
  expect(text).toMatch(/^# [\s\S]*\n\|[\s\S]*\|\n+$/u);
  const shown = new Set(text.split(/[\s|*]+/u));
  expect(numbers.filter((number) => !shown.has(decimal(number, digits)))).toEqual([]);
});

test.each(COMPARISONS)(
  '%s says of both models what they are, and how they were read',
  async (what) => {
    const [line = {}] = await csvLines(what);
    const beside = what.startsWith('aligned') ? 'other' : 'base';
    expect(line).toMatchObject({ architecture: 'gpt2', weights: 'model.safetensors' });
    if (what !== 'steps') {
      expect(line).toMatchObject({ [`${beside}_weights`]: 'model.safetensors' });
    }
    const { options = {} } = comparison(what) as { options?: object };
    if ('k' in options) expect(line).toMatchObject({ option_top: '3', option_rank: 'dot' });
    const more: Partial<Record<Comparison['what'], Line>> = {
      alignedRows: {
        ...{ option_sort: 'rho', option_group: 'FF.V', option_layer_a: '0', option_layer_b: '1' },
      },
      alignedHeads: { option_kind: 'VO' },
      changedRows: { option_sort: 'norm', option_matrix: 'L1.FF.K' },
    };
    expect(line).toMatchObject(more[what] ?? {});
  },
);

test('numbers that are not finite are nothing in files for programs, no rows are a list of none', async () => {
  const tensors = syntheticTensors(A);
  tensors['transformer.h.1.mlp.c_proj.weight']?.values.set([NaN], 3);
  const folder = writeSyntheticModel(path.join(scratch, 'damaged'), A, tensors);
  const damaged = (await engine.open({ path: folder }, quietContext())).model;
  const write = async (name: string, matrix: string): Promise<string> => {
    const file = path.join(scratch, name);
    const asked = { what: 'changedRows', other: model, sort: 'norm', descending: true } as const;
    const params = { ...asked, options: OPTIONS, matrix, model: damaged };
    await engine.exportComparison({ ...params, file, part: partOf(file, 'test') }, quietContext());
    return file;
  };
  const csv = readFileSync(await write('damaged.csv', 'L1.FF.V'), 'utf8');
  const [line] = parse<Line>(csv, { columns: true });
  expect(line).toMatchObject({ component: 'L1.FF.V[0]', norm: '', relative: '' });
  const parquet = await asyncBufferFromFile(await write('damaged.parquet', 'L1.FF.V'));
  expect(await parquetReadObjects({ file: parquet })).toMatchObject([
    { component: 'L1.FF.V[0]', norm: null, relative: null },
  ]);
  const json = readFileSync(await write('damaged.json', 'L1.FF.V'), 'utf8');
  expect(JSON.parse(json)).toMatchObject({ rows: [{ norm: null, relative: null }] });
  expect(readFileSync(await write('damaged.md', 'L1.FF.V'), 'utf8')).toContain('| NaN |');
  const none = await asyncBufferFromFile(await write('none.parquet', 'L0.FF.V'));
  expect(await parquetReadObjects({ file: none })).toEqual([]);
  expect(
    readFileSync(await write('none.csv', 'L0.FF.V'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1);
  expect(JSON.parse(readFileSync(await write('none.json', 'L0.FF.V'), 'utf8'))).toMatchObject({
    rows: [],
  });
});

test('rows that changed are all there, in their order, as the engine answers them', async () => {
  const lines = await csvLines('changedRows');
  expect(lines).toHaveLength(NEURONS);
  const page = { sort: 'norm', descending: true, start: 0, count: 1000 } as const;
  const { rows, readings } = await engine.diffRows(
    { model, other, ...page, options: OPTIONS, matrix: 'L1.FF.K', readings: true },
    quietContext(),
  );
  expect(
    lines.map(({ component, norm, plus, minus }) => [component, Number(norm), plus, minus]),
  ).toEqual(
    rows.map(({ component, norm, plus, minus }) => [
      ...[component, norm, quotedTokens(plus), quotedTokens(minus)],
    ]),
  );
  expect(lines.map(({ base_top, tuned_bottom }) => [base_top, tuned_bottom])).toEqual(
    (readings ?? []).map(({ base, tuned }) => [
      ...[quotedTokens(base?.top ?? []), quotedTokens(tuned.bottom)],
    ]),
  );
});

test('matched rows are all there, in their order, with both readings', async () => {
  const lines = await csvLines('alignedRows');
  const asked = comparison('alignedRows') as Extract<Comparison, { what: 'alignedRows' }>;
  const { rows } = await engine.alignRows(
    { ...asked, model, start: 0, count: 1000 },
    quietContext(),
  );
  expect(lines).toHaveLength(NEURONS);
  expect(
    lines.map((line) => [line['component'], line['nearest_component'], line['nearest_top']]),
  ).toEqual(
    rows.map(({ component, nearest, nearestReading }) => [
      ...[component, nearest?.component, quotedTokens(nearestReading?.top ?? [])],
    ]),
  );
  const assigned = lines.map((line) => line['assigned_component']);
  expect(new Set(assigned).size).toBe(NEURONS);
});

test('says how far it is, and a cancelled one leaves nothing', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const context: WorkContext = {
    cancellation: controller.signal,
    onProgress: ({ done, total, unit }) => {
      if (unit !== 'rows' || total !== NEURONS) return;
      seen.push(done);
      controller.abort();
    },
  };
  await expect(written('changedRows', 'cancelled.csv', context)).rejects.toThrow(CancelledError);
  expect(seen.length).toBeGreaterThan(0);
  expect(readdirSync(scratch).filter((name) => name.startsWith('cancelled'))).toEqual([]);
});

test('lists of thousands of tokens come in shorter pages', async () => {
  const file = path.join(scratch, 'many.csv');
  const options = { ...OPTIONS, k: 50_000 };
  const asked = { what: 'changedRows', other, sort: 'norm', descending: true } as const;
  const params = { ...asked, options, matrix: 'L1.Q', model, file, part: partOf(file, 'test') };
  const { items } = await engine.exportComparison(params, quietContext());
  expect(items).toBe(A.width);
});

test('a step of more than two billion is a number of every form', async () => {
  const folder = writeSyntheticModel(path.join(scratch, 'checkpoint-3000000000'), A);
  const last = (await engine.open({ path: folder }, quietContext())).model;
  const file = path.join(scratch, 'far.parquet');
  const asked = {
    ...{ what: 'steps' as const, steps: [other, last], model: last },
    ...{ options: OPTIONS, components: ['L0.FF.V[3]'] },
  };
  await engine.exportComparison({ ...asked, file, part: partOf(file, 'test') }, quietContext());
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(rows.map(({ step }) => step as unknown)).toEqual([null, 3_000_000_000]);
});

test('from the first page on, progress never falls', async () => {
  for (const what of ['changedRows', 'alignedRows'] as const) {
    const shares: number[] = [];
    const context: WorkContext = {
      ...quietContext(),
      onProgress: ({ done, total, unit }) => {
        if (shares.length > 0 || (unit === 'rows' && total === NEURONS && done === PAGE)) {
          shares.push(done / total);
        }
      },
    };
    await written(what, `share-${what}.csv`, context);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  }
});

test.each([
  [
    'changedRows',
    { sort: 'banana' },
    /^The sort is "banana"; choose among norm, relative, z, row\.$/u,
  ],
  ['alignedRows', { sort: 'banana' }, /^The sort is "banana"; choose among rho, row\.$/u],
  ['alignedRows', { group: 'QK' }, /^The group is "QK"; choose among FF\.K, /u],
] as const)('%s with %j is refused: pages are not checked elsewhere', async (what, wrong, says) => {
  const file = path.join(scratch, 'wrong.csv');
  const asked = { ...comparison(what), ...wrong, model, file, part: partOf(file, 'test') };
  await expect(
    engine.exportComparison(asked as ComparisonExportParams, quietContext()),
  ).rejects.toMatchObject({ reason: 'usage', message: expect.stringMatching(says) as string });
  expect(existsSync(file)).toBe(false);
});

test('a name that says no form is refused before anything is written', async () => {
  await expect(written('steps', 'steps.xls')).rejects.toThrow(/\.csv \(CSV\), \.json \(JSON\)/u);
  expect(existsSync(path.join(scratch, 'steps.xls'))).toBe(false);
});
