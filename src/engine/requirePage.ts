import { VocabScopeError } from '../core/errors';

/** Rows that one answer holds at most, where a method says no other number. */
export const MAX_PAGE_ROWS = 1000;

/** @throws VocabScopeError `limit` where a page would hold more rows than `most` */
export function requirePage(count: number, most = MAX_PAGE_ROWS): void {
  if (count > most) {
    throw new VocabScopeError('limit', `Ask for at most ${String(most)} rows at once.`);
  }
}
