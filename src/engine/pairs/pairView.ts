import type { ScoredPair } from '../../core/projection/pairs/pairSink';
import { copyOf } from '../../core/tokenizer/pairClasses';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { PairView } from '../../protocol/pairs';
import type { TokenViews } from '../tokenViews';

/** A pair as it travels. @param withDot whether `score` is not the bilinear form */
export function pairView(
  { row, column, score, dot }: ScoredPair,
  withDot: boolean,
  views: TokenViews,
  vocabulary: Vocabulary | null,
): PairView {
  const [a, b] = [vocabulary?.token(row), vocabulary?.token(column)];
  const likeness = a === undefined || b === undefined ? null : copyOf(a, b);
  return {
    row: views.view(row),
    column: views.view(column),
    score,
    ...(withDot ? { dot } : {}),
    ...(likeness === null ? {} : { likeness }),
  };
}
