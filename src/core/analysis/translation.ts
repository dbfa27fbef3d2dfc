/**
 * Parameters of a model A rewritten into the space of a model B (design section 4): with a kernel `T` `[d_B, d_A]` that
 * carries states of B into A and its way back `T'` `[d_A, d_B]`, what reads a state becomes `T W`, what writes one `W T'`.
 * Rows are parameter vectors, so a reading row w becomes `w T^T` and a writing one `w T'`.
 */
import { float32At, float64At } from '../tensor/elements';
import type { Matrix, Matrix64 } from '../tensor/matrix';

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
