import { describe, expect, it } from 'vitest';
import { dot } from '../../../src/core/projection/dots';
import { largestEigenvectors } from '../../../src/core/projection/lanczos';
import { byFullDecomposition, commonCountOf } from '../../../src/core/projection/principal';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { SymmetricMatrix } from '../../../src/core/projection/symmetric';

/** Both methods stop at residuals of about 1e-10 of the largest eigenvalue; gaps here are above 1e-4 of it. */
const ALIGNMENT = 1 - 1e-10;

function symmetric(size: number, value: (row: number, column: number) => number): SymmetricMatrix {
  const matrix = new SymmetricMatrix(size);
  matrix.map((_, row, column) => value(row, column));
  return matrix;
}

/** The covariance of a few Gaussian rows with falling variances: `sum_k s_k g_k g_k^T`. */
function sampleCovariance(size: number, rank: number): SymmetricMatrix {
  const gauss = gaussianGenerator(size + rank);
  const rows = Array.from({ length: rank }, () => Float64Array.from({ length: size }, gauss));
  return symmetric(size, (i, j) =>
    rows.reduce((sum, row, k) => sum + ((row[i] ?? NaN) * (row[j] ?? NaN)) / (k + 1), 0),
  );
}

function vectorsOf(flat: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: flat.length / size }, (_, i) =>
    flat.subarray(i * size, (i + 1) * size),
  );
}

function expectOrthonormal(vectors: readonly Float64Array[]): void {
  vectors.forEach((a, i) => {
    vectors.forEach((b, j) => {
      expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 10);
    });
  });
}

describe('the largest eigenvectors', () => {
  it.each([
    [5, 5, 2],
    [60, 60, 1],
    [60, 10, 8],
    [200, 150, 12],
    [300, 300, 3],
  ])(
    'of a matrix of width %i and rank %i are those of the full decomposition',
    (size, rank, count) => {
      const matrix = sampleCovariance(size, rank);
      const wanted = vectorsOf(byFullDecomposition(matrix, count), size);
      const found = vectorsOf(largestEigenvectors(matrix, count), size);
      expectOrthonormal(found);
      wanted.forEach((vector, i) => {
        expect(Math.abs(dot(vector, found[i] ?? new Float64Array(size)))).toBeGreaterThan(
          ALIGNMENT,
        );
      });
    },
  );

  it.each([
    ['nothing but zeros', () => 0, [0, 0, 0]],
    ['equal eigenvalues', (row: number, column: number) => (row === column ? 2 : 0), [2, 2, 2]],
    ['rank one', () => 1, [30, 0, 0]],
  ])('are orthonormal and belong to the eigenvalues of a matrix of %s', (_, value, eigenvalues) => {
    const size = 30;
    const matrix = symmetric(size, value);
    const found = vectorsOf(largestEigenvectors(matrix, 3), size);
    expectOrthonormal(found);
    const product = new Float64Array(size);
    found.forEach((vector, i) => {
      matrix.multiply(vector, product);
      expect(dot(vector, product)).toBeCloseTo(eigenvalues[i] ?? NaN, 9);
    });
  });
});

describe('the number of common directions', () => {
  it.each([
    [1, 1],
    [64, 1],
    [128, 1],
    [150, 2],
    [768, 8],
    [4096, 41],
  ])('of width %i is %i', (d, count) => {
    expect(commonCountOf(d)).toBe(count);
  });
});
