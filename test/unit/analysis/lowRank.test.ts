import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLowRank,
  changedShare,
  lowRankSquares,
  type LowRank,
} from '../../../src/core/analysis/lowRank';
import { gaussianGenerator } from '../../../src/core/projection/seeded';

/** Sums of a few float64 products, rounded once to float32. */
const TOLERANCE = 1e-6;

const deltas: fc.Arbitrary<LowRank> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    rank: fc.integer({ min: 1, max: 4 }),
    scale: fc.constantFrom(1, 0.25, 3),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ rows, cols, rank, scale, seed }) => {
    const gauss = gaussianGenerator(seed);
    return {
      ...{ rows, cols, rank, scale },
      left: Float32Array.from({ length: rows * rank }, gauss),
      right: Float32Array.from({ length: rank * cols }, gauss),
    };
  });

/** The product written down. */
function dense({ rows, cols, rank, scale, left, right }: LowRank): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (_unused, j) =>
      Array.from({ length: rank }, (_also, k) => k).reduce(
        (sum, k) => sum + scale * (left[i * rank + k] ?? NaN) * (right[k * cols + j] ?? NaN),
        0,
      ),
    ),
  );
}

describe('the product of two factors', () => {
  it('is added to any stretch of numbers', () => {
    fc.assert(
      fc.property(deltas, fc.nat(), fc.nat(), (delta, from, length) => {
        const size = delta.rows * delta.cols;
        const start = from % size;
        const count = 1 + (length % (size - start));
        const target = Float32Array.from({ length: count }, (_, i) => i);
        addLowRank(delta, start, target);
        const wanted = dense(delta)
          .flat()
          .slice(start, start + count);
        target.forEach((value, i) => {
          expect(Math.abs(value - i - (wanted[i] ?? NaN))).toBeLessThan(TOLERANCE * (i + 10));
        });
      }),
    );
  });

  it('has the norms of its rows and columns', () => {
    fc.assert(
      fc.property(deltas, (delta) => {
        const whole = dense(delta);
        const squares = (values: readonly number[]): number =>
          values.reduce((sum, value) => sum + value * value, 0);
        const close = (found: number, wanted: number): void => {
          expect(Math.abs(found - wanted)).toBeLessThan(TOLERANCE * Math.max(1, wanted));
        };
        lowRankSquares(delta, 0).forEach((found, row) => {
          close(found, squares(whole[row] ?? []));
        });
        lowRankSquares(delta, 1).forEach((found, column) => {
          close(found, squares(whole.map((row) => row[column] ?? NaN)));
        });
      }),
    );
  });

  it('is zero where a factor is', () => {
    const left = Float32Array.of(1, 0, 2, 0, 0, 0);
    const right = Float32Array.of(1, 0, 3, 1, 0, 0);
    const delta = { rows: 3, cols: 3, rank: 2, scale: 1, left, right };
    expect(changedShare(delta)).toBeCloseTo((2 * 2) / 9, 12);
    expect(changedShare({ ...delta, left: new Float32Array(6) })).toBe(0);
    expect([...lowRankSquares({ ...delta, left: new Float32Array(6) }, 0)]).toEqual([0, 0, 0]);
  });
});
