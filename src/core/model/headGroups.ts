/**
 * Grouped queries. `h` counts query heads, for K and V too: the ids of one group of heads name the same row of K
 * or V, which tables show once, under the lowest h.
 */
import type { RowKind, RowRef } from './componentId';
import type { ModelShape } from './transformer';

export type HeadCounts = Pick<ModelShape, 'nHeads' | 'nKvHeads'>;

/** How many neighbouring h name the same row of this kind. */
export function headsPerRow({ nHeads, nKvHeads }: HeadCounts, kind: RowKind): number {
  return kind === 'K' || kind === 'V' ? nHeads / nKvHeads : 1;
}

/** All ids of a row, lowest h first; the row alone where nothing is shared. */
export function idsOfRow(heads: HeadCounts, ref: RowRef): readonly RowRef[] {
  const { head } = ref;
  if (head === undefined) {
    return [ref];
  }
  const length = headsPerRow(heads, ref.kind);
  const lowest = head - (head % length);
  return Array.from({ length }, (_, member) => ({ ...ref, head: lowest + member }));
}
