import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import type { Matrix64 } from '../../tensor/matrix';

/** Maps `M`, `N` `[w, w]` with `M N^T = I`, so that `(A M)(B N)^T = A B^T`. */
export interface Balance {
  readonly left: Matrix64;
  readonly right: Matrix64;
  /** `|I - M N^T|` (Frobenius): what rounding left. */
  readonly residual: number;
}

/** Eigenvalues below this share of the largest are raised to it: the maps stay well conditioned. */
const MIN_EIGENVALUE_SHARE = 1e-6;
/** Singular values are square roots of eigenvalues, which are not known better than this share of the largest. */
const MIN_SINGULAR_SHARE = 1e-6;

/**
 * Balances the factors of a product `A B^T` with Gram matrices `A^T A`, `B^T B` `[w, w]`: those of `A M` and `B N` are
 * both the diagonal of its singular values, as in `U sqrt(S)`, `V sqrt(S)`. Long rows then are those that matter, and the
 * product of two norms is a close bound of a score. Null where a factor is zero or overflowed.
 *
 * With `A^T A = P^T P` and `P B^T B P^T = U S^2 U^T`: `M = P^-1 U sqrt(S)` and `N = M^-T = P^T U / sqrt(S)`. Any invertible
 * M serves, so neither the Gram matrices nor their eigenvalues need be accurate.
 */
export function balanceFactors(
  gramA: Float64Array,
  gramB: Float64Array,
  width: number,
): Balance | null {
  if (![gramA, gramB].every((gram) => gram.every(Number.isFinite))) {
    return null;
  }
  const a = eigen(DenseMatrix.from1DArray(width, width, gramA), MIN_EIGENVALUE_SHARE);
  if (a === null) {
    return null;
  }
  // Columns of the eigenvectors times, and over, the square roots of the eigenvalues: P^T and P^-1.
  const transposedRoot = scaleColumns(a.vectors, a.roots);
  const inverseRoot = scaleColumns(
    a.vectors,
    a.roots.map((root) => 1 / root),
  );
  const product = transposedRoot
    .transpose()
    .mmul(DenseMatrix.from1DArray(width, width, gramB))
    .mmul(transposedRoot);
  const c = eigen(product, MIN_SINGULAR_SHARE ** 2);
  if (c === null) {
    return null;
  }
  const halves = c.roots.map(Math.sqrt);
  const left = scaleColumns(inverseRoot.mmul(c.vectors), halves);
  const right = scaleColumns(
    transposedRoot.mmul(c.vectors),
    halves.map((half) => 1 / half),
  );
  const apart = left.mmul(right.transpose()).sub(DenseMatrix.eye(width));
  const residual = apart.norm('frobenius');
  return Number.isFinite(residual) ? { left: plain(left), right: plain(right), residual } : null;
}

interface Eigen {
  readonly vectors: DenseMatrix;
  /** Square roots of the eigenvalues, small ones raised. */
  readonly roots: readonly number[];
}

function eigen(symmetric: DenseMatrix, leastShare: number): Eigen | null {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  return largest > 0
    ? {
        vectors: eigenvectorMatrix,
        roots: realEigenvalues.map((value) => Math.sqrt(Math.max(value, largest * leastShare))),
      }
    : null;
}

function scaleColumns(matrix: DenseMatrix, factors: readonly number[]): DenseMatrix {
  return matrix.clone().mulRowVector([...factors]);
}

function plain(matrix: DenseMatrix): Matrix64 {
  return { rows: matrix.rows, cols: matrix.columns, data: Float64Array.from(matrix.to1DArray()) };
}
