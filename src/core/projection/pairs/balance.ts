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
  readonly root: Matrix64;
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
  const { root, transposed, inverse } = roots;
  const { width } = b;
  // A Gram matrix is its own transpose.
  const gram = { rows: width, cols: width, data: b.numbers };
  const c = eigen(timesTransposed(timesTransposed(root, gram), root), MIN_SINGULAR_SHARE ** 2);
  if (c === null) {
    return null;
  }
  const halves = c.roots.map(Math.sqrt);
  const left = scaleColumns(timesTransposed(inverse, c.vectors), halves);
  const right = scaleColumns(
    timesTransposed(transposed, c.vectors),
    halves.map((half) => 1 / half),
  );
  const residual = distanceFromIdentity(timesTransposed(left, right));
  return Number.isFinite(residual) ? { left, right, residual } : null;
}

function rootsOf({ numbers, width }: GramMatrix): Roots | null {
  if (!numbers.every(Number.isFinite)) {
    return null;
  }
  const found = eigen({ rows: width, cols: width, data: numbers }, MIN_EIGENVALUE_SHARE);
  if (found === null) {
    return null;
  }
  const columns = transpose(found.vectors);
  const transposed = scaleColumns(columns, found.roots);
  return {
    root: transpose(transposed),
    transposed,
    inverse: scaleColumns(
      columns,
      found.roots.map((root) => 1 / root),
    ),
  };
}

interface Eigen {
  /** Rows are eigenvectors. */
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
        vectors: transpose({ rows, cols, data: Float64Array.from(eigenvectorMatrix.to1DArray()) }),
        roots: realEigenvalues.map((value) => Math.sqrt(Math.max(value, largest * leastShare))),
      }
    : null;
}

/**
 * `A B^T` `[n, m]` of A `[n, w]` and B `[m, w]`, without a library: its matrices are arrays of rows, which cost more than
 * multiplying those of one head. Four products are summed side by side, as one alone would wait for each of its sums.
 */
function timesTransposed(a: Matrix64, b: Matrix64): Matrix64 {
  const data = new Float64Array(a.rows * b.rows);
  const together = b.rows - (b.rows % 4);
  for (let i = 0; i < a.rows; i += 1) {
    for (let j = 0; j < together; j += 4) {
      multiplyFour(a, b, i, j, data);
    }
    for (let j = together; j < b.rows; j += 1) {
      data[i * b.rows + j] = product(a, b, i, j);
    }
  }
  return { rows: a.rows, cols: b.rows, data };
}

/** Writes row `i` of A `[n, w]` times rows `j` to `j + 4` of B `[m, w]` to their places in `into` `[n, m]`. */
function multiplyFour(a: Matrix64, b: Matrix64, i: number, j: number, into: Float64Array): void {
  const { cols } = a;
  const row = i * cols;
  const first = j * cols;
  const second = first + cols;
  const third = second + cols;
  const fourth = third + cols;
  let sumFirst = 0;
  let sumSecond = 0;
  let sumThird = 0;
  let sumFourth = 0;
  for (let p = 0; p < cols; p += 1) {
    const value = float64At(a.data, row + p);
    sumFirst += value * float64At(b.data, first + p);
    sumSecond += value * float64At(b.data, second + p);
    sumThird += value * float64At(b.data, third + p);
    sumFourth += value * float64At(b.data, fourth + p);
  }
  const at = i * b.rows + j;
  into[at] = sumFirst;
  into[at + 1] = sumSecond;
  into[at + 2] = sumThird;
  into[at + 3] = sumFourth;
}

/** Row `i` of A `[n, w]` times row `j` of B `[m, w]`. */
function product(a: Matrix64, b: Matrix64, i: number, j: number): number {
  let sum = 0;
  for (let p = 0; p < a.cols; p += 1) {
    sum += float64At(a.data, i * a.cols + p) * float64At(b.data, j * b.cols + p);
  }
  return sum;
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
  const by = Float64Array.from(factors);
  const scaled = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < cols; j += 1) {
      scaled[i * cols + j] = float64At(data, i * cols + j) * float64At(by, j);
    }
  }
  return { rows, cols, data: scaled };
}

function distanceFromIdentity({ cols, data }: Matrix64): number {
  let square = 0;
  for (let at = 0; at < data.length; at += 1) {
    const apart = float64At(data, at) - (at % (cols + 1) === 0 ? 1 : 0);
    square += apart * apart;
  }
  return Math.sqrt(square);
}
