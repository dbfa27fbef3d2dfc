import { Matrix as DenseMatrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** One singular direction of a head's `[d, d]` matrix `A^T B`. */
export interface SingularDirection {
  readonly sigma: number;
  /** `[d]`, unit length; its sign and that of `right` may only change together. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** Whether a neighbouring singular value is so close that these vectors are one choice of many, or sigma is 0. */
  readonly degenerate: boolean;
}

/** Singular values closer than this share of the largest are called equal: the stored weights do not tell them apart. */
const DEGENERATE_GAP = 1e-6;

/**
 * The singular directions of `A^T B`, largest first, from the rows of a head's two matrices `[w]` of `[d]` each. With
 * thin QR decompositions `A^T = Q_a R_a` and `B^T = Q_b R_b` they are those of the `[w, w]` matrix `R_a R_b^T`: nothing
 * wider than a head is decomposed.
 */
export function singularDirections(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): readonly SingularDirection[] {
  const left = thinQr(a);
  const right = thinQr(b);
  const decomposition = new SingularValueDecomposition(left.r.mmul(right.r.transpose()), {
    autoTranspose: true,
  });
  const u = left.q.mmul(decomposition.leftSingularVectors);
  const v = right.q.mmul(decomposition.rightSingularVectors);
  const sigmas = decomposition.diagonal;
  const gap = DEGENERATE_GAP * (sigmas[0] ?? 0);
  return sigmas.map((sigma, i) => ({
    sigma,
    left: Float64Array.from(u.getColumn(i)),
    right: Float64Array.from(v.getColumn(i)),
    degenerate:
      sigma <= gap ||
      (sigmas[i - 1] ?? Infinity) - sigma <= gap ||
      sigma - (sigmas[i + 1] ?? -Infinity) <= gap,
  }));
}

/** `q` `[d, n]` with orthonormal columns and `r` `[n, w]`, n the smaller of both, such that `q r` has these rows as columns. */
function thinQr(rows: readonly Float64Array[]): { q: DenseMatrix; r: DenseMatrix } {
  const columns = new DenseMatrix(rows.map((row) => [...row])).transpose();
  if (columns.rows < columns.columns) {
    return { q: DenseMatrix.eye(columns.rows), r: columns };
  }
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(columns);
  return { q: orthogonalMatrix, r: upperTriangularMatrix };
}
