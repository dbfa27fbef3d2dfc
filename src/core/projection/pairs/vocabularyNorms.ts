import { checkCancelled } from '../../errors';
import { float32At } from '../../tensor/elements';
import type { MatmulBackend, VocabularyMatrix } from '../backend';
import { checkedTiles } from '../vocabularyTiles';
import { tileRowsFor, type WorkOptions } from '../workPlan';

/** What the search must know of the rows of a vocabulary matrix before it multiplies them. */
export interface VocabularyNorms {
  /** `[V]`: L2 norms of the stored rows, 0 for those that are not finite. */
  readonly stored: Float32Array;
  readonly largest: number;
  /** Ids of rows with NaN or infinite weights, ascending. */
  readonly nonFinite: readonly number[];
}

/** Measures every row of a vocabulary matrix. @throws CancelledError */
export async function measureVocabulary(
  matrix: VocabularyMatrix,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<VocabularyNorms> {
  const stored = new Float32Array(matrix.rows);
  const nonFinite: number[] = [];
  let largest = 0;
  for await (const tile of checkedTiles(matrix, tileRowsFor(1, matrix), backend)) {
    checkCancelled(cancellation);
    stored.set(tile.storedNorms, tile.start);
    nonFinite.push(...tile.nonFinite);
    for (let i = 0; i < tile.storedNorms.length; i += 1) {
      largest = Math.max(largest, float32At(tile.storedNorms, i));
    }
    const done = tile.start + tile.matrix.rows;
    onProgress?.({ done, total: matrix.rows, unit: 'tokens' });
  }
  return { stored, largest, nonFinite };
}
