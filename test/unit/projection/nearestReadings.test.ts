import { describe, expect, it } from 'vitest';
import { frobeniusNorm, randomCorrelations } from '../../../src/core/projection/nearestReadings';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { SymmetricMatrix } from '../../../src/core/projection/symmetric';
import { naiveDot } from '../../support/naiveReadings';

const TOKENS = 60;
const WIDTH = 6;

/** Tokens whose rows vary ten times as much along one direction as along the others. */
function tokenRows(): number[][] {
  const gauss = gaussianGenerator(5);
  return Array.from({ length: TOKENS }, () =>
    Array.from({ length: WIDTH }, (_, j) => gauss() * (j === 0 ? 10 : 1)),
  );
}

/** K = (R - m)^T (R - m) / n, entry by entry. */
function kernelOf(rows: readonly (readonly number[])[]): SymmetricMatrix {
  const mean = Array.from(
    { length: WIDTH },
    (_, j) => rows.reduce((sum, row) => sum + (row[j] ?? NaN), 0) / rows.length,
  );
  const kernel = new SymmetricMatrix(WIDTH);
  kernel.map((_, i, j) =>
    rows.reduce(
      (sum, row) =>
        sum +
        (((row[i] ?? NaN) - (mean[i] ?? NaN)) * ((row[j] ?? NaN) - (mean[j] ?? NaN))) / rows.length,
      0,
    ),
  );
  return kernel;
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [left, right] = [centred(a), centred(b)];
  return naiveDot(left, right) / Math.sqrt(naiveDot(left, left) * naiveDot(right, right));
}

describe('correlations of random readings', () => {
  it('are those of their score vectors, pair by pair', () => {
    const rows = tokenRows();
    const matrix = kernelOf(rows);
    const gauss = gaussianGenerator(6);
    const directions = Array.from({ length: 5 }, () => Float32Array.from({ length: WIDTH }, gauss));
    const scores = directions.map((direction) => rows.map((row) => naiveDot(row, direction)));
    const wanted = scores.flatMap((a, i) => scores.slice(i + 1).map((b) => pearson(a, b)));
    const found = randomCorrelations({ matrix, frobenius: frobeniusNorm(matrix) }, directions);
    expect(found.pairs).toBe(10);
    expect(found.highest).toBeCloseTo(Math.max(...wanted), 12);
    expect(found.std).toBeCloseTo(Math.sqrt(naiveDot(wanted, wanted) / 10), 12);
  });
});
