import { float32At, float64At } from '../../tensor/elements';
import { rowsOf, type Matrix, type Matrix64 } from '../../tensor/matrix';
import type { MatmulBackend } from '../backend';
import { norm } from '../dots';
import { GramMatrix } from './balance';
import { UNIT_ROUNDOFF, type Factor } from './factor';

/** A factor with what every search of it needs. */
export interface MeasuredFactor extends Factor {
  readonly gram: GramMatrix;
  /** The exact factor of token i, times `unit`, lies within `reach[i] * error` of `values[i]` (L2). */
  readonly error: number;
  /** `[n]`: neither the exact factor, times `unit`, nor `values[i]` is longer. */
  readonly lengths: Float32Array;
}

/** How a factor is changed before it is measured. */
export interface FactorMap {
  /** `[w, w]`: the factor is multiplied by it. */
  readonly map: Matrix64;
  /** Share of the product of both sides' reaches that balancing itself may have cost. */
  readonly residual: number;
}

/** First-order error bounds hold with so much to spare. */
const ERROR_SAFETY = 1.1;
/** Above the rounding of a bound to float32, 2^-24. */
const BOUND_ROUNDING = 1 + 2 ** -22;
/** Above what underflow, at 2^-126 a product, may take from a sum of squares. */
const LOST_SQUARES = 2 ** -100;
/** Rows that are measured at once: their products stay in the processor's cache. */
const MEASURED_ROWS = 8192;
/** Rows of a Gram matrix's tile: sums of more terms would lose digits in float32. */
const GRAM_ROWS = 4096;

export async function measureFactor(
  factor: Factor,
  backend: MatmulBackend,
): Promise<MeasuredFactor> {
  return {
    ...factor,
    gram: await gramOf(factor, backend),
    error: errorShare(factor, null),
    lengths: await lengthsOf(factor, null, backend),
  };
}

/** `[n]`: no exact factor, times `unit` and mapped, is longer than these; nor is any that float32 computes. */
export async function lengthsOf(
  factor: Factor,
  change: FactorMap | null,
  backend: MatmulBackend,
): Promise<Float32Array> {
  const { values } = factor;
  const share = errorShare(factor, change);
  const by = change === null ? undefined : transposed(change.map);
  const lengths = new Float32Array(values.rows);
  for (let start = 0; start < values.rows; start += MEASURED_ROWS) {
    const chunk = rowsOf(values, start, Math.min(MEASURED_ROWS, values.rows - start));
    addLengths(factor, share, await backend.rowSquares(chunk, by), start, lengths);
  }
  return lengths;
}

/** Writes the lengths of the tokens from `start` on, whose squares float32 computed. */
function addLengths(
  { values, reach }: Factor,
  share: number,
  squares: Float32Array,
  start: number,
  into: Float32Array,
): void {
  // Squares are sums of as many products, each of which rounds; the root halves what that costs.
  const rounding = BOUND_ROUNDING + (values.cols + 2) * UNIT_ROUNDOFF;
  for (let i = 0; i < squares.length; i += 1) {
    const error = float64At(reach, start + i) * share;
    // Where nothing can go wrong the factor is zero.
    const lost = error === 0 ? 0 : LOST_SQUARES;
    const length = Math.sqrt(float32At(squares, i) + lost) * rounding + error * BOUND_ROUNDING;
    into[start + i] = Number.isNaN(length) ? Infinity : length;
  }
}

/**
 * The error of a factor as a share of its token's reach. Element q of the product with the map M sums values
 * with errors `roundings * u * reach * weights[p]`, times `|M[p][q]|`; the product itself rounds w + 2 times more.
 */
function errorShare({ values, weights, roundings }: Factor, change: FactorMap | null): number {
  const { cols } = values;
  if (change === null) {
    return ERROR_SAFETY * roundings * UNIT_ROUNDOFF * norm(weights);
  }
  const { map, residual } = change;
  const reaches = new Float64Array(cols);
  for (let p = 0; p < cols; p += 1) {
    for (let q = 0; q < cols; q += 1) {
      const size = Math.abs(float64At(map.data, p * cols + q));
      reaches[q] = float64At(reaches, q) + float64At(weights, p) * size;
    }
  }
  const rounded = ERROR_SAFETY * (roundings + cols + 2) * UNIT_ROUNDOFF * norm(reaches);
  return rounded + Math.sqrt(residual) * norm(weights);
}

/** `A^T A` of a factor's values: products in float32, sums over tiles in float64. */
async function gramOf({ values }: Factor, backend: MatmulBackend): Promise<GramMatrix> {
  const { rows, cols } = values;
  const gram = new Float64Array(cols * cols);
  for (let start = 0; start < rows; start += GRAM_ROWS) {
    const part = rowsOf(values, start, Math.min(GRAM_ROWS, rows - start));
    const block = await backend.gram(part, part);
    for (let at = 0; at < gram.length; at += 1) {
      gram[at] = float64At(gram, at) + float32At(block.data, at);
    }
  }
  return new GramMatrix(gram, cols);
}

function transposed({ rows, cols, data }: Matrix64): Matrix {
  const made = new Float32Array(rows * cols);
  for (let p = 0; p < rows; p += 1) {
    for (let q = 0; q < cols; q += 1) {
      made[q * rows + p] = float64At(data, p * cols + q);
    }
  }
  return { rows: cols, cols: rows, data: made };
}
