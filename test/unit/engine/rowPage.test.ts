import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { RowPageParams } from '../../../src/protocol/engineApi';
import type { TableRow } from '../../../src/protocol/reading';
import { SAMPLE_FOLDER } from '../../support/goldens';

/** Norms are summed in float64 from float32 weights, in another order than the reading's. */
const TOLERANCE = 1e-6;

let engine: EngineService;
let model = '';
beforeAll(async () => {
  engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: 2 ** 28,
  });
  model = (await engine.open({ path: SAMPLE_FOLDER }, quietContext())).model;
});
afterAll(() => engine.dispose());

function params(matrix: string, change: Partial<RowPageParams> = {}): RowPageParams {
  const order = { sort: 'row', descending: false, start: 0, count: 1000 } as const;
  return { model, matrix, options: DEFAULT_OPTIONS, ...order, ...change };
}

async function rowsOf(asked: RowPageParams): Promise<readonly TableRow[]> {
  return (await engine.rowPage({ ...asked, statistics: false }, quietContext())).rows;
}

function inOrder(values: readonly number[], descending: boolean): boolean {
  return values.every((value, i) => {
    const before = values[i - 1] ?? value;
    return descending ? value <= before + TOLERANCE : value >= before - TOLERANCE;
  });
}

describe('a matrix that is not scanned', () => {
  it.each<[string, boolean, ReadingOptions['fold']]>([
    ['L4.FF.V', true, 'none'],
    ['L4.FF.V', false, 'norms'],
    ['L2.Q', true, 'norms'],
    ['L2.H1.K', false, 'none'],
  ])('%s is sorted by norm, descending %s, fold %s', async (matrix, descending, fold) => {
    const options = { ...DEFAULT_OPTIONS, fold };
    const own = await rowsOf(params(matrix, { options }));
    const sorted = await rowsOf(params(matrix, { options, sort: 'norm', descending }));
    const names = (rows: readonly TableRow[]): string[] => rows.map(({ component }) => component);
    expect(names(sorted).sort()).toEqual(names(own).sort());
    expect(names(sorted)).not.toEqual(names(own));
    const norms = sorted.map(({ norm }) => norm);
    expect(inOrder(norms, descending)).toBe(true);
    const page = await rowsOf(
      params(matrix, { options, sort: 'norm', descending, start: 7, count: 5 }),
    );
    expect(page).toEqual(sorted.slice(7, 12));
  });

  it('keeps its own order where only a scan could tell another', async () => {
    const page = await engine.rowPage(
      params('L4.FF.V', {
        sort: 'z',
        count: 3,
        filter: { numbers: [{ field: 'z', operator: '>', value: 3 }] },
      }),
      quietContext(),
    );
    expect(page).toMatchObject({ scanned: false, total: 512 });
    expect(page.rows.map(({ component }) => component)).toEqual([
      'L4.FF.V[0]',
      'L4.FF.V[1]',
      'L4.FF.V[2]',
    ]);
  });
});

describe.each([false, true])('rows by name, scanned %s', (scanned) => {
  beforeAll(async () => {
    if (scanned) {
      await engine.scan({ model, matrix: 'L3.O', options: DEFAULT_OPTIONS }, quietContext());
    }
  });

  it('are the pages’ ids, in any order', async () => {
    const order = { sort: 'norm', descending: true } as const;
    const { ids, total } = await engine.rowIds(
      params('L3.H1.O', { ...order, start: 4, count: 9 }),
      quietContext(),
    );
    const rows = await rowsOf(params('L3.H1.O', order));
    expect(total).toBe(rows.length);
    expect(ids).toEqual(rows.slice(4, 13).map(({ component }) => component));
  });

  it('can be chosen', async () => {
    const components = ['L3.H1.O[30]', 'L3.H0.O[2]', 'L3.H3.O[7]', 'L2.H1.O[7]'];
    const { rows, total } = await engine.rowPage(
      params('L3.O', { filter: { components }, statistics: false }),
      quietContext(),
    );
    expect(total).toBe(3);
    expect(rows.map(({ component }) => component)).toEqual([
      'L3.H0.O[2]',
      'L3.H1.O[30]',
      'L3.H3.O[7]',
    ]);
    const { ids } = await engine.rowIds(
      params('L3.H1.O', { filter: { components } }),
      quietContext(),
    );
    expect(ids).toEqual(['L3.H1.O[30]']);
  });
});

it('every number of a scanned table sorts it, and the filter leaves what holds a token', async () => {
  await engine.scan({ model, matrix: 'L5.FF.K', options: DEFAULT_OPTIONS }, quietContext());
  const columns = {
    z: (row: TableRow) => row.z,
    kurtosis: (row: TableRow) => row.kurtosisCentered,
    rawKurtosis: (row: TableRow) => row.kurtosis,
    skewness: (row: TableRow) => row.skewness,
    mean: (row: TableRow) => row.mean,
    std: (row: TableRow) => row.std,
    norm: (row: TableRow) => row.norm,
  } as const;
  for (const [sort, value] of Object.entries(columns) as [
    keyof typeof columns,
    (row: TableRow) => number | null,
  ][]) {
    const rows = await rowsOf(params('L5.FF.K', { sort, descending: true }));
    expect(
      inOrder(
        rows.map((row) => value(row) ?? NaN),
        true,
      ),
    ).toBe(true);
  }
  const filter = { token: ' can', numbers: [{ field: 'z', operator: '>', value: 3 } as const] };
  const { rows, total } = await engine.rowPage(params('L5.FF.K', { filter }), quietContext());
  const all = await rowsOf(params('L5.FF.K'));
  const wanted = all.filter(
    ({ z, top, bottom }) => (z ?? 0) > 3 && [...top, ...bottom].some(({ text }) => text === ' can'),
  );
  expect(total).toBe(wanted.length);
  expect(total).toBeGreaterThan(0);
  expect(rows).toEqual(wanted);
});
