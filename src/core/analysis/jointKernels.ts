import { checkCancelled } from '../errors';
import type { MatmulBackend, VocabularyMatrix } from '../projection/backend';
import { CovarianceSum } from '../projection/covariance';
import type { SymmetricMatrix } from '../projection/symmetric';
import { passTileRows, type WorkOptions } from '../projection/workPlan';
import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Two embeddings, and which of their rows belong together: row `idsA[i]` of A with row `idsB[i]` of B. */
export interface TokenRows {
  readonly matrixA: VocabularyMatrix;
  readonly matrixB: VocabularyMatrix;
  readonly idsA: Int32Array;
  readonly idsB: Int32Array;
}

/**
 * What correlations of two models' readings are made of. With `E_A` `[n, d_A]` and `E_B` `[n, d_B]` the rows of the
 * shared tokens less their means, `covariance` is that of their rows side by side, `[d_A + d_B, d_A + d_B]`: its blocks
 * are the kernels `E_A^T E_A / n`, `E_A^T E_B / n` and `E_B^T E_B / n`.
 */
export interface JointKernels {
  readonly covariance: SymmetricMatrix;
  /** `[d_A + d_B]`: means of the rows. */
  readonly mean: Float64Array;
  readonly widthA: number;
  readonly widthB: number;
  /** Tokens that take part, and those left out because a row of theirs is not finite. */
  readonly tokens: number;
  readonly nonFinite: number;
}

/** A tile of rows of both models side by side, `[t, d_A + d_B]`. */
function sideBySide(a: Matrix, b: Matrix): Matrix {
  const cols = a.cols + b.cols;
  const data = new Float32Array(a.rows * cols);
  for (let i = 0; i < a.rows; i += 1) {
    data.set(a.data.subarray(i * a.cols, (i + 1) * a.cols), i * cols);
    data.set(b.data.subarray(i * b.cols, (i + 1) * b.cols), i * cols + a.cols);
  }
  return { rows: a.rows, cols, data };
}

interface MeasuredRows {
  readonly storedNorms: Float32Array;
  /** `[t]`, 1 for rows whose numbers are all finite; others are set to zero. */
  readonly weights: Float32Array;
  readonly nonFinite: number;
}

function measure({ rows, cols, data }: Matrix): MeasuredRows {
  const storedNorms = new Float32Array(rows);
  const weights = new Float32Array(rows).fill(1);
  let nonFinite = 0;
  for (let i = 0; i < rows; i += 1) {
    let square = 0;
    for (let j = i * cols; j < (i + 1) * cols; j += 1) {
      square += float32At(data, j) * float32At(data, j);
    }
    if (Number.isFinite(square)) {
      storedNorms[i] = Math.sqrt(square);
    } else {
      weights[i] = 0;
      nonFinite += 1;
      data.fill(0, i * cols, (i + 1) * cols);
    }
  }
  return { storedNorms, weights, nonFinite };
}

/**
 * The kernels of two models over the tokens that they share, in one pass over each embedding. Products are float32 of
 * rows less a provisional mean, sums over tiles float64: entries are known to about six digits of the larger ones.
 * @throws CancelledError between tiles
 */
export async function jointKernels(
  { matrixA, matrixB, idsA, idsB }: TokenRows,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<JointKernels> {
  const cols = matrixA.cols + matrixB.cols;
  const sum = new CovarianceSum(idsA.length, cols, backend, () => {
    checkCancelled(cancellation);
  });
  const tileRows = passTileRows(cols);
  let nonFinite = 0;
  for (let start = 0; start < idsA.length; start += tileRows) {
    checkCancelled(cancellation);
    const end = Math.min(idsA.length, start + tileRows);
    const a = await matrixA.rowsById([...idsA.subarray(start, end)]);
    const b = await matrixB.rowsById([...idsB.subarray(start, end)]);
    const matrix = sideBySide(a, b);
    const measured = measure(matrix);
    nonFinite += measured.nonFinite;
    const tile = { start: 0, matrix, storedNorms: measured.storedNorms, nonFinite: [] };
    await sum.add(tile, measured.weights);
    onProgress?.({ done: end, total: idsA.length, unit: 'tokens' });
  }
  const { mean, covariance, count } = await sum.finish();
  return {
    covariance,
    mean,
    widthA: matrixA.cols,
    widthB: matrixB.cols,
    tokens: count,
    nonFinite,
  };
}
