import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { powerOfTwoBelow } from './dots';
import { foldVocabularyRow, type VocabularyFold } from './fold';
import { SymmetricMatrix } from './symmetric';
import type { CheckedTile } from './vocabularyTiles';
import { batchesOf } from './workPlan';

/** Columns of a block of the Gram matrix: blocks below the diagonal follow by symmetry and are not computed. */
const BLOCK_COLUMNS = 512;
/** Rows of the first tile with counted rows from which the provisional mean is taken. */
const PROVISIONAL_ROWS = 1024;
/** Numbers of the rows that are multiplied together: 16 MB. */
const COLLECTED_NUMBERS = 2 ** 22;
const MIN_COLLECTED_ROWS = 256;
/** Within float32, whose least normal number is 2^-126. */
const MAX_SCALE = 2 ** 100;
/** Squares of norms up to this and down to its inverse are far from the ends of float32. */
const MODEST_NORM = 2 ** 20;

/** Mean and covariance of vocabulary rows. */
export interface SpaceMoments {
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[d, d]`, population. */
  readonly covariance: SymmetricMatrix;
  readonly count: number;
}

/**
 * Adds up mean and covariance of the counted rows of a vocabulary. Rows are collected from tile after tile and
 * multiplied together once there are enough: products are float32, of rows less a provisional mean, so that a mean far
 * from zero does not swallow the differences; their sums are float64.
 */
export class CovarianceSum {
  private readonly products: SymmetricMatrix;
  private readonly sums: Float64Array;
  private readonly blocks: readonly { start: number; count: number }[];
  private readonly gram: Float32Array;
  private centre: Float32Array | undefined;
  /** Rows less the provisional mean, block of columns by block of columns, each `[capacity, block]`. */
  private readonly apart: Float32Array;
  private readonly capacity: number;
  private collected = 0;
  private largestNorm = 0;
  private count = 0;

  /**
   * @param rows of the vocabulary, counted or not
   * @param beforeRun called before each run of the backend
   */
  constructor(
    rows: number,
    private readonly cols: number,
    private readonly backend: MatmulBackend,
    private readonly beforeRun: () => void,
  ) {
    this.products = new SymmetricMatrix(cols);
    this.sums = new Float64Array(cols);
    this.blocks = batchesOf(cols, BLOCK_COLUMNS);
    this.gram = new Float32Array(Math.min(cols, BLOCK_COLUMNS) ** 2);
    const together = Math.max(MIN_COLLECTED_ROWS, Math.floor(COLLECTED_NUMBERS / cols));
    this.capacity = Math.min(rows, together);
    this.apart = new Float32Array(this.capacity * cols);
  }

  /** Adds the rows of a tile with `weights` 1. */
  async add({ matrix, storedNorms }: CheckedTile, weights: Float32Array): Promise<void> {
    for (let row = 0; row < matrix.rows; row += 1) {
      if (float32At(weights, row) === 0) {
        continue;
      }
      const centre = (this.centre ??= provisionalMean(matrix, weights));
      if (this.collected === this.capacity) {
        await this.multiplyCollected();
      }
      this.largestNorm = Math.max(this.largestNorm, float32At(storedNorms, row));
      for (const { start, count } of this.blocks) {
        const into = start * this.capacity + this.collected * count;
        takeApart(matrix.data, row * this.cols, centre, start, count, this.apart, into, this.sums);
      }
      this.collected += 1;
    }
  }

  /** What all tiles gave. */
  async finish(): Promise<SpaceMoments> {
    await this.multiplyCollected();
    const count = Math.max(1, this.count);
    const offsets = this.sums.map((sum) => sum / count);
    this.products.map(
      (value, row, column) => value / count - float64At(offsets, row) * float64At(offsets, column),
    );
    const centre = this.centre ?? new Float32Array(this.cols);
    const mean = offsets.map((offset, j) => offset + float32At(centre, j));
    return { mean, covariance: this.products, count: this.count };
  }

  private async multiplyCollected(): Promise<void> {
    const { collected, capacity, backend, gram } = this;
    if (collected === 0) {
      return;
    }
    const scale = scaleFor(this.largestNorm);
    const columns = this.blocks.map(({ start, count }): Matrix => {
      const data = this.apart.subarray(start * capacity, start * capacity + collected * count);
      if (scale !== 1) {
        multiplyBy(data, scale);
      }
      return { rows: collected, cols: count, data };
    });
    for (const [i, left] of columns.entries()) {
      for (const [j, right] of columns.entries()) {
        if (j >= i) {
          this.beforeRun();
          const into = gram.subarray(0, left.cols * right.cols);
          this.addBlock(await backend.gram(left, right, into), i, j, scale);
        }
      }
    }
    this.count += collected;
    this.collected = 0;
    this.largestNorm = 0;
  }

  /** Adds block (i, j) on or above the diagonal. */
  private addBlock(gram: Matrix, i: number, j: number, scale: number): void {
    const { products } = this;
    const [firstRow, firstColumn] = [i * BLOCK_COLUMNS, j * BLOCK_COLUMNS];
    const unscaled = 1 / (scale * scale);
    for (let row = 0; row < gram.rows; row += 1) {
      const skipped = i === j ? row : 0;
      const into = products.rowStart(firstRow + row) + firstColumn - firstRow - row;
      const from = row * gram.cols;
      addScaled(
        products.data,
        into + skipped,
        gram.data,
        from + skipped,
        gram.cols - skipped,
        unscaled,
      );
    }
  }
}

/** By what rows are multiplied: squares far from one would leave the range of float32, and a power of two changes no digit. */
function scaleFor(largestNorm: number): number {
  const isModest = largestNorm < MODEST_NORM && largestNorm > 1 / MODEST_NORM;
  return isModest ? 1 : Math.min(MAX_SCALE, 1 / powerOfTwoBelow(largestNorm || 1));
}

/** Copies `count` columns of a row less the centre, and adds them to the sums. */
function takeApart(
  row: Float32Array,
  from: number,
  centre: Float32Array,
  start: number,
  count: number,
  into: Float32Array,
  to: number,
  sums: Float64Array,
): void {
  for (let j = 0; j < count; j += 1) {
    const column = start + j;
    const value = float32At(row, from + column) - float32At(centre, column);
    into[to + j] = value;
    sums[column] = float64At(sums, column) + value;
  }
}

function multiplyBy(values: Float32Array, factor: number): void {
  for (let j = 0; j < values.length; j += 1) {
    values[j] = float32At(values, j) * factor;
  }
}

function addScaled(
  into: Float64Array,
  to: number,
  values: Float32Array,
  from: number,
  count: number,
  factor: number,
): void {
  for (let j = 0; j < count; j += 1) {
    into[to + j] = float64At(into, to + j) + float32At(values, from + j) * factor;
  }
}

function provisionalMean({ cols, data }: Matrix, weights: Float32Array): Float32Array {
  const sums = new Float64Array(cols);
  let count = 0;
  for (let row = 0; row < Math.min(weights.length, PROVISIONAL_ROWS); row += 1) {
    if (float32At(weights, row) > 0) {
      for (let j = 0; j < cols; j += 1) {
        sums[j] = float64At(sums, j) + float32At(data, row * cols + j);
      }
      count += 1;
    }
  }
  return Float32Array.from(sums, (sum) => (count > 0 ? sum / count : 0));
}

/** Mean and covariance of folded rows: folding is linear, so they are F m and F C F^T. Changes the covariance in place. */
export function foldMoments(
  { mean, covariance, count }: SpaceMoments,
  fold: VocabularyFold | null,
): SpaceMoments {
  if (fold?.centre === true) {
    const { size } = covariance;
    const rowMeans = new Float64Array(size);
    covariance.multiply(new Float64Array(size).fill(1 / size), rowMeans);
    const whole = rowMeans.reduce((sum, value) => sum + value, 0) / size;
    covariance.map(
      (value, row, column) =>
        value - float64At(rowMeans, row) - float64At(rowMeans, column) + whole,
    );
  }
  const gain = fold?.gain;
  if (gain !== undefined) {
    covariance.map((value, row, column) => value * float32At(gain, row) * float32At(gain, column));
  }
  return { mean: foldVocabularyRow(mean, fold), covariance, count };
}
