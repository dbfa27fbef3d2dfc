import { float64At } from '../tensor/elements';

/** A pivot below this share of its diagonal element is rounding noise: the matrix is singular as far as float64 can tell. */
const PIVOT_SHARE = 1e-14;

/** Sum of `a[i] b[i]` over `count` numbers from two places of one array. */
function dotWithin(data: Float64Array, a: number, b: number, count: number): number {
  let [even, odd] = [0, 0];
  const paired = count - (count % 2);
  for (let i = 0; i < paired; i += 2) {
    even += float64At(data, a + i) * float64At(data, b + i);
    odd += float64At(data, a + i + 1) * float64At(data, b + i + 1);
  }
  return paired === count
    ? even + odd
    : even + odd + float64At(data, a + paired) * float64At(data, b + paired);
}

/**
 * The factor L of `G + ridge I = L L^T`, `G` `[n, n]` symmetric and positive definite (Golub and Van Loan, "Matrix
 * Computations", section 4.2). Rows are taken in steps, so that long work can look up between them.
 */
export class Cholesky {
  /** `[n, n]`, of which the lower triangle counts. */
  private readonly factor: Float64Array;
  private done = 0;

  constructor(
    matrix: Float64Array,
    readonly size: number,
    ridge = 0,
  ) {
    this.factor = matrix.slice();
    for (let i = 0; i < size; i += 1) {
      const at = i * size + i;
      this.factor[at] = float64At(matrix, at) + ridge;
    }
  }

  /** Whether every row is taken. */
  get complete(): boolean {
    return this.done === this.size;
  }

  /** Takes `count` more rows. Answers false where the matrix is not positive definite. */
  takeRows(count: number): boolean {
    const { factor, size } = this;
    const end = Math.min(size, this.done + count);
    for (; this.done < end; this.done += 1) {
      const row = this.done * size;
      for (let j = 0; j < this.done; j += 1) {
        const left = float64At(factor, row + j) - dotWithin(factor, row, j * size, j);
        factor[row + j] = left / float64At(factor, j * size + j);
      }
      const diagonal = float64At(factor, row + this.done);
      const pivot = diagonal - dotWithin(factor, row, row, this.done);
      if (!(pivot > PIVOT_SHARE * diagonal)) {
        return false;
      }
      factor[row + this.done] = Math.sqrt(pivot);
    }
    return true;
  }

  /** Replaces `x` `[n]` by `(G + ridge I)^-1 x`. */
  solve(x: Float64Array): void {
    const { factor, size } = this;
    for (let i = 0; i < size; i += 1) {
      let sum = float64At(x, i);
      for (let j = 0; j < i; j += 1) {
        sum -= float64At(factor, i * size + j) * float64At(x, j);
      }
      x[i] = sum / float64At(factor, i * size + i);
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      const value = float64At(x, i) / float64At(factor, i * size + i);
      x[i] = value;
      for (let j = 0; j < i; j += 1) {
        x[j] = float64At(x, j) - float64At(factor, i * size + j) * value;
      }
    }
  }
}
