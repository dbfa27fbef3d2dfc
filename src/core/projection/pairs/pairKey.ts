/** What pairs are ordered by, larger first: the score, its negative or its magnitude. */
export type PairKey = 'highest' | 'lowest' | 'magnitude';

export function keyOf(score: number, key: PairKey): number {
  return key === 'highest' ? score : key === 'lowest' ? -score : Math.abs(score);
}
