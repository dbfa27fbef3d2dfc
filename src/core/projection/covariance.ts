import { float32At, float64At } from '../tensor/elements';
import type { GramBlock, MatmulBackend } from './backend';
import { powerOfTwoBelow } from './dots';
import type { VocabularyFold } from './fold';
import { foldVocabularyRow } from './fold';
import { SymmetricMatrix } from './symmetric';
import type { CheckedTile } from './vocabularyTiles';

/** Columns of the Gram matrix computed in one run: the rest follows by symmetry, so narrow blocks save work. */
export const GRAM_BLOCK_COLUMNS = 512;
/** Rows of the first tile from which the provisional mean is taken. */
const PROVISIONAL_ROWS = 1024;

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

/**
 * Adds up mean and covariance of the counted rows of a vocabulary, tile by tile. Products are float32, of rows
 * less a provisional mean, so that a mean far from zero does not swallow the differences; sums over tiles are float64.
 */
export class CovarianceSum {
  private readonly products: SymmetricMatrix;
  private readonly sums: Float64Array;
  private centre: Float32Array | undefined;
  private count = 0;

  constructor(private readonly cols: number) {
    this.products = new SymmetricMatrix(cols);
    this.sums = new Float64Array(cols);
  }

  /** Adds the rows of a tile with `weights` 1. `beforeRun` is called before each run of the backend. */
  async add(
    { matrix, storedNorms }: CheckedTile,
    weights: Float32Array,
    backend: MatmulBackend,
    beforeRun: () => void,
  ): Promise<void> {
    this.centre ??= provisionalMean(matrix.data, weights, this.cols);
    // Squares of numbers far from one would leave the range of float32; a power of two changes no digit.
    const scale = Math.min(MAX_SCALE, 1 / powerOfTwoBelow(largest(storedNorms)));
    const request = {
      tile: matrix,
      centre: this.centre,
      weights: weights.map((weight) => weight * scale),
    };
    for (let start = 0; start < this.cols; start += GRAM_BLOCK_COLUMNS) {
      beforeRun();
      const count = Math.min(GRAM_BLOCK_COLUMNS, this.cols - start);
      const block = await backend.centredGram({ ...request, start, count });
      this.addBlock(block, start, scale);
    }
    this.count += weights.reduce((sum, weight) => sum + weight, 0);
  }

  finish(): SpaceMoments {
    const count = Math.max(1, this.count);
    const offsets = this.sums.map((sum) => sum / count);
    this.products.map(
      (value, row, column) => value / count - float64At(offsets, row) * float64At(offsets, column),
    );
    const { centre } = this;
    const mean = offsets.map(
      (offset, j) => offset + (centre === undefined ? 0 : float32At(centre, j)),
    );
    return { mean, covariance: this.products, count: this.count };
  }

  private addBlock({ gram, sums }: GramBlock, start: number, scale: number): void {
    const { data } = this.products;
    const unscaled = 1 / (scale * scale);
    for (let row = 0; row < gram.rows; row += 1) {
      const into = this.products.rowStart(start + row);
      const from = row * gram.cols + row;
      const length = gram.cols - row;
      for (let j = 0; j < length; j += 1) {
        data[into + j] = float64At(data, into + j) + float32At(gram.data, from + j) * unscaled;
      }
    }
    if (start === 0) {
      for (let j = 0; j < this.cols; j += 1) {
        this.sums[j] = float64At(this.sums, j) + float32At(sums, j) / scale;
      }
    }
  }
}

/** The largest of some norms, 1 where all are zero. */
function largest(norms: Float32Array): number {
  const found = norms.reduce((most, size) => Math.max(most, size), 0);
  return found > 0 ? found : 1;
}

function provisionalMean(data: Float32Array, weights: Float32Array, cols: number): Float32Array {
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
