import { checkCancelled } from '../errors';
import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend, VocabularyMatrix } from './backend';
import { dot, norm } from './dots';
import { checkedTiles, type CheckedTile } from './vocabularyTiles';
import { tileRowsFor, type WorkOptions } from './workPlan';

/** Fewer known unused ids than this say nothing about a direction. */
const MIN_UNUSED_IDS = 5;
/** Cosine with the unused tokens' direction from which on a token counts as never moved apart. */
const MIN_COSINE = 0.6;
/** Unit roundoff of float32, four times: products, sums, norms, and safety. */
const FLOAT32_ERROR = 2 ** -22;
/** Vectors that meet each row: u - m and m. */
const MULTIPLIED = 2;

/**
 * Marks tokens that training never moved apart, `[V]`, 1: marked. With `m` the mean of all rows of W_U and `u` that of the
 * known unused ones, a token is marked when `cos(row - m, u - m) > 0.6` (design section 4; Land and Bartolo, "Fishing
 * for Magikarp", 2024). Null where fewer than five unused ids are known. Rows that are not finite are neither in
 * the means nor marked.
 * @throws CancelledError
 */
export async function markUndertrained(
  W_U: VocabularyMatrix,
  unusedIds: readonly number[],
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<Uint8Array | null> {
  const unused = await W_U.rowsById(unusedIds.filter((id) => id < W_U.rows));
  const sum = new RowSum(W_U.cols);
  sum.add(unused);
  if (sum.count < MIN_UNUSED_IDS) {
    return null;
  }
  const mean = await meanRow(W_U, options);
  const direction = sum.mean().map((value, j) => value - float64At(mean, j));
  const marks = new Uint8Array(W_U.rows);
  for await (const tile of checkedTiles(W_U, tileRowsFor(MULTIPLIED, W_U), backend)) {
    checkCancelled(options.cancellation);
    await markTile(tile, direction, mean, marks, backend);
  }
  return marks;
}

async function meanRow(matrix: VocabularyMatrix, options: WorkOptions): Promise<Float64Array> {
  const sum = new RowSum(matrix.cols);
  for await (const tile of matrix.tiles(tileRowsFor(MULTIPLIED, matrix))) {
    checkCancelled(options.cancellation);
    sum.add(tile.matrix);
    const done = tile.start + tile.matrix.rows;
    options.onProgress?.({ done, total: matrix.rows, unit: 'tokens' });
  }
  return sum.mean();
}

async function markTile(
  { start, matrix, storedNorms, nonFinite }: CheckedTile,
  direction: Float64Array,
  mean: Float64Array,
  marks: Uint8Array,
  backend: MatmulBackend,
): Promise<void> {
  const { rows, cols } = matrix;
  const both = new Float32Array(MULTIPLIED * cols);
  both.set(direction);
  both.set(mean, cols);
  const { data } = await backend.multiplyTransposed(matrix, { rows: MULTIPLIED, cols, data: both });
  const length = norm(direction);
  const meanSquare = dot(mean, mean);
  const meanAlong = dot(direction, mean);
  for (let row = 0; row < rows; row += 1) {
    const square = float32At(storedNorms, row) ** 2;
    const apart = square - 2 * float32At(data, row * MULTIPLIED + 1) + meanSquare;
    const along = float32At(data, row * MULTIPLIED) - meanAlong;
    const cosine = along / (Math.sqrt(apart) * length);
    const error = (FLOAT32_ERROR * cols * (square + meanSquare)) / apart;
    // Only what float32 leaves open is worth a float64 product of its own.
    const decided = Math.abs(cosine - MIN_COSINE) > error;
    const exact = decided ? cosine : exactCosine(matrix, row, mean, direction, length);
    marks[start + row] = exact > MIN_COSINE ? 1 : 0;
  }
  for (const id of nonFinite) {
    marks[id] = 0;
  }
}

function exactCosine(
  { cols, data }: Matrix,
  row: number,
  mean: Float64Array,
  direction: Float64Array,
  length: number,
): number {
  const apart = mean.map((value, j) => float32At(data, row * cols + j) - value);
  return dot(apart, direction) / (norm(apart) * length);
}

/** Float64 sums of rows, those that are not finite left out. */
class RowSum {
  count = 0;
  private readonly sums: Float64Array;

  constructor(private readonly cols: number) {
    this.sums = new Float64Array(cols);
  }

  add({ rows, data }: Matrix): void {
    const { sums, cols } = this;
    for (let start = 0; start < rows * cols; start += cols) {
      let total = 0;
      for (let j = 0; j < cols; j += 1) {
        total += float32At(data, start + j);
      }
      if (!Number.isFinite(total)) {
        continue;
      }
      for (let j = 0; j < cols; j += 1) {
        sums[j] = float64At(sums, j) + float32At(data, start + j);
      }
      this.count += 1;
    }
  }

  mean(): Float64Array {
    return this.sums.map((sum) => sum / Math.max(1, this.count));
  }
}
