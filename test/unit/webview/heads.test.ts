import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import type { Progress } from '../../../src/core/errors';
import type { HeadOverview, PairView } from '../../../src/protocol/pairs';
import { clusterOrder } from '../../../webview/format/clusterOrder';
import { headCounts, headMapModel } from '../../../webview/format/headMapModel';
import { heatmapModel, heatmapShare, heatmapTokens } from '../../../webview/format/heatmap';
import { setNumberLocale } from '../../../webview/format/numbers';
import { sortedPairs } from '../../../webview/format/pairOrder';
import { QueryError } from '../../../webview/state/hostClient';
import { HeadScans } from '../../../webview/state/headScans';
import { SUMMARY } from '../../support/summary';

beforeAll(() => {
  setNumberLocale('en');
});

function judged(component: string, z: number | null = 4, share = 0.1): HeadOverview {
  return {
    ...{ component, best: [] },
    statistics: { statistic: 9, z, pairings: 16, copying: { share, control: 0.05 } },
  };
}

function broken(component: string): HeadOverview {
  return { component, statistics: null, best: [], problem: 'Weights are not finite.' };
}

describe('the map of heads', () => {
  const heads = new Map(
    [
      judged('L0.H1.VO', 11),
      judged('L1.H3.VO', -2, 0.5),
      judged('L1.H0.QK', 42),
      broken('L0.H2.VO'),
    ].map((head) => [head.component, head]),
  );
  const map = (metric: 'z' | 'copying'): ReturnType<typeof headMapModel> =>
    headMapModel({ summary: SUMMARY, kind: 'VO', metric, known: (id) => heads.get(id) });

  test('layers down, heads across, each with its state', () => {
    const { heads: across, rows } = map('z');
    expect(across).toEqual([0, 1, 2, 3]);
    expect(rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
      ['unknown', 'known', 'refused', 'unknown'],
      ['unknown', 'unknown', 'unknown', 'known'],
    ]);
    expect(rows[1]?.cells[3]?.component).toBe('L1.H3.VO');
  });

  test('both matrices are on one scale, and what is below 0 is at its foot', () => {
    const { rows, maximumText } = map('z');
    expect(maximumText).toBe('50.0');
    expect(rows[0]?.cells[1]).toMatchObject({ step: 2, value: '11.0' });
    expect(rows[1]?.cells[3]).toMatchObject({ step: 0, value: '−2.0≈' });
  });

  test('shares of copying pairs end at a round share', () => {
    const { rows, maximumText } = map('copying');
    expect(maximumText).toBe('60%');
    expect(rows[1]?.cells[3]).toMatchObject({ value: '50%' });
    expect(rows[0]?.cells[2]).toMatchObject({ value: '–', step: null });
  });

  test('counts the layers that have heads', () => {
    expect(headCounts(SUMMARY)).toEqual({ layers: 2, heads: 4 });
    const matrices = SUMMARY.matrices.filter(({ kind }) => kind !== 'O');
    expect(headCounts({ ...SUMMARY, matrices })).toBeNull();
  });
});

interface Judging {
  readonly asked: readonly string[];
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  finish(heads: readonly HeadOverview[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function byHand(known: readonly HeadOverview[] = []): { scans: HeadScans; work: Judging[] } {
  const work: Judging[] = [];
  const scans = new HeadScans(
    {
      known: () => Promise.resolve(known),
      judge: (asked, signal, report) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new CancelledError());
          });
          work.push({
            ...{ asked, signal, report },
            finish: (heads) => {
              resolve(heads);
              return settled();
            },
            fail: (error) => {
              reject(error);
              return settled();
            },
          });
        }),
    },
    () => 1000,
  );
  scans.begin('first');
  return { scans, work };
}

const COUNTS = { layers: 2, heads: 2 };
const layer = (id: string): HeadOverview[] =>
  [0, 1].map((head) => judged(id.replace('*', String(head))));

describe('judging heads in the background', () => {
  test('goes layer by layer, first by the matrix in sight, each once', async () => {
    const { scans, work } = byHand();
    scans.look({ layer: 1, kind: 'QK' });
    scans.fill(COUNTS);
    await settled();
    expect(scans.running).toMatchObject({ layer: 1, kind: 'QK', waiting: 3, startedAt: 1000 });
    work[0]?.report({ done: 3, total: 34, unit: 'pairings' });
    expect(scans.running?.progress?.done).toBe(3);
    for (let at = 0; at < 4; at += 1) {
      const next = work[at];
      await next?.finish(layer(next.asked[0] ?? ''));
    }
    expect(work.map(({ asked }) => asked)).toEqual([
      ['L1.H*.QK'],
      ['L0.H*.QK'],
      ['L1.H*.VO'],
      ['L0.H*.VO'],
    ]);
    expect(scans.running).toBeNull();
    expect(scans.count).toBe(8);
    scans.fill(COUNTS);
    expect(work).toHaveLength(4);
  });

  test('what is known already is not judged again', async () => {
    const { scans, work } = byHand([
      ...layer('L0.H*.VO'),
      judged('L1.H0.VO'),
      ...layer('L0.H*.QK'),
    ]);
    scans.fill(COUNTS);
    await settled();
    expect(work.map(({ asked }) => asked)).toEqual([['L1.H*.VO']]);
    await work[0]?.finish(layer('L1.H*.VO'));
    expect(work.at(-1)?.asked).toEqual(['L1.H*.QK']);
  });

  test('what the reader stopped is not begun again unasked', async () => {
    const { scans, work } = byHand();
    scans.fillUnasked(COUNTS);
    await settled();
    scans.cancel();
    expect(work[0]?.signal.aborted).toBe(true);
    expect(scans.running).toBeNull();
    scans.fillUnasked(COUNTS);
    await settled();
    expect(work).toHaveLength(1);
    scans.fill(COUNTS);
    expect(work).toHaveLength(2);
  });

  test('a failure ends it, is said, and can be tried again', async () => {
    const { scans, work } = byHand();
    scans.fill(COUNTS);
    await settled();
    await work[0]?.fail(new QueryError({ reason: 'foldRefused', message: 'No.' }));
    expect(scans.failure).toEqual({ reason: 'foldRefused', message: 'No.' });
    expect(scans.running).toBeNull();
    scans.fill(COUNTS);
    expect(scans.failure).toBeNull();
    expect(work).toHaveLength(2);
  });

  test('a map that cannot be read is asked again only when the reader says so', async () => {
    let asked = 0;
    const failure = { reason: 'io', message: 'The cache cannot be read.' };
    const scans = new HeadScans(
      {
        known: () => {
          asked += 1;
          return asked < 3 ? Promise.reject(new QueryError(failure)) : Promise.resolve([]);
        },
        judge: () => Promise.reject(new TypeError('Nobody asked to judge.')),
      },
      () => 1000,
    );
    // As a page does at each of its updates.
    scans.onDidChange(() => {
      scans.load();
    });
    scans.begin('first');
    scans.load();
    await settled();
    await settled();
    expect(asked).toBe(1);
    expect(scans.failure).toEqual(failure);
    scans.retry();
    expect(scans.failure).toBeNull();
    await settled();
    expect(asked).toBe(2);
    expect(scans.failure).toEqual(failure);
    scans.retry();
    await settled();
    expect(scans.loaded).toBe(true);
    expect(scans.failure).toBeNull();
    scans.retry();
    expect(asked).toBe(3);
  });

  test('answers of older options are dropped', async () => {
    const { scans, work } = byHand();
    scans.fill(COUNTS);
    await settled();
    scans.begin('second');
    await work[0]?.finish(layer('L0.H*.VO'));
    expect(scans.count).toBe(0);
    expect(scans.loaded).toBe(false);
    scans.load();
    await settled();
    expect(scans.loaded).toBe(true);
    scans.take([judged('L1.H1.QK')]);
    expect(scans.head('L1.H1.QK')?.statistics?.z).toBe(4);
    expect(scans.running).toBeNull();
  });
});

describe('the order of pairs', () => {
  test.each([
    ['score', false, [0, 1, 2, 3]],
    ['score', true, [3, 2, 1, 0]],
    ['source', false, [2, 0, 1, 3]],
    ['mark', false, [3, 1, 0, 2]],
  ] as const)('by %s, reversed %s', (sort, reversed, places) => {
    const pair = (text: string, score: number, likeness?: PairView['likeness']): PairView => ({
      ...{ row: { id: 1, text }, column: { id: 2, text: 'x' }, score },
      ...(likeness === undefined ? {} : { likeness }),
    });
    const pairs = [pair('b', 9), pair('b', 8, 'stem'), pair('a', 7), pair('c', 6, 'same')];
    expect(sortedPairs(pairs, { sort, reversed }).map(({ place }) => place)).toEqual(places);
  });
});

describe('the order of a heatmap', () => {
  test('puts together what is alike, and loses nothing', () => {
    const rows = [
      [9, 0, 1],
      [0, 8, 0],
      [8, 1, 1],
      [0, 9, 1],
      [0, 0, 0],
    ];
    const order = clusterOrder(rows);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    const apart = (a: number, b: number): number => Math.abs(order.indexOf(a) - order.indexOf(b));
    expect(apart(0, 2)).toBe(1);
    expect(apart(1, 3)).toBe(1);
    expect(clusterOrder([])).toEqual([]);
  });

  test('is a permutation that does not depend on the scale', () => {
    const row = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const order = clusterOrder(rows);
        expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
        // Doubling is exact, so that no rounding can decide.
        expect(clusterOrder(rows.map((each) => each.map((value) => 2 * value)))).toEqual(order);
      }),
    );
  });

  test('knows the scores of all pairs of its tokens, and which are left out', () => {
    const pair = (row: number, column: number, score: number): PairView => ({
      ...{ row: { id: row, text: `r${String(row)}` }, column: { id: column, text: 'c' }, score },
    });
    const pairs = [pair(1, 7, 4), pair(2, 8, 3), pair(1, 8, -6)];
    const tokens = heatmapTokens([...pairs, pair(1, 7, 4)]);
    expect(tokens.rows.map(({ id }) => id)).toEqual([1, 2]);
    const model = heatmapModel(tokens, pairs);
    expect(model.maximum).toBe(10);
    const score = (row: number, column: number): number | null | undefined =>
      model.scores[model.rows.findIndex(({ id }) => id === row)]?.[
        model.columns.findIndex(({ id }) => id === column)
      ];
    expect([score(1, 7), score(1, 8), score(2, 8), score(2, 7)]).toEqual([4, -6, 3, null]);
    const many = Array.from({ length: 40 }, (_, at) => pair(at, at % 30, 1));
    expect(heatmapTokens(many)).toMatchObject({ rows: { length: 24 }, columns: { length: 24 } });
  });

  test('fills cells in the steps of the ramp, whatever the sign', () => {
    expect([0, 5, -5, 10, 99].map((score) => heatmapShare(score, 10))).toEqual([0, 0.5, 0.5, 1, 1]);
  });
});
