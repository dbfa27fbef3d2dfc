import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Rows `[n, d]` of a model less those of its base, each number rounded once. */
export function subtractRows(tuned: Matrix, base: Matrix): Matrix {
  const data = new Float32Array(tuned.data.length);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = float32At(tuned.data, i) - float32At(base.data, i);
  }
  return { rows: tuned.rows, cols: tuned.cols, data };
}

/** L2 norms of rows `[n, d]`, squared, in float64. */
export function rowSquares({ rows, cols, data }: Matrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let j = row * cols; j < (row + 1) * cols; j += 1) {
      sum += float32At(data, j) * float32At(data, j);
    }
    squares[row] = sum;
  }
  return squares;
}

/** Adds rows `[n, d]` up, into `sum` `[d]`. */
export function addRows({ rows, cols, data }: Matrix, sum: Float64Array): void {
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < cols; j += 1) {
      sum[j] = float64At(sum, j) + float32At(data, row * cols + j);
    }
  }
}
