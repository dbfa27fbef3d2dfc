import { checkCancelled } from '../errors';
import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { foldIntoDirection } from './fold';
import type { ReadingSpace } from './space';
import { checkedTiles } from './vocabularyTiles';
import { batchesOf, MAX_RUN_ROWS, tileRowsFor, type WorkOptions } from './workPlan';

/**
 * Mean |score| of every token over all given rows, `[V]`: what `specificity` divides by. `rows` yields folded
 * rows `[n, d]`, all rows of one kind in all layers; rows that are not finite are left out, and so are tokens that are not: theirs is 0.
 * The vocabulary is gone through once for each matrix that `rows` yields.
 * @throws CancelledError
 */
export async function meanAbsoluteScores(
  space: ReadingSpace,
  rows: AsyncIterable<Matrix>,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<Float32Array> {
  const { matrix } = space;
  const sums = new Float64Array(matrix.rows);
  let count = 0;
  for await (const part of rows) {
    const directions = finiteDirections(part, space);
    count += directions.rows;
    const batches = batchesOf(directions.rows, MAX_RUN_ROWS);
    const tileRows = tileRowsFor(directions.rows, matrix);
    for await (const tile of checkedTiles(matrix, tileRows, backend)) {
      for (const batch of batches) {
        checkCancelled(cancellation);
        const x = rowsOf(directions, batch.start, batch.count);
        const added = await backend.absoluteColumnSums(x, tile.matrix);
        for (let i = 0; i < added.length; i += 1) {
          const id = tile.start + i;
          sums[id] = float64At(sums, id) + float32At(added, i);
        }
      }
      onProgress?.({ done: tile.start + tile.matrix.rows, total: matrix.rows, unit: 'tokens' });
    }
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, count));
}

/** The finite rows, ready to meet stored vocabulary rows. */
function finiteDirections({ rows, cols, data }: Matrix, { fold }: ReadingSpace): Matrix {
  const ready = new Float32Array(data.length);
  let kept = 0;
  for (let i = 0; i < rows; i += 1) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    if (row.every(Number.isFinite)) {
      ready.set(foldIntoDirection(row, fold), kept * cols);
      kept += 1;
    }
  }
  return { rows: kept, cols, data: ready.subarray(0, kept * cols) };
}
