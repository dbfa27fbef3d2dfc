import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLayers, kendallTau } from '../../../src/core/analysis/layerAssignment';
import { bestAssignmentSum } from '../../support/naiveAlignment';

/** Sums of at most six numbers below 1 in float64. */
const SUM_DIGITS = 12;

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: rows, maxLength: rows },
    ),
  );

describe('the assignment of layers', () => {
  it('has the largest sum of all, whatever the depths', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { rows, assignment } = assignLayers(matrix);
        const sum = rows.reduce(
          (total, row, i) => total + (matrix[row]?.[assignment[i] ?? -1] ?? NaN),
          0,
        );
        expect(sum).toBeCloseTo(bestAssignmentSum(matrix), SUM_DIGITS);
        expect(rows).toHaveLength(Math.min(matrix.length, matrix[0]?.length ?? 0));
        expect(new Set(assignment).size).toBe(rows.length);
        expect(rows).toEqual([...rows].sort((a, b) => a - b));
      }),
    );
  });

  it('says how well the order is kept', () => {
    const swapped = [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ];
    expect(assignLayers(swapped)).toEqual({
      rows: [0, 1, 2],
      assignment: [1, 0, 2],
      matched: 1,
      meanAbsOffset: 2 / 3,
      order: 1 / 3,
    });
    expect(assignLayers([[0.5]]).order).toBeNull();
  });

  it('counts pairs in order by Kendall', () => {
    expect(kendallTau([0, 1, 2, 3])).toBe(1);
    expect(kendallTau([3, 2, 1, 0])).toBe(-1);
    expect(kendallTau([1, 0, 3, 2])).toBeCloseTo(1 / 3, SUM_DIGITS);
  });
});
