import fc from 'fast-check';
import { linearSumAssignment } from 'linear-sum-assignment';
import { describe, expect, it } from 'vitest';
import { assignRows, UNASSIGNED } from '../../../src/core/analysis/assignment';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { bestAssignmentSum } from '../../support/naiveAlignment';
import { rowsOfMatrix } from '../../support/naiveReadings';

/** Sums of float32 numbers in float64. */
const DIGITS = 9;

function assign(weights: Matrix): Int32Array {
  const work = assignRows(weights);
  let step = work.next();
  let done = -1;
  while (step.done !== true) {
    expect(step.value.done).toBeGreaterThanOrEqual(done);
    done = step.value.done;
    step = work.next();
  }
  expect(done).toBe(Math.max(weights.rows, weights.cols));
  return step.value;
}

function sumOf(weights: Matrix, columns: Int32Array): number {
  return columns.reduce(
    (sum, column, row) =>
      column === UNASSIGNED
        ? sum
        : sum + Math.abs(weights.data[row * weights.cols + column] ?? NaN),
    0,
  );
}

function expectOneToOne({ rows, cols }: Matrix, columns: Int32Array): void {
  const placed = [...columns].filter((column) => column !== UNASSIGNED);
  expect(columns).toHaveLength(rows);
  expect(placed).toHaveLength(Math.min(rows, cols));
  expect(new Set(placed).size).toBe(placed.length);
  expect(placed.every((column) => column >= 0 && column < cols)).toBe(true);
}

/** Few different values make many ties, which is where such a search could go round in circles. */
const values = fc.oneof(
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, 0.5, -0.5, 1),
);

const matrices = (most: number): fc.Arbitrary<Matrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }))
    .chain(([rows, cols]) =>
      fc
        .array(values, { minLength: rows * cols, maxLength: rows * cols })
        .map((data) => ({ rows, cols, data: Float32Array.from(data) })),
    );

describe('the assignment of rows', () => {
  it('has the largest sum of all', () => {
    fc.assert(
      fc.property(matrices(6), (weights) => {
        const columns = assign(weights);
        expectOneToOne(weights, columns);
        const magnitudes = rowsOfMatrix(weights).map((row) => row.map(Math.abs));
        expect(sumOf(weights, columns)).toBeCloseTo(bestAssignmentSum(magnitudes), DIGITS);
      }),
      { numRuns: 300 },
    );
  });

  it('has the sum that linear-sum-assignment finds, of any shape', () => {
    fc.assert(
      fc.property(matrices(40), (weights) => {
        const columns = assign(weights);
        expectOneToOne(weights, columns);
        const magnitudes = rowsOfMatrix(weights).map((row) => row.map(Math.abs));
        const { gain } = linearSumAssignment(magnitudes, { maximaze: true });
        expect(sumOf(weights, columns)).toBeCloseTo(gain, DIGITS);
      }),
      { numRuns: 100 },
    );
  });

  it('has it for hundreds of correlated rows', () => {
    const [rows, cols, width] = [300, 260, 12];
    const gauss = gaussianGenerator(5);
    const vectors = (count: number): number[][] =>
      Array.from({ length: count }, () => Array.from({ length: width }, gauss));
    const [a, b] = [vectors(rows), vectors(cols)];
    const data = Float32Array.from(
      a.flatMap((x) => b.map((y) => x.reduce((sum, value, j) => sum + value * (y[j] ?? 0), 0))),
    );
    const weights = { rows, cols, data };
    const columns = assign(weights);
    expectOneToOne(weights, columns);
    const magnitudes = rowsOfMatrix(weights).map((row) => row.map(Math.abs));
    const { gain } = linearSumAssignment(magnitudes, { maximaze: true });
    expect(sumOf(weights, columns)).toBeCloseTo(gain, 6);
  });
});
