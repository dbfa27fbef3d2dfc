/**
 * Parameters of a model A rewritten into the space of a model B (design section 4): with a kernel `T` `[d_B, d_A]` that
 * carries states of B into A and its way back `T'` `[d_A, d_B]`, what reads a state becomes `T W`, what writes one `W T'`.
 * Rows are parameter vectors, so a reading row w becomes `w T^T` and a writing one `w T'`.
 */
import { float32At, float64At } from '../tensor/elements';
import type { Matrix, Matrix64 } from '../tensor/matrix';
import { Cholesky } from './cholesky';

/** What a norm does to the coordinates that a row reads. */
export interface Gains {
  /** `[d_A]` */
  readonly gain: Float32Array;
  /** `[d_A]`; absent: none. */
  readonly shift?: Float32Array;
}

/** Rows `[n, d_A]` with a norm's gains folded in: `w * gain`. */
export function withGains({ rows, cols, data }: Matrix, { gain }: Gains): Matrix {
  const folded = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 1) {
    folded[i] = float32At(data, i) * float32At(gain, i % cols);
  }
  return { rows, cols, data: folded };
}

/** What a norm's shift adds to the sums of reading rows `[n, d_A]`, with their own bias: `b + W shift`, `[n]`. */
export function shiftedBias(
  { rows, cols, data }: Matrix,
  shift: Float32Array | undefined,
  bias: Float32Array | undefined,
): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = bias === undefined ? 0 : float32At(bias, row);
    for (let i = 0; i < cols && shift !== undefined; i += 1) {
      sum += float32At(data, row * cols + i) * float32At(shift, i);
    }
    return sum;
  });
}

/** A matrix turned over, as float32: `[cols, rows]`. */
export function turned({ rows, cols, data }: Matrix64): Matrix {
  const over = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      over[col * rows + row] = float64At(data, row * cols + col);
    }
  }
  return { rows: cols, cols: rows, data: over };
}

/**
 * The shortest shift `s` `[d]` that makes rows `W` `[n, d]` give some constants `c` `[n]`: `s = W^T (W W^T)^-1 c`. A head
 * without a bias thus keeps its constants in the shift of the norm before it. Undefined where the rows depend on each other.
 */
export function shiftFor(
  { rows, cols, data }: Matrix,
  constants: Float32Array,
): Float32Array | undefined {
  const gram = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a += 1) {
    for (let b = 0; b < rows; b += 1) {
      for (let i = 0; i < cols; i += 1) {
        gram[a * rows + b] =
          float64At(gram, a * rows + b) +
          float32At(data, a * cols + i) * float32At(data, b * cols + i);
      }
    }
  }
  const factor = new Cholesky(gram, rows, 0);
  if (!factor.takeRows(rows)) {
    return undefined;
  }
  const weights = Float64Array.from(constants);
  factor.solve(weights);
  return Float32Array.from({ length: cols }, (_, i) =>
    weights.reduce((sum, weight, row) => sum + weight * float32At(data, row * cols + i), 0),
  );
}
