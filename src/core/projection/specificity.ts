import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import type { WorkOptions } from './readings';
import type { ReadingSpace } from './space';

/**
 * Mean |score| of every token over all given rows, `[V]`: what `specificity` divides by. `rows` yields folded
 * rows `[n, d]`, all rows of one kind in all layers; rows that are not finite are left out.
 * @throws CancelledError
 */
export function meanAbsoluteScores(
  space: ReadingSpace,
  rows: AsyncIterable<Matrix>,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<Float32Array> {
  return Promise.reject(new Error(`Not yet: ${String([space, rows, backend, options])}`));
}
