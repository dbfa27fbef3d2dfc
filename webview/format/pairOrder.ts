/** The order in which a head's pairs are listed. */
import type { PairView } from '../../src/protocol/pairs';
import type { HeadState } from '../state/uiState';

/** A pair and its place among those that are listed, from 0. */
export interface ListedPair extends PairView {
  readonly place: number;
}

const MARKS: readonly PairView['likeness'][] = ['same', 'case', 'stem', undefined];

function textOf({ text, id }: PairView['row']): string {
  return text ?? `#${String(id)}`;
}

/** Pairs in the order that is chosen; equals stay in order of their scores. */
export function sortedPairs(
  pairs: readonly PairView[],
  { sort, reversed }: Pick<HeadState, 'sort' | 'reversed'>,
): readonly ListedPair[] {
  const listed = pairs.map((pair, place): ListedPair => ({ ...pair, place }));
  const compare: Readonly<Record<HeadState['sort'], (a: ListedPair, b: ListedPair) => number>> = {
    score: (a, b) => a.place - b.place,
    source: (a, b) => textOf(a.row).localeCompare(textOf(b.row)),
    target: (a, b) => textOf(a.column).localeCompare(textOf(b.column)),
    mark: (a, b) => MARKS.indexOf(a.likeness) - MARKS.indexOf(b.likeness),
  };
  const sign = reversed ? -1 : 1;
  return listed.sort((a, b) => sign * compare[sort](a, b) || a.place - b.place);
}
