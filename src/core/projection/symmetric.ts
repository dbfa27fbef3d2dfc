import { float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Consecutive indices. */
export interface IndexStretch {
  readonly start: number;
  readonly count: number;
}

/** Rows that a product goes through together: each alone would wait for its sum. */
const ROWS_TOGETHER = 4;

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
    const together = this.size - (this.size % ROWS_TOGETHER);
    for (let row = 0; row < together; row += ROWS_TOGETHER) {
      this.multiplyRow(x, into, row, row + ROWS_TOGETHER);
      this.multiplyRow(x, into, row + 1, row + ROWS_TOGETHER);
      this.multiplyRow(x, into, row + 2, row + ROWS_TOGETHER);
      this.multiplyRow(x, into, row + 3, row + ROWS_TOGETHER);
      this.multiplyFourRows(x, into, row);
    }
    for (let row = together; row < this.size; row += 1) {
      this.multiplyRow(x, into, row, this.size);
    }
  }

  /** Adds what the elements of a row up to column `end` (excluded) give, and their mirror images. */
  private multiplyRow(x: Float64Array, into: Float64Array, row: number, end: number): void {
    const { data } = this;
    const offset = this.rowStart(row) - row;
    const own = float64At(x, row);
    let sum = float64At(data, offset + row) * own;
    for (let column = row + 1; column < end; column += 1) {
      const value = float64At(data, offset + column);
      sum += value * float64At(x, column);
      into[column] = float64At(into, column) + value * own;
    }
    into[row] = float64At(into, row) + sum;
  }

  /** The same for four rows from the column after them on: `into` is gone through once, not four times. */
  private multiplyFourRows(x: Float64Array, into: Float64Array, row: number): void {
    const { data, size } = this;
    const a = this.rowStart(row) - row;
    const b = this.rowStart(row + 1) - row - 1;
    const c = this.rowStart(row + 2) - row - 2;
    const d = this.rowStart(row + 3) - row - 3;
    const ownA = float64At(x, row);
    const ownB = float64At(x, row + 1);
    const ownC = float64At(x, row + 2);
    const ownD = float64At(x, row + 3);
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    for (let column = row + ROWS_TOGETHER; column < size; column += 1) {
      const valueA = float64At(data, a + column);
      const valueB = float64At(data, b + column);
      const valueC = float64At(data, c + column);
      const valueD = float64At(data, d + column);
      const other = float64At(x, column);
      sumA += valueA * other;
      sumB += valueB * other;
      sumC += valueC * other;
      sumD += valueD * other;
      into[column] =
        float64At(into, column) + valueA * ownA + valueB * ownB + valueC * ownC + valueD * ownD;
    }
    into[row] = float64At(into, row) + sumA;
    into[row + 1] = float64At(into, row + 1) + sumB;
    into[row + 2] = float64At(into, row + 2) + sumC;
    into[row + 3] = float64At(into, row + 3) + sumD;
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
