import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { kthLargest } from './candidates';
import { dot } from './dots';
import type { SymmetricMatrix } from './symmetric';
import { batchesOf, MAX_RUN_ROWS } from './workPlan';

/** Unit roundoff of float32. */
const UNIT_ROUNDOFF = 2 ** -24;
/** A sum of n products of float32 errs by more than this times sqrt(n) roundings with no likelihood (Higham and Mary, 2019). */
export const ROUNDING_REACH = 8;
/** A row whose scores vary by less than this share of |x|^2 |K| reads nothing: it correlates with none. */
const CONSTANT_SHARE = 1e-12;

/**
 * Variances of the scores of some folded rows, `[n]`: x^T K x, in float32 but for the last sum.
 * @param rows `[n, d]` @param dense K, `[d, d]`
 */
export async function scoreVariances(
  rows: Matrix,
  dense: Matrix,
  backend: MatmulBackend,
): Promise<Float64Array> {
  const variances = new Float64Array(rows.rows);
  for (const { start, count } of batchesOf(rows.rows, MAX_RUN_ROWS)) {
    const batch = rowsOf(rows, start, count);
    const images = await backend.multiplyTransposed(batch, dense);
    for (let i = 0; i < count; i += 1) {
      let sum = 0;
      for (let j = i * rows.cols; j < (i + 1) * rows.cols; j += 1) {
        sum += float32At(batch.data, j) * float32At(images.data, j);
      }
      variances[start + i] = sum;
    }
  }
  return variances;
}

/** The covariance of a space's rows, `[d, d]`, and its Frobenius norm. */
export interface ReadingKernel {
  readonly matrix: SymmetricMatrix;
  readonly frobenius: number;
}

/** What is known of a row before it is computed exactly. */
export interface RoughRow {
  /** Exact covariance with the row whose neighbours are sought. */
  readonly covariance: number;
  /** From `scoreVariances`. */
  readonly variance: number;
  /** |x|^2 */
  readonly square: number;
}

/**
 * Rows that may be among the `count` of highest correlation, given float32 variances: by number, in their order.
 * @param frobenius |K| @param own the variance of the row whose neighbours are sought
 */
export function correlationCandidates(
  rows: Iterable<RoughRow>,
  total: number,
  count: number,
  { frobenius, own, width }: { frobenius: number; own: number; width: number },
): number[] {
  const lower = new Float32Array(total).fill(-Infinity);
  const upper = new Float32Array(total).fill(-Infinity);
  let row = 0;
  for (const { covariance, variance, square } of rows) {
    const error = ROUNDING_REACH * Math.sqrt(width) * UNIT_ROUNDOFF * square * frobenius;
    const [least, most] = [Math.max(0, variance - error), variance + error];
    // Where the variance may be nothing, the correlation may be anything up to one.
    const bounds = [least, most].map((each) =>
      each === 0
        ? Math.sign(covariance)
        : Math.max(-1, Math.min(1, covariance / Math.sqrt(own * each))),
    );
    if (Number.isFinite(covariance) && Number.isFinite(variance)) {
      lower[row] = Math.min(...bounds) - UNIT_ROUNDOFF * 2;
      upper[row] = Math.max(...bounds) + UNIT_ROUNDOFF * 2;
    }
    row += 1;
  }
  const threshold = total <= count ? -2 : kthLargest(lower.slice(), count);
  const found: number[] = [];
  upper.forEach((bound, at) => {
    if (bound >= threshold && bound > -Infinity) {
      found.push(at);
    }
  });
  return found;
}

/**
 * The correlation of two rows' readings in float64; null where either reads nothing.
 * @param x `[d]` @param image K x @param own x^T K x @param y `[d]`
 */
export function readingCorrelation(
  { matrix: kernel, frobenius }: ReadingKernel,
  { image, own }: { image: Float64Array; own: number },
  y: Float64Array,
): number | null {
  const its = new Float64Array(y.length);
  kernel.multiply(y, its);
  const variance = dot(y, its);
  if (!(variance > CONSTANT_SHARE * dot(y, y) * frobenius) || !(own > 0)) {
    return null;
  }
  return Math.max(-1, Math.min(1, dot(y, image) / Math.sqrt(own * variance)));
}

/** How much the readings of two random directions correlate: what a correlation must be held against. */
export interface RandomCorrelations {
  readonly pairs: number;
  /** Root mean square; their mean is 0. */
  readonly std: number;
  readonly highest: number;
}

/** Correlations of all pairs of the some directions under a kernel. */
export function randomCorrelations(
  { matrix: kernel }: ReadingKernel,
  directions: readonly Float32Array[],
): RandomCorrelations {
  const read = directions.map((direction) => {
    const x = new Float64Array(direction);
    const image = new Float64Array(x.length);
    kernel.multiply(x, image);
    return { x, image, own: dot(x, image) };
  });
  const found = read.flatMap((a, i) =>
    read.slice(i + 1).map((b) => dot(a.x, b.image) / Math.sqrt(a.own * b.own)),
  );
  const squares = found.reduce((sum, value) => sum + value * value, 0);
  return {
    pairs: found.length,
    std: Math.sqrt(squares / Math.max(1, found.length)),
    highest: found.reduce((most, value) => Math.max(most, value), 0),
  };
}

/** The Frobenius norm of a symmetric matrix. */
export function frobeniusNorm(kernel: SymmetricMatrix): number {
  let sum = 0;
  for (let row = 0; row < kernel.size; row += 1) {
    const start = kernel.rowStart(row);
    for (let column = row; column < kernel.size; column += 1) {
      const value = float64At(kernel.data, start + column - row);
      sum += (column === row ? 1 : 2) * value * value;
    }
  }
  return Math.sqrt(sum);
}
