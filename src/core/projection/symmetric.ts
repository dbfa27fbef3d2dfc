import { float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Consecutive indices. */
export interface IndexStretch {
  readonly start: number;
  readonly count: number;
}

/**
 * A symmetric `[d, d]` matrix in float64 of which the upper triangle is held, row after row: half the memory of
 * the whole, which counts at widths of thousands.
 */
export class SymmetricMatrix {
  readonly data: Float64Array;

  constructor(readonly size: number) {
    this.data = new Float64Array((size * (size + 1)) / 2);
  }

  /** Where row `row` begins, at its diagonal element. */
  rowStart(row: number): number {
    return row * this.size - (row * (row - 1)) / 2;
  }

  at(row: number, column: number): number {
    const low = Math.min(row, column);
    return float64At(this.data, this.rowStart(low) + Math.max(row, column) - low);
  }

  /** The elements of some rows and columns as the backend multiplies them, `[rows, cols]` in float32. */
  block(
    { start: firstRow, count: rows }: IndexStretch,
    { start: firstColumn, count: cols }: IndexStretch,
  ): Matrix {
    const data = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < cols; column += 1) {
        data[row * cols + column] = this.at(firstRow + row, firstColumn + column);
      }
    }
    return { rows, cols, data };
  }

  /** The whole matrix as the backend multiplies it. */
  dense(): Matrix {
    const whole = { start: 0, count: this.size };
    return this.block(whole, whole);
  }

  /** `into = A x`, both `[d]`. */
  multiply(x: Float64Array, into: Float64Array): void {
    into.fill(0);
    const { data, size } = this;
    let at = 0;
    for (let row = 0; row < size; row += 1) {
      const own = float64At(x, row);
      let sum = float64At(data, at) * own;
      at += 1;
      for (let column = row + 1; column < size; column += 1) {
        const value = float64At(data, at);
        sum += value * float64At(x, column);
        into[column] = float64At(into, column) + value * own;
        at += 1;
      }
      into[row] = float64At(into, row) + sum;
    }
  }

  /** Replaces every element by what it becomes. */
  map(become: (value: number, row: number, column: number) => number): void {
    let at = 0;
    for (let row = 0; row < this.size; row += 1) {
      for (let column = row; column < this.size; column += 1) {
        this.data[at] = become(float64At(this.data, at), row, column);
        at += 1;
      }
    }
  }
}
