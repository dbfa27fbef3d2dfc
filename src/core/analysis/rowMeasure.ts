import type { MatmulBackend } from '../projection/backend';
import { dot } from '../projection/dots';
import { ROUNDING_REACH, scoreVariances } from '../projection/nearestReadings';
import type { SymmetricMatrix } from '../projection/symmetric';
import { batchesOf, MAX_RUN_ROWS } from '../projection/workPlan';
import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { JointKernels } from './jointKernels';

/** Unit roundoff of float32. */
const UNIT_ROUNDOFF = 2 ** -24;
/** A row of unit length whose scores vary by less than this share of |K| reads nothing: it correlates with none. */
const CONSTANT_SHARE = 1e-12;

/** Rows that stand for parameter rows: the dot product of one of A with one of B is the correlation of the two. */
export interface StandardRows {
  /** `[n, w]`, the width the same for both models; zero for rows that correlate with nothing. */
  readonly matrix: Matrix;
  /** Rows that are zero, constant over the tokens, or not finite. */
  readonly silent: number;
}

/** A product of standard rows as the correlation that it stands for: rounding may carry it beyond 1. */
export function asCorrelation(product: number): number {
  return Math.max(-1, Math.min(1, product));
}

/** How rows of two models are compared: rows of A come to the left, rows of B to the right. */
export interface RowMeasure {
  left(rows: Matrix): Promise<StandardRows>;
  right(rows: Matrix): Promise<StandardRows>;
}

/** Rows `[n, d]` scaled to length 1; zero where that cannot be. */
function unitRows({ rows, cols, data }: Matrix, centre: boolean): Matrix {
  const unit = new Float32Array(data.length);
  const row = new Float64Array(cols);
  for (let start = 0; start < data.length; start += cols) {
    row.set(data.subarray(start, start + cols));
    const mean = centre ? row.reduce((sum, value) => sum + value, 0) / cols : 0;
    for (let j = 0; j < cols; j += 1) {
      row[j] = float64At(row, j) - mean;
    }
    const size = Math.sqrt(dot(row, row));
    if (size > 0 && Number.isFinite(size)) {
      for (let j = 0; j < cols; j += 1) {
        unit[start + j] = float64At(row, j) / size;
      }
    }
  }
  return { rows, cols, data: unit };
}

function countZeroRows({ rows, cols, data }: Matrix): number {
  let zero = 0;
  for (let row = 0; row < rows; row += 1) {
    zero += data.subarray(row * cols, (row + 1) * cols).every((value) => value === 0) ? 1 : 0;
  }
  return zero;
}

/** Raw rows compared feature by feature: the Pearson correlation of the rows themselves, of one width. */
export const FEATURE_MEASURE: RowMeasure = {
  left: (rows) => Promise.resolve(standardFeatures(rows)),
  right: (rows) => Promise.resolve(standardFeatures(rows)),
};

function standardFeatures(rows: Matrix): StandardRows {
  const matrix = unitRows(rows, true);
  return { matrix, silent: countZeroRows(matrix) };
}

/** One model's side of the kernels. */
interface KernelSide {
  /** `[d, d]` */
  readonly dense: Matrix;
  readonly frobenius: number;
  /** x^T K x in float64. */
  readonly exactVariance: (x: Float64Array) => number;
}

function kernelSide(covariance: SymmetricMatrix, start: number, count: number): KernelSide {
  const dense = covariance.block({ start, count }, { start, count });
  return {
    dense,
    frobenius: Math.sqrt(dense.data.reduce((sum, value) => sum + value * value, 0)),
    exactVariance: (x) => {
      const whole = new Float64Array(covariance.size);
      whole.set(x, start);
      const image = new Float64Array(covariance.size);
      covariance.multiply(whole, image);
      return dot(whole, image);
    },
  };
}

/**
 * The Pearson correlation of two rows' scores over the shared tokens, `x^T K_AB y / sqrt(x^T K_A x y^T K_B y)`, by
 * kernels of width d: no vector as long as the vocabulary is made. The cross kernel is multiplied into the wider
 * model's rows, so that correlations are sums over the narrower width. Float32, to about six digits; a variance that
 * float32 leaves in doubt is computed in float64.
 */
export function embeddingMeasure(kernels: JointKernels, backend: MatmulBackend): RowMeasure {
  const { covariance, widthA, widthB } = kernels;
  const a = kernelSide(covariance, 0, widthA);
  const b = kernelSide(covariance, widthA, widthB);
  const [stretchA, stretchB] = [
    { start: 0, count: widthA },
    { start: widthA, count: widthB },
  ];
  const crossLeft = widthA > widthB ? covariance.block(stretchB, stretchA) : undefined;
  const crossRight = crossLeft === undefined ? covariance.block(stretchA, stretchB) : undefined;
  return {
    left: (rows) => standardReadings(rows, a, crossLeft, backend),
    right: (rows) => standardReadings(rows, b, crossRight, backend),
  };
}

/** @param cross `[w, d]`: what rows `[n, d]` are multiplied with to become `[n, w]`; absent: nothing */
async function standardReadings(
  rows: Matrix,
  side: KernelSide,
  cross: Matrix | undefined,
  backend: MatmulBackend,
): Promise<StandardRows> {
  const unit = unitRows(rows, false);
  const variances = await scoreVariances(unit, side.dense, backend);
  const matrix = cross === undefined ? unit : await multiplied(unit, cross, backend);
  const { cols, data } = matrix;
  let silent = 0;
  for (let row = 0; row < unit.rows; row += 1) {
    const variance = settledVariance(unit, row, float64At(variances, row), side);
    silent += variance === 0 ? 1 : 0;
    const factor = variance === 0 ? 0 : 1 / Math.sqrt(variance);
    for (let j = row * cols; j < (row + 1) * cols; j += 1) {
      data[j] = float32At(data, j) * factor;
    }
  }
  return { matrix, silent };
}

/** The variance of a row of unit length, in float64 where float32 does not tell it from nothing; 0: it is nothing. */
function settledVariance(unit: Matrix, row: number, variance: number, side: KernelSide): number {
  const doubt = ROUNDING_REACH * Math.sqrt(unit.cols) * UNIT_ROUNDOFF * side.frobenius;
  if (variance > doubt) {
    return variance;
  }
  const exact = side.exactVariance(new Float64Array(rowsOf(unit, row, 1).data));
  return exact > CONSTANT_SHARE * side.frobenius ? exact : 0;
}

async function multiplied(rows: Matrix, cross: Matrix, backend: MatmulBackend): Promise<Matrix> {
  const data = new Float32Array(rows.rows * cross.rows);
  for (const { start, count } of batchesOf(rows.rows, MAX_RUN_ROWS)) {
    const part = await backend.multiplyTransposed(rowsOf(rows, start, count), cross);
    data.set(part.data, start * cross.rows);
  }
  return { rows: rows.rows, cols: cross.rows, data };
}
