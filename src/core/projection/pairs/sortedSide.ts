import { float32At, float64At, int32At, uint32At } from '../../tensor/elements';
import { rowsOf, type Matrix, type Matrix64 } from '../../tensor/matrix';
import type { MatmulBackend } from '../backend';
import { norm } from '../dots';
import { UNIT_ROUNDOFF, type Factor } from './factor';

/**
 * Balanced factors of one side's tokens, longest first, with what float32 may have cost them: the exact balanced
 * factor of token i lies within `errors[i]` of `values[i]` (L2), so its norm is at most `bounds[i]`.
 */
export interface SortedSide {
  /** `[n]` */
  readonly ids: Int32Array;
  /** `[n, w]` */
  readonly values: Matrix;
  /** `[n]` */
  readonly errors: Float64Array;
  /** `[n]`, falling. */
  readonly bounds: Float64Array;
}

/** First-order error bounds hold with so much to spare. */
const ERROR_SAFETY = 1.1;
/** Above the rounding of a bound to float32, 2^-24. */
const BOUND_ROUNDING = 1 + 2 ** -22;
const CHUNK_ROWS = 8192;

/**
 * @param map `[w, w]`: the factor is multiplied by it; null: taken as it is
 * @param residual share of the product of both sides' reaches that balancing itself may have cost
 */
export async function sortSide(
  factor: Factor,
  map: Matrix64 | null,
  residual: number,
  backend: MatmulBackend,
): Promise<SortedSide> {
  const { ids, values, reach } = factor;
  const { rows, cols } = values;
  const mapped = map === null ? values : await multiply(values, map, backend);
  const share = errorShare(factor, map, residual);
  const bounds = new Float32Array(rows);
  for (let i = 0; i < rows; i += 1) {
    let square = 0;
    for (let at = i * cols; at < (i + 1) * cols; at += 1) {
      square += float32At(mapped.data, at) * float32At(mapped.data, at);
    }
    const bound = (Math.sqrt(square) + float64At(reach, i) * share) * BOUND_ROUNDING;
    bounds[i] = Number.isNaN(bound) ? Infinity : bound;
  }
  const order = longestFirst(bounds);
  const sorted = new Float32Array(rows * cols);
  const errors = new Float64Array(rows);
  for (let to = 0; to < rows; to += 1) {
    const from = int32At(order, to);
    errors[to] = float64At(reach, from) * share;
    sorted.set(mapped.data.subarray(from * cols, (from + 1) * cols), to * cols);
  }
  return {
    ids: order.map((i) => int32At(ids, i)),
    values: { rows, cols, data: sorted },
    errors,
    bounds: Float64Array.from(order, (i) => float32At(bounds, i)),
  };
}

/**
 * The error of a mapped factor as a share of its token's reach. Element q of the product with the map M sums
 * values with errors `roundings * u * reach * weights[p]`, times `|M[p][q]|`; the product itself rounds w + 2 times more.
 */
function errorShare(
  { values, weights, roundings }: Factor,
  map: Matrix64 | null,
  residual: number,
): number {
  const { cols } = values;
  const reaches = new Float64Array(cols);
  for (let q = 0; q < cols; q += 1) {
    for (let p = 0; p < cols; p += 1) {
      const size = map === null ? Number(p === q) : Math.abs(float64At(map.data, p * cols + q));
      reaches[q] = float64At(reaches, q) + float64At(weights, p) * size;
    }
  }
  const total = roundings + (map === null ? 0 : cols + 2);
  return ERROR_SAFETY * total * UNIT_ROUNDOFF * norm(reaches) + Math.sqrt(residual) * norm(weights);
}

async function multiply(values: Matrix, map: Matrix64, backend: MatmulBackend): Promise<Matrix> {
  const { rows, cols } = values;
  const transposed = new Float32Array(cols * cols);
  for (let p = 0; p < cols; p += 1) {
    for (let q = 0; q < cols; q += 1) {
      transposed[q * cols + p] = float64At(map.data, p * cols + q);
    }
  }
  const right = { rows: cols, cols, data: transposed };
  const data = new Float32Array(rows * cols);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const chunk = rowsOf(values, start, Math.min(CHUNK_ROWS, rows - start));
    data.set((await backend.multiplyTransposed(chunk, right)).data, start * cols);
  }
  return { rows, cols, data };
}

/** Tokens whose place and bound fit one float64: 32 bits of a float32 and 21 of a place. */
const MAX_PACKED = 2 ** 21;

/**
 * Indices by falling bound; equal bounds by rising index. The bits of float32 numbers that are not negative rise with
 * them, so that bound and index together are one number, and the native sort of numbers needs no comparison of ours.
 */
function longestFirst(bounds: Float32Array): Int32Array {
  const count = bounds.length;
  if (count > MAX_PACKED) {
    const order = Int32Array.from(bounds.keys());
    return order.sort((a, b) => float32At(bounds, b) - float32At(bounds, a) || a - b);
  }
  const bits = new Uint32Array(bounds.buffer, bounds.byteOffset, count);
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    packed[i] = uint32At(bits, i) * MAX_PACKED + (MAX_PACKED - 1 - i);
  }
  packed.sort();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i += 1) {
    order[count - 1 - i] = MAX_PACKED - 1 - (float64At(packed, i) % MAX_PACKED);
  }
  return order;
}
