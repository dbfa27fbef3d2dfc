import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { powerOfTwoBelow } from './dots';
import { foldVocabularyRow, type VocabularyFold } from './fold';
import { SymmetricMatrix } from './symmetric';
import type { CheckedTile } from './vocabularyTiles';
import { batchesOf } from './workPlan';

/** Columns of a block of the Gram matrix: blocks below the diagonal follow by symmetry and are not computed. */
const BLOCK_COLUMNS = 384;
/** Rows of the first tile from which the provisional mean is taken. */
const PROVISIONAL_ROWS = 1024;
/** Numbers of a tile, of which a copy is made: 16 MB. */
const TILE_NUMBERS = 2 ** 22;
const MIN_TILE_ROWS = 256;
/** Within float32, whose least normal number is 2^-126. */
const MAX_SCALE = 2 ** 100;

/** Mean and covariance of vocabulary rows. */
export interface SpaceMoments {
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[d, d]`, population. */
  readonly covariance: SymmetricMatrix;
  readonly count: number;
}

/** Vocabulary rows of a tile whose covariance is added in one go. */
export function covarianceTileRows(cols: number): number {
  return Math.max(MIN_TILE_ROWS, Math.floor(TILE_NUMBERS / cols));
}

/**
 * Adds up mean and covariance of the counted rows of a vocabulary, tile by tile. Products are float32, of rows less
 * a provisional mean, so that a mean far from zero does not swallow the differences; sums over tiles are float64.
 */
export class CovarianceSum {
  private readonly products: SymmetricMatrix;
  private readonly sums: Float64Array;
  private readonly blocks: readonly { start: number; count: number }[];
  private readonly gram: Float32Array;
  private centre: Float32Array | undefined;
  /** A tile less the provisional mean, block of columns by block of columns. */
  private apart = new Float32Array(0);
  private count = 0;

  constructor(private readonly cols: number) {
    this.products = new SymmetricMatrix(cols);
    this.sums = new Float64Array(cols);
    this.blocks = batchesOf(cols, BLOCK_COLUMNS);
    this.gram = new Float32Array(Math.min(cols, BLOCK_COLUMNS) ** 2);
  }

  /** Adds the rows of a tile with `weights` 1. `beforeRun` is called before each run of the backend. */
  async add(
    { matrix, storedNorms }: CheckedTile,
    weights: Float32Array,
    backend: MatmulBackend,
    beforeRun: () => void,
  ): Promise<void> {
    // Squares of numbers far from one would leave the range of float32; a power of two changes no digit.
    const scale = Math.min(MAX_SCALE, 1 / powerOfTwoBelow(largest(storedNorms)));
    const columns = this.takeApart(matrix, weights, scale);
    for (const [i, left] of columns.entries()) {
      for (const [j, right] of columns.entries()) {
        if (j >= i && left.rows > 0) {
          beforeRun();
          const into = this.gram.subarray(0, left.cols * right.cols);
          this.addBlock(await backend.gram(left, right, into), i, j, scale);
        }
      }
    }
  }

  finish(): SpaceMoments {
    const count = Math.max(1, this.count);
    const offsets = this.sums.map((sum) => sum / count);
    this.products.map(
      (value, row, column) => value / count - float64At(offsets, row) * float64At(offsets, column),
    );
    const centre = this.centre ?? new Float32Array(this.cols);
    const mean = offsets.map((offset, j) => offset + float32At(centre, j));
    return { mean, covariance: this.products, count: this.count };
  }

  /** Copies the counted rows, less the provisional mean and scaled, by blocks of columns `[counted rows, block]`. */
  private takeApart(matrix: Matrix, weights: Float32Array, scale: number): Matrix[] {
    const { cols, sums } = this;
    const centre = (this.centre ??= provisionalMean(matrix, weights));
    if (this.apart.length < matrix.data.length) {
      this.apart = new Float32Array(matrix.data.length);
    }
    const rows = weights.reduce((sum, weight) => sum + weight, 0);
    const blocks = this.blocks.map(({ start, count }) => ({
      rows,
      cols: count,
      data: this.apart.subarray(start * rows, (start + count) * rows),
    }));
    let kept = 0;
    for (let row = 0; row < matrix.rows; row += 1) {
      if (float32At(weights, row) === 0) {
        continue;
      }
      for (const { start, count } of this.blocks) {
        const into = start * rows + kept * count - start;
        for (let j = start; j < start + count; j += 1) {
          const value = float32At(matrix.data, row * cols + j) - float32At(centre, j);
          this.apart[into + j] = value * scale;
          sums[j] = float64At(sums, j) + value;
        }
      }
      kept += 1;
    }
    this.count += rows;
    return blocks;
  }

  /** Adds block (i, j) on or above the diagonal. */
  private addBlock(gram: Matrix, i: number, j: number, scale: number): void {
    const { data } = this.products;
    const [firstRow, firstColumn] = [i * BLOCK_COLUMNS, j * BLOCK_COLUMNS];
    const unscaled = 1 / (scale * scale);
    for (let row = 0; row < gram.rows; row += 1) {
      const from = row * gram.cols;
      const into = this.products.rowStart(firstRow + row) + firstColumn - firstRow - row;
      for (let column = i === j ? row : 0; column < gram.cols; column += 1) {
        const at = into + column;
        data[at] = float64At(data, at) + float32At(gram.data, from + column) * unscaled;
      }
    }
  }
}

/** The largest of some norms, 1 where all are zero. */
function largest(norms: Float32Array): number {
  const found = norms.reduce((most, size) => Math.max(most, size), 0);
  return found > 0 ? found : 1;
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
