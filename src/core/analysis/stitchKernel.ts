/** The kernel that carries hidden states of one model through the vocabulary into another (design section 4). */
import { checkCancelled, VocabScopeError } from '../errors';
import type { MatmulBackend } from '../projection/backend';
import { largestEigenvectors, type SymmetricOperator } from '../projection/lanczos';
import type { WorkOptions } from '../projection/workPlan';
import { float64At } from '../tensor/elements';
import type { Matrix, Matrix64 } from '../tensor/matrix';
import { Cholesky } from './cholesky';
import type { TokenRows } from './jointKernels';

/** Floating point operations of one run of the backend, and rows below which a run is not worth its call. */
const MAX_RUN_FLOP = 5e9;
const MIN_TILE_ROWS = 64;
const MAX_TILE_ROWS = 8192;
/** Multiplications of a step of factoring or solving: between steps the work can be cancelled. */
const STEP_MULTIPLICATIONS = 2e7;

/** What is added to the diagonal where the Gram matrix cannot be factored without: this share of its mean. */
const RIDGE_SHARE = 1e-10;

/** Gram matrices in float64 of the shared tokens' embeddings, `E_A` `[n, d_A]` and `E_B` `[n, d_B]` (rows are tokens). */
export interface StitchGrams {
  /** `E_A^T E_A` `[d_A, d_A]` */
  readonly aa: Matrix64;
  /** `E_B^T E_A` `[d_B, d_A]` */
  readonly ba: Matrix64;
  /** `E_B^T E_B` `[d_B, d_B]` */
  readonly bb: Matrix64;
  /** Tokens that took part, and those left out because a row of theirs is not finite. */
  readonly tokens: number;
  readonly nonFinite: number;
}

/** `T = E_from E_into^+`: a row vector times it is carried from one model into the other. */
export interface StitchKernel {
  /** `[d_from, d_into]` */
  readonly T: Matrix64;
  /** Added to the diagonal of the Gram matrix of the model that is carried into; 0 unless it could not be factored. */
  readonly ridge: number;
  /** Largest over smallest eigenvalue of that matrix, ridge included. */
  readonly condition: number;
}

/** Lets waiting events in between steps of long work. */
export type Pause = () => Promise<void>;

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i += 1) {
    sum[i] = float64At(sum, i) + float64At(more, i);
  }
}

/** Sets rows to zero where one of the two is not finite. Answers how many. */
function clearNonFinite(a: Matrix, b: Matrix): number {
  let cleared = 0;
  for (let row = 0; row < a.rows; row += 1) {
    const own = a.data.subarray(row * a.cols, (row + 1) * a.cols);
    const its = b.data.subarray(row * b.cols, (row + 1) * b.cols);
    if (!own.every(Number.isFinite) || !its.every(Number.isFinite)) {
      own.fill(0);
      its.fill(0);
      cleared += 1;
    }
  }
  return cleared;
}

function zeros(rows: number, cols: number): Matrix64 {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** Gram matrices of the shared tokens, in one pass over each embedding. @throws CancelledError between tiles */
export async function stitchGrams(
  { matrixA, matrixB, idsA, idsB }: TokenRows,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<StitchGrams> {
  const [dA, dB] = [matrixA.cols, matrixB.cols];
  const flop = 2 * Math.max(dA, dB) ** 2;
  const rows = Math.min(MAX_TILE_ROWS, Math.max(MIN_TILE_ROWS, Math.floor(MAX_RUN_FLOP / flop)));
  const [aa, ba, bb] = [zeros(dA, dA), zeros(dB, dA), zeros(dB, dB)];
  let nonFinite = 0;
  for (let start = 0; start < idsA.length; start += rows) {
    const end = Math.min(idsA.length, start + rows);
    const a = await matrixA.rowsById([...idsA.subarray(start, end)]);
    const b = await matrixB.rowsById([...idsB.subarray(start, end)]);
    nonFinite += clearNonFinite(a, b);
    for (const [sum, left, right] of [
      [aa, a, a],
      [ba, b, a],
      [bb, b, b],
    ] as const) {
      checkCancelled(cancellation);
      addTo(sum.data, (await backend.gramDouble(left, right)).data);
    }
    onProgress?.({ done: end, total: idsA.length, unit: 'tokens' });
  }
  return { aa, ba, bb, tokens: idsA.length - nonFinite, nonFinite };
}

/** The other way: from A into B. */
export function reversed({ aa, ba, bb, tokens, nonFinite }: StitchGrams): StitchGrams {
  const turned = zeros(ba.cols, ba.rows);
  for (let i = 0; i < ba.rows; i += 1) {
    for (let j = 0; j < ba.cols; j += 1) {
      turned.data[j * ba.rows + i] = float64At(ba.data, i * ba.cols + j);
    }
  }
  return { aa: bb, ba: turned, bb: aa, tokens, nonFinite };
}

async function factored(
  gram: Matrix64,
  ridge: number,
  pause: Pause,
  { cancellation }: WorkOptions,
): Promise<Cholesky | undefined> {
  const factor = new Cholesky(gram.data, gram.rows, ridge);
  const rows = Math.max(1, Math.floor(STEP_MULTIPLICATIONS / gram.rows ** 2));
  while (!factor.complete) {
    checkCancelled(cancellation);
    if (!factor.takeRows(rows)) {
      return undefined;
    }
    await pause();
  }
  return factor;
}

/** The largest eigenvalue of a symmetric operator: the Rayleigh quotient of its eigenvector. */
function largestEigenvalue(operator: SymmetricOperator): number {
  const vector = largestEigenvectors(operator, 1);
  const product = new Float64Array(operator.size);
  operator.multiply(vector, product);
  return vector.reduce((sum, value, i) => sum + value * float64At(product, i), 0);
}

/** Largest over smallest eigenvalue of a Gram matrix with its ridge, given its factor. */
function conditionOf(gram: Matrix64, ridge: number, factor: Cholesky): number {
  const { data, rows: size } = gram;
  const largest = largestEigenvalue({
    size,
    multiply: (x, into) => {
      for (let i = 0; i < size; i += 1) {
        let sum = ridge * float64At(x, i);
        for (let j = 0; j < size; j += 1) {
          sum += float64At(data, i * size + j) * float64At(x, j);
        }
        into[i] = sum;
      }
    },
  });
  const inverse = largestEigenvalue({
    size,
    multiply: (x, into) => {
      into.set(x);
      factor.solve(into);
    },
  });
  return largest * inverse;
}

/**
 * The kernel from B into A: `T = (E_B^T E_A) (E_A^T E_A)^-1`, by Cholesky in float64, with a ridge only where the Gram
 * matrix cannot be factored without one.
 * @throws VocabScopeError `incomparable` where not even that helps; CancelledError
 */
export async function stitchKernel(
  { aa, ba }: StitchGrams,
  pause: Pause,
  options: WorkOptions = {},
): Promise<StitchKernel> {
  const trace = Array.from({ length: aa.rows }, (_, i) =>
    float64At(aa.data, i * aa.rows + i),
  ).reduce((sum, value) => sum + value, 0);
  const small = (RIDGE_SHARE * trace) / aa.rows;
  const plain = await factored(aa, 0, pause, options);
  const ridge = plain === undefined ? small : 0;
  const factor = plain ?? (await factored(aa, ridge, pause, options));
  if (factor === undefined) {
    throw new VocabScopeError(
      'incomparable',
      `The embeddings of the shared tokens span no space that states could be carried into (their Gram matrix stays singular with a ridge of ${ridge.toExponential(1)}): the model's output embedding is zero or damaged, or too few tokens are shared. Choose other models.`,
    );
  }
  const T: Matrix64 = { rows: ba.rows, cols: ba.cols, data: ba.data.slice() };
  const rows = Math.max(1, Math.floor(STEP_MULTIPLICATIONS / (2 * aa.rows ** 2)));
  for (let row = 0; row < T.rows; row += 1) {
    if (row % rows === 0) {
      await pause();
      checkCancelled(options.cancellation);
    }
    factor.solve(T.data.subarray(row * T.cols, (row + 1) * T.cols));
  }
  return { T, ridge, condition: conditionOf(aa, ridge, factor) };
}

/** A kernel as float32, for running. */
export function kernelMatrix({ T }: StitchKernel): Matrix {
  return { rows: T.rows, cols: T.cols, data: Float32Array.from(T.data) };
}
