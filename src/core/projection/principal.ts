import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import { largestEigenvectors } from './lanczos';
import type { SymmetricMatrix } from './symmetric';

/** Up to this width all eigenvectors are computed at once: above it that takes seconds. */
const MAX_FULL_DECOMPOSITION = 256;
const COLUMNS_PER_COMMON_DIRECTION = 100;

/** How many common directions a space of width d has: one per hundred (Mu and Viswanath, 2018), at least one. */
export function commonCountOf(d: number): number {
  return Math.max(1, Math.round(d / COLUMNS_PER_COMMON_DIRECTION));
}

/** The `count` first principal directions `[count, d]` of rows with this covariance, largest variance first. */
export function principalDirections(covariance: SymmetricMatrix, count: number): Float64Array {
  return covariance.size <= MAX_FULL_DECOMPOSITION
    ? byFullDecomposition(covariance, count)
    : largestEigenvectors(covariance, count);
}

/** The same by the decomposition of the whole matrix. */
export function byFullDecomposition(covariance: SymmetricMatrix, count: number): Float64Array {
  const { size } = covariance;
  const dense = DenseMatrix.zeros(size, size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      dense.set(row, column, covariance.at(row, column));
    }
  }
  // Eigenvalues come in ascending order.
  const { eigenvectorMatrix } = new EigenvalueDecomposition(dense, { assumeSymmetric: true });
  return Float64Array.from({ length: count * size }, (_, at) =>
    eigenvectorMatrix.get(at % size, size - 1 - Math.floor(at / size)),
  );
}
