/** Which tokens several rows list, on whichever side. */
import type { RowReading } from '../../src/protocol/reading';

/** By token id: how many of the rows list it, where they are more than one. */
export function sharedTokens(
  readings: readonly Pick<RowReading, 'top' | 'bottom'>[],
): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const { top, bottom } of readings) {
    for (const id of new Set([...top, ...bottom].map((token) => token.id))) {
      rows.set(id, (rows.get(id) ?? 0) + 1);
    }
  }
  return new Map([...rows].filter(([, count]) => count > 1));
}
