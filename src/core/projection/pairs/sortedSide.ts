import { float32At, float64At, int32At } from '../../tensor/elements';
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
/** Above the rounding of a norm computed in float64 from float32 values. */
const NORM_SAFETY = 1 + 2 ** -40;
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
  const bounds = new Float64Array(rows);
  const row = new Float64Array(cols);
  for (let i = 0; i < rows; i += 1) {
    for (let p = 0; p < cols; p += 1) {
      row[p] = float32At(mapped.data, i * cols + p);
    }
    const bound = (norm(row) + float64At(reach, i) * share) * NORM_SAFETY;
    bounds[i] = Number.isNaN(bound) ? Infinity : bound;
  }
  const order = longestFirst(bounds);
  const sorted = new Float32Array(rows * cols);
  order.forEach((from, to) => {
    sorted.set(rowsOf(mapped, from, 1).data, to * cols);
  });
  return {
    ids: order.map((i) => int32At(ids, i)),
    values: { rows, cols, data: sorted },
    errors: Float64Array.from(order, (i) => float64At(reach, i) * share),
    bounds: Float64Array.from(order, (i) => float64At(bounds, i)),
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

/** Indices by falling bound; equal bounds by rising index. */
function longestFirst(bounds: Float64Array): Int32Array {
  const order = Int32Array.from(bounds.keys());
  return order.sort((a, b) => float64At(bounds, b) - float64At(bounds, a) || a - b);
}
