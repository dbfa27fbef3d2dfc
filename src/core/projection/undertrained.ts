import type { MatmulBackend, VocabularyMatrix } from './backend';
import type { WorkOptions } from './readings';

/** Fewer known unused ids than this say nothing about a direction. */
export const MIN_UNUSED_IDS = 5;

/**
 * Marks tokens that training never moved apart, `[V]`, 1: marked (design section 4; Land and Bartolo, "Fishing for
 * Magikarp", 2024). Null where fewer than `MIN_UNUSED_IDS` unused ids are known.
 * @throws CancelledError
 */
export function markUndertrained(
  W_U: VocabularyMatrix,
  unusedIds: readonly number[],
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<Uint8Array | null> {
  return Promise.reject(new Error(`Not yet: ${String([W_U, unusedIds, backend, options])}`));
}
