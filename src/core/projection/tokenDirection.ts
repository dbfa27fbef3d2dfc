import { float64At } from '../tensor/elements';
import { removeCommonPart } from './direction';
import { foldVocabularyRow, type RowFold } from './fold';
import type { ReadingSpace } from './space';

/**
 * The vector `[d]` whose product with a stored parameter row is that row's score for a token, whatever is folded:
 * with t the folded token, `t . fold(x) = fold^T(t) . x`, since folding is linear. With `withoutCommon` the score is
 * that of (t - m)(I - V_r V_r^T), which takes a prepared space. Without any fold it is the token's row itself.
 *
 * @param token `[d]`, the token's row as stored
 * @throws RangeError where common directions are asked for of a space that is not prepared
 */
export function tokenDirection(
  token: Float32Array,
  space: ReadingSpace,
  rowFold: RowFold | null,
  withoutCommon: boolean,
): Float64Array {
  const folded = foldVocabularyRow(token, space.fold);
  if (withoutCommon) {
    const { statistics } = space;
    if (statistics === undefined) {
      throw new RangeError('Scores without the common directions need a prepared space.');
    }
    for (let j = 0; j < folded.length; j += 1) {
      folded[j] = float64At(folded, j) - float64At(statistics.mean, j);
    }
    removeCommonPart(folded, statistics);
  }
  // A row is multiplied by the gains, then centred; the transpose centres, then multiplies, as vocabulary rows are folded.
  return rowFold === null ? folded : foldVocabularyRow(folded, rowFold);
}
