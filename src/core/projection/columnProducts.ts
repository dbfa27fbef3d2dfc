import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Rows of a band that are added up together: each sum is loaded and stored once for so many. */
const GROUP = 8;

/** A stretch of columns of a band and where their sums lie. */
export interface ColumnStretch {
  readonly column: number;
  readonly count: number;
  /** Index of the first column's sum. */
  readonly into: number;
}

/**
 * `sums[into + i] += sum over j of weights[from + j] * band[j, column + i]`, in float64 and in the order of j: products
 * of vectors that are columns of a stored matrix, without transposing it. A sum that is continued from band to
 * band is the same, bit by bit, as the product of the whole column.
 *
 * @param band `[rows, width]`
 */
export function addColumnProducts(
  sums: Float64Array,
  weights: Float64Array,
  from: number,
  band: Matrix,
  stretch: ColumnStretch,
): void {
  const grouped = band.rows - (band.rows % GROUP);
  for (let j = 0; j < grouped; j += GROUP) {
    addEight(sums, weights, from + j, band, j, stretch);
  }
  const { column, count, into } = stretch;
  for (let j = grouped; j < band.rows; j += 1) {
    const weight = float64At(weights, from + j);
    const start = j * band.cols + column;
    for (let i = 0; i < count; i += 1) {
      sums[into + i] = float64At(sums, into + i) + weight * float32At(band.data, start + i);
    }
  }
}

function addEight(
  sums: Float64Array,
  weights: Float64Array,
  from: number,
  { cols, data }: Matrix,
  row: number,
  { column, count, into }: ColumnStretch,
): void {
  const a = float64At(weights, from);
  const b = float64At(weights, from + 1);
  const c = float64At(weights, from + 2);
  const d = float64At(weights, from + 3);
  const e = float64At(weights, from + 4);
  const f = float64At(weights, from + 5);
  const g = float64At(weights, from + 6);
  const h = float64At(weights, from + 7);
  let at = row * cols + column;
  for (let i = into; i < into + count; i += 1) {
    let sum = float64At(sums, i);
    sum += a * float32At(data, at);
    sum += b * float32At(data, at + cols);
    sum += c * float32At(data, at + 2 * cols);
    sum += d * float32At(data, at + 3 * cols);
    sum += e * float32At(data, at + 4 * cols);
    sum += f * float32At(data, at + 5 * cols);
    sum += g * float32At(data, at + 6 * cols);
    sum += h * float32At(data, at + 7 * cols);
    sums[i] = sum;
    at += 1;
  }
}
