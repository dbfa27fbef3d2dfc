import { checkCancelled } from '../errors';
import type { MatmulBackend } from '../projection/backend';
import { batchesOf, type WorkOptions } from '../projection/workPlan';
import { float32At } from '../tensor/elements';
import { rowsOf } from '../tensor/matrix';
import { asCorrelation, type StandardRows } from './rowMeasure';

/** How alike two layers are, from |rho| of their rows. */
export interface LayerSimilarity {
  /** Each row's best |rho| in the other layer, averaged over the rows of A and over those of B, then over both. */
  readonly best: number;
  /** The mean of |rho| over all pairs of rows (the paper's measure). */
  readonly mean: number;
}

/**
 * Rows of one run: a run multiplies some rows with some rows, and between runs work can be cancelled. So few that their
 * products, 3 MB, stay in the caches of the cores until they are reduced.
 */
const RUN_ROWS = 512;
const RUN_COLUMNS = 1536;

/**
 * Compares all rows of a layer of A with all rows of a layer of B. Rows that correlate with nothing are left out of
 * both means.
 * @throws CancelledError between runs
 */
export async function compareLayers(
  left: StandardRows,
  right: StandardRows,
  backend: MatmulBackend,
  { cancellation }: WorkOptions = {},
): Promise<LayerSimilarity> {
  const [rows, columns] = [left.matrix.rows, right.matrix.rows];
  const rowMaxima = new Float32Array(rows);
  const columnMaxima = new Float32Array(columns);
  let total = 0;
  for (const stretch of batchesOf(rows, RUN_ROWS)) {
    for (const tile of batchesOf(columns, RUN_COLUMNS)) {
      checkCancelled(cancellation);
      const part = await backend.magnitudes(
        rowsOf(left.matrix, stretch.start, stretch.count),
        rowsOf(right.matrix, tile.start, tile.count),
      );
      raise(rowMaxima, part.rowMaxima, stretch.start);
      raise(columnMaxima, part.columnMaxima, tile.start);
      total += sumOf(part.rowSums);
    }
  }
  const [liveRows, liveColumns] = [rows - left.silent, columns - right.silent];
  const meanOf = (sum: number, count: number): number =>
    count === 0 ? 0 : asCorrelation(sum / count);
  return {
    best: (meanOf(sumOf(rowMaxima), liveRows) + meanOf(sumOf(columnMaxima), liveColumns)) / 2,
    mean: meanOf(total, liveRows * liveColumns),
  };
}

function raise(maxima: Float32Array, found: Float32Array, start: number): void {
  for (let i = 0; i < found.length; i += 1) {
    maxima[start + i] = Math.max(float32At(maxima, start + i), float32At(found, i));
  }
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += float32At(values, i);
  }
  return sum;
}
