import { float32At, float64At, int32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/**
 * Float64 dot products of `x` `[d]` with the rows `rows[0..count)` of a matrix `[t, d]`, into `out`. Every product is summed in
 * the order of the columns, so that equal rows get equal sums. Eight rows at a time: they come from all over
 * memory, and one alone would wait for it.
 */
export function dotsWithRows(
  x: Float64Array,
  matrix: Matrix,
  rows: Int32Array,
  out: Float64Array,
): void {
  const grouped = rows.length - (rows.length % GROUP);
  for (let i = 0; i < grouped; i += GROUP) {
    dotWithEight(x, matrix, rows, out, i);
  }
  for (let i = grouped; i < rows.length; i += 1) {
    out[i] = dotWithRow(x, matrix, int32At(rows, i));
  }
}

const GROUP = 8;

/** The float64 dot product of `x` `[d]` with one row of a matrix `[t, d]`. */
export function dotWithRow(x: Float64Array, matrix: Matrix, row: number): number {
  const { data } = matrix;
  const start = row * matrix.cols;
  let sum = 0;
  for (let j = 0; j < x.length; j += 1) {
    sum += float64At(x, j) * float32At(data, start + j);
  }
  return sum;
}

function dotWithEight(
  x: Float64Array,
  matrix: Matrix,
  rows: Int32Array,
  out: Float64Array,
  at: number,
): void {
  const { cols, data } = matrix;
  const a = int32At(rows, at) * cols;
  const b = int32At(rows, at + 1) * cols;
  const c = int32At(rows, at + 2) * cols;
  const d = int32At(rows, at + 3) * cols;
  const e = int32At(rows, at + 4) * cols;
  const f = int32At(rows, at + 5) * cols;
  const g = int32At(rows, at + 6) * cols;
  const h = int32At(rows, at + 7) * cols;
  let sumA = 0;
  let sumB = 0;
  let sumC = 0;
  let sumD = 0;
  let sumE = 0;
  let sumF = 0;
  let sumG = 0;
  let sumH = 0;
  for (let j = 0; j < x.length; j += 1) {
    const value = float64At(x, j);
    sumA += value * float32At(data, a + j);
    sumB += value * float32At(data, b + j);
    sumC += value * float32At(data, c + j);
    sumD += value * float32At(data, d + j);
    sumE += value * float32At(data, e + j);
    sumF += value * float32At(data, f + j);
    sumG += value * float32At(data, g + j);
    sumH += value * float32At(data, h + j);
  }
  out[at] = sumA;
  out[at + 1] = sumB;
  out[at + 2] = sumC;
  out[at + 3] = sumD;
  out[at + 4] = sumE;
  out[at + 5] = sumF;
  out[at + 6] = sumG;
  out[at + 7] = sumH;
}

/** The float64 dot product of two vectors of equal length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) {
    sum += float64At(a, j) * float64At(b, j);
  }
  return sum;
}

/** The L2 norm of a vector whose squares may leave the range of float64 only where it does itself. */
export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/** The power of two at or below a positive number: scaling by it changes no digit. */
export function powerOfTwoBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size));
}
