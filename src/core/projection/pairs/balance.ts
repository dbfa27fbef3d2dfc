import {
  EigenvalueDecomposition,
  Matrix as DenseMatrix,
  SingularValueDecomposition,
} from 'ml-matrix';
import type { Matrix64 } from '../../tensor/matrix';

/** Maps `M`, `N` `[w, w]` with `M N^T = I`, so that `(A M)(B N)^T = A B^T`. */
export interface Balance {
  readonly left: Matrix64;
  readonly right: Matrix64;
  /** `|I - M N^T|` (Frobenius): what rounding left. */
  readonly residual: number;
}

/** Eigenvalues of a Gram matrix below this share of the largest are raised to it: the maps stay well conditioned. */
const MIN_EIGENVALUE_SHARE = 1e-6;

/**
 * Balances the factors of a product `A B^T` with Gram matrices `A^T A`, `B^T B` `[w, w]`: those of `A M` and `B N` are
 * both the diagonal of its singular values, as in `U sqrt(S)`, `V sqrt(S)`. Long rows then are those that matter, and the
 * product of two norms is a close bound of a score. Null where a factor is zero or overflowed.
 *
 * With `A^T A = P^T P` and `B^T B = Q^T Q` (square roots) and `P Q^T = U S V^T`: `M = P^-1 U sqrt(S)`,
 * `N = Q^-1 V sqrt(S)`. Any invertible M serves, so the Gram matrices need not be accurate.
 */
export function balanceFactors(
  gramA: Float64Array,
  gramB: Float64Array,
  width: number,
): Balance | null {
  if (![gramA, gramB].every((gram) => gram.every(Number.isFinite))) {
    return null;
  }
  const a = squareRoot(gramA, width);
  const b = squareRoot(gramB, width);
  if (a === null || b === null) {
    return null;
  }
  const { leftSingularVectors, rightSingularVectors, diagonal } = new SingularValueDecomposition(
    a.root.mmul(b.root.transpose()),
    { autoTranspose: true },
  );
  const roots = DenseMatrix.diag(diagonal.map(Math.sqrt));
  const left = a.inverse.mmul(leftSingularVectors).mmul(roots);
  const right = b.inverse.mmul(rightSingularVectors).mmul(roots);
  const apart = left.mmul(right.transpose()).sub(DenseMatrix.eye(width));
  const residual = apart.norm('frobenius');
  return Number.isFinite(residual) ? { left: plain(left), right: plain(right), residual } : null;
}

interface SquareRoot {
  /** `P` with `P^T P` the (raised) matrix, and its inverse. */
  readonly root: DenseMatrix;
  readonly inverse: DenseMatrix;
}

function squareRoot(gram: Float64Array, width: number): SquareRoot | null {
  const dense = DenseMatrix.from1DArray(width, width, gram);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(dense, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  if (!(largest > 0)) {
    return null;
  }
  const sizes = realEigenvalues.map((value) =>
    Math.sqrt(Math.max(value, largest * MIN_EIGENVALUE_SHARE)),
  );
  return {
    root: DenseMatrix.diag(sizes).mmul(eigenvectorMatrix.transpose()),
    inverse: eigenvectorMatrix.mmul(DenseMatrix.diag(sizes.map((size) => 1 / size))),
  };
}

function plain(matrix: DenseMatrix): Matrix64 {
  return { rows: matrix.rows, cols: matrix.columns, data: Float64Array.from(matrix.to1DArray()) };
}
