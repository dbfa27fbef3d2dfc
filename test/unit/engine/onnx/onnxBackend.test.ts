import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ScoreReduction, ScoreRequest } from '../../../../src/core/projection/backend';
import { CandidateLists } from '../../../../src/core/projection/candidates';
import { gaussianGenerator } from '../../../../src/core/projection/seeded';
import type { Matrix } from '../../../../src/core/tensor/matrix';
import { createOnnxBackend } from '../../../../src/engine/onnx/onnxBackend';
import { createPlainBackend } from '../../../support/plainBackend';

/** Float32 sums of up to 40 products, or of up to 2,100 powers, each of size about 1: relative to the largest. */
const TOLERANCE = 2e-5;

const onnx = createOnnxBackend();
const plain = createPlainBackend();
afterAll(() => onnx.dispose());

function gaussian(rows: number, cols: number, seed: number): Matrix {
  return {
    rows,
    cols,
    data: Float32Array.from({ length: rows * cols }, gaussianGenerator(seed)),
  };
}

function expectClose(ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  expect(ours.length).toBe(theirs.length);
  const size = Math.max(1, ...Array.from(theirs, Math.abs));
  Array.from(theirs).forEach((value, i) => {
    expect(Math.abs((ours[i] ?? NaN) - value)).toBeLessThanOrEqual(TOLERANCE * size);
  });
}

/** Lengths around those of blocks (16 tokens) and parts of a tile. */
const tokens = fc.constantFrom(1, 2, 15, 16, 17, 33, 100);
const width = fc.constantFrom(1, 3, 40);

describe('ONNX Runtime multiplies', () => {
  it('as plain float64 does', async () => {
    await fc.assert(
      fc.asyncProperty(
        tokens,
        width,
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        async (t, d, n, seed) => {
          const tile = gaussian(t, d, seed);
          const x = gaussian(n, d, seed + 1);
          const [ours, theirs] = await Promise.all(
            [onnx, plain].map((backend) => backend.multiplyTransposed(x, tile)),
          );
          expect([ours?.rows, ours?.cols]).toEqual([n, t]);
          expectClose(ours?.data ?? [], theirs?.data ?? [NaN]);
          expectClose(await onnx.rowSquares(tile), await plain.rowSquares(tile));
          expectClose(await onnx.rowSquares(tile, x), await plain.rowSquares(tile, x));
          expectClose(
            await onnx.absoluteColumnSums(x, tile),
            await plain.absoluteColumnSums(x, tile),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('some rows of two matrices, in any order', async () => {
    const a = { matrix: gaussian(40, 7, 1), rows: Int32Array.of(39, 0, 0, 17) };
    const b = { matrix: gaussian(90, 7, 2), rows: Int32Array.of(4, 3, 89, 88, 1) };
    const [ours, theirs] = await Promise.all(
      [onnx, plain].map((backend) => backend.multiplySelected(a, b)),
    );
    expect([ours?.rows, ours?.cols]).toEqual([4, 5]);
    expectClose(ours?.data ?? [], theirs?.data ?? [NaN]);
    for (const key of ['highest', 'lowest', 'magnitude'] as const) {
      expectClose(await onnx.rowMaxima(a, b, key), await plain.rowMaxima(a, b, key));
    }
  });

  it.each([1, 15, 16, 17, 48])('%i rows reduced to their magnitudes', async (rows) => {
    const [a, b] = [gaussian(rows, 7, rows), gaussian(12, 7, 2)];
    const [ours, theirs] = [await onnx.magnitudes(a, b), await plain.magnitudes(a, b)];
    expectClose(ours.rowMaxima, theirs.rowMaxima);
    expectClose(ours.columnMaxima, theirs.columnMaxima);
    expectClose(ours.rowSums, theirs.rowSums);
  });

  it('into the memory that it is given', async () => {
    const [a, b] = [gaussian(5, 7, 1), gaussian(12, 7, 2)];
    const into = new Float32Array(5 * 12);
    const { data } = await onnx.multiplyTransposed(a, b, into);
    expectClose(into, (await plain.multiplyTransposed(a, b)).data);
    expectClose(data, into);
  });

  it('Gram matrices, into the memory that it is given', async () => {
    const [a, b] = [gaussian(50, 7, 1), gaussian(50, 12, 2)];
    const wanted = await plain.gram(a, b);
    const into = new Float32Array(7 * 12);
    const ours = await onnx.gram(a, b, into);
    expect([ours.rows, ours.cols]).toEqual([7, 12]);
    expectClose(into, wanted.data);
    expectClose((await onnx.gram(a, b)).data, wanted.data);
  });
});

interface Kind {
  readonly ranked: boolean;
  readonly rankCentred: boolean;
  readonly scaled: boolean;
  readonly filtered: boolean;
  readonly moments: boolean;
}

const kinds: readonly Kind[] = [true, false].flatMap((moments) =>
  [true, false].flatMap((rankCentred) =>
    [true, false].flatMap((scaled) =>
      [true, false].map((filtered) => ({ ranked: true, rankCentred, scaled, filtered, moments })),
    ),
  ),
);

const K = 5;

function scoreRequest(
  kind: Kind,
  n: number,
  t: number,
  seed: number,
): [ScoreRequest, CandidateLists] {
  const lists = new CandidateLists(n, K, 'both');
  for (let row = 0; row < n; row += 1) {
    lists.begin(row, 1e-4, 1);
  }
  const flags = (every: number): Float32Array =>
    Float32Array.from({ length: t }, (_, i) => (i % every === 0 ? 0 : 1));
  const ranking = {
    lists,
    firstId: 1000,
    rankCentred: kind.rankCentred,
    ...(kind.scaled ? { scale: gaussian(1, t, seed + 5).data.map(Math.abs) } : {}),
    ...(kind.filtered ? { allowed: flags(2) } : {}),
  };
  const request = {
    x: gaussian(n, 20, seed),
    tile: gaussian(t, 20, seed + 1),
    shift: gaussian(1, n, seed + 2).data,
    common: { a: gaussian(n, 2, seed + 3), p: gaussian(t, 2, seed + 4) },
    ...(kind.ranked ? { ranking } : {}),
    ...(kind.moments ? { moments: { counted: flags(5) } } : {}),
  };
  return [request, lists];
}

/** The k best of each side that were offered: ids, by float32 keys within the error of each other. */
function offered(lists: CandidateLists): Set<number>[] {
  return [...lists.top, ...lists.bottom].map((side) => new Set(side.pending()));
}

describe('ONNX Runtime reduces scores', () => {
  it.each(kinds)(
    'as plain float64 does: centred $rankCentred, scaled $scaled, filtered $filtered, moments $moments',
    async (kind) => {
      for (const [n, t] of [
        [1, 1],
        [1, 40],
        [3, 16],
        [5, 47],
        [130, 2100],
      ] as const) {
        const [ours, ourLists] = scoreRequest(kind, n, t, 7);
        const [theirs, theirLists] = scoreRequest(kind, n, t, 7);
        const sums = await onnx.reduceScores(ours);
        const wanted = await plain.reduceScores(theirs);
        expectSums(sums, wanted, n);
        const lists = offered(ourLists);
        offered(theirLists).forEach((ids, side) => {
          // Both keep a few beyond the k that float32 cannot tell apart; the k best are always among them.
          expect(lists[side]?.size).toBe(ids.size);
          expect(lists[side]).toEqual(ids);
        });
      }
    },
  );

  it('without lists, to sums alone', async () => {
    const kind = {
      ranked: false,
      rankCentred: false,
      scaled: false,
      filtered: false,
      moments: true,
    };
    const [request] = scoreRequest(kind, 4, 50, 3);
    expectSums(await onnx.reduceScores(request), await plain.reduceScores(request), 4);
  });

  it('for several callers at once', async () => {
    const kind = {
      ranked: true,
      rankCentred: false,
      scaled: false,
      filtered: false,
      moments: true,
    };
    const alone = await Promise.all(
      [1, 2, 3].map(async (seed) => {
        const [request, lists] = scoreRequest(kind, 20, 300, seed);
        return [await plain.reduceScores(request), offered(lists)] as const;
      }),
    );
    const requests = [1, 2, 3].map((seed) => scoreRequest(kind, 20, 300, seed));
    const sums = await Promise.all(requests.map(([request]) => onnx.reduceScores(request)));
    sums.forEach((each, i) => {
      expectSums(each, alone[i]?.[0] ?? {}, 20);
      expect(offered(requests[i]?.[1] ?? new CandidateLists(0, 0, 'both'))).toEqual(alone[i]?.[1]);
    });
  });

  it('and refuses moments without shifts', async () => {
    const request = {
      x: gaussian(1, 2, 1),
      tile: gaussian(3, 2, 1),
      moments: { counted: new Float32Array(3) },
    };
    await expect(onnx.reduceScores(request)).rejects.toThrow('shifts');
  });
});

function expectSums(ours: ScoreReduction, theirs: ScoreReduction, rows: number): void {
  for (const name of ['powerSums', 'centredPowerSums'] as const) {
    expect(ours[name] === undefined).toBe(theirs[name] === undefined);
    for (let power = 0; power < (theirs[name] === undefined ? 0 : 4); power += 1) {
      const pick = (sums: Float64Array | undefined): number[] =>
        Array.from({ length: rows }, (_, row) => sums?.[row * 4 + power] ?? NaN);
      expectClose(pick(ours[name]), pick(theirs[name]));
    }
  }
}
