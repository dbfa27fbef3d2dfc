import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import { float64At } from '../../tensor/elements';
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

/** Square roots of a Gram matrix `A^T A = P^T P`, `[w, w]` each. */
interface Roots {
  /** `P^T` */
  readonly transposed: Matrix64;
  /** `P^-1` */
  readonly inverse: Matrix64;
}

/** The Gram matrix `A^T A` `[w, w]` of a factor `[n, w]`, row-major. */
export class GramMatrix {
  private made: Roots | null | undefined;

  constructor(
    readonly numbers: Float64Array,
    readonly width: number,
  ) {}

  /** Computed once, whatever the factor is then paired with; null where the factor is zero or overflowed. */
  get roots(): Roots | null {
    this.made ??= rootsOf(this);
    return this.made;
  }
}

/**
 * Balances the factors of a product `A B^T`: the Gram matrices of `A M` and `B N` are both the diagonal of its singular
 * values, as in `U sqrt(S)`, `V sqrt(S)`. Long rows then are those that matter, and the product of two norms is a close
 * bound of a score. Null where a factor is zero or overflowed.
 *
 * With `A^T A = P^T P` and `P B^T B P^T = U S^2 U^T`: `M = P^-1 U sqrt(S)` and `N = M^-T = P^T U / sqrt(S)`. Any invertible
 * M serves, so neither the Gram matrices nor their eigenvalues need be accurate.
 */
export function balanceFactors(a: GramMatrix, b: GramMatrix): Balance | null {
  const { roots } = a;
  if (roots === null || !b.numbers.every(Number.isFinite)) {
    return null;
  }
  const { transposed, inverse } = roots;
  const { width } = b;
  const product = multiply(
    transpose(transposed),
    multiply({ rows: width, cols: width, data: b.numbers }, transposed),
  );
  const c = eigen(product, MIN_SINGULAR_SHARE ** 2);
  if (c === null) {
    return null;
  }
  const halves = c.roots.map(Math.sqrt);
  const left = scaleColumns(multiply(inverse, c.vectors), halves);
  const right = scaleColumns(
    multiply(transposed, c.vectors),
    halves.map((half) => 1 / half),
  );
  const residual = distanceFromIdentity(multiply(left, transpose(right)));
  return Number.isFinite(residual) ? { left, right, residual } : null;
}

function rootsOf({ numbers, width }: GramMatrix): Roots | null {
  if (!numbers.every(Number.isFinite)) {
    return null;
  }
  const found = eigen({ rows: width, cols: width, data: numbers }, MIN_EIGENVALUE_SHARE);
  return found === null
    ? null
    : {
        transposed: scaleColumns(found.vectors, found.roots),
        inverse: scaleColumns(
          found.vectors,
          found.roots.map((root) => 1 / root),
        ),
      };
}

interface Eigen {
  /** Columns are eigenvectors. */
  readonly vectors: Matrix64;
  /** Square roots of the eigenvalues, small ones raised. */
  readonly roots: readonly number[];
}

function eigen({ rows, cols, data }: Matrix64, leastShare: number): Eigen | null {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    DenseMatrix.from1DArray(rows, cols, data),
    { assumeSymmetric: true },
  );
  const largest = Math.max(...realEigenvalues);
  return largest > 0
    ? {
        vectors: { rows, cols, data: Float64Array.from(eigenvectorMatrix.to1DArray()) },
        roots: realEigenvalues.map((value) => Math.sqrt(Math.max(value, largest * leastShare))),
      }
    : null;
}

/** `A B`; a library's matrices are arrays of rows, which cost more than the multiplication of one head's width. */
function multiply(a: Matrix64, b: Matrix64): Matrix64 {
  const data = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i += 1) {
    for (let p = 0; p < a.cols; p += 1) {
      const value = float64At(a.data, i * a.cols + p);
      for (let j = 0; j < b.cols; j += 1) {
        const at = i * b.cols + j;
        data[at] = float64At(data, at) + value * float64At(b.data, p * b.cols + j);
      }
    }
  }
  return { rows: a.rows, cols: b.cols, data };
}

function transpose({ rows, cols, data }: Matrix64): Matrix64 {
  const transposed = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < cols; j += 1) {
      transposed[j * rows + i] = float64At(data, i * cols + j);
    }
  }
  return { rows: cols, cols: rows, data: transposed };
}

function scaleColumns({ rows, cols, data }: Matrix64, factors: readonly number[]): Matrix64 {
  return { rows, cols, data: data.map((value, at) => value * (factors[at % cols] ?? NaN)) };
}

function distanceFromIdentity({ cols, data }: Matrix64): number {
  let square = 0;
  for (let at = 0; at < data.length; at += 1) {
    const apart = float64At(data, at) - (at % (cols + 1) === 0 ? 1 : 0);
    square += apart * apart;
  }
  return Math.sqrt(square);
}
