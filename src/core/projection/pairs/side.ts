import type { VocabularyMatrix } from '../backend';
import { removeCommonPart } from '../direction';
import { dot } from '../dots';
import { foldIntoDirection, type VocabularyFold } from '../fold';
import type { PreparedStatistics } from '../space';
import type { VocabularyNorms } from './vocabularyNorms';

/** A vector that meets stored rows t of a vocabulary matrix: `vector . t - offset`. */
export interface Direction {
  /** `[d]` */
  readonly vector: Float64Array;
  readonly offset: number;
}

/**
 * One side of a head's pairs. A head scores the pair of tokens (i, j) by `a_i . b_j`; the factor of token i on this
 * side is `a_ip = directions[p].vector . t_i - directions[p].offset`, with t_i its stored row, divided by the norm of its
 * folded row where `cosine`.
 */
export interface PairSide {
  readonly matrix: VocabularyMatrix;
  readonly norms: VocabularyNorms;
  /** How rows of the matrix are folded: already inside `directions`, here for the norms that cosine divides by. */
  readonly fold: VocabularyFold | null;
  /** `[w]`, w the head's width. */
  readonly directions: readonly Direction[];
  readonly cosine: boolean;
}

/**
 * The directions of a head's rows `[w]` of `[d]`, folded as they are read.
 * @param without leaves out the mean and the common directions of these statistics: `(R - m)(I - V_r V_r^T)`
 */
export function directionsOf(
  rows: readonly Float64Array[],
  fold: VocabularyFold | null,
  without: PreparedStatistics | null,
): readonly Direction[] {
  return rows.map((row) => {
    const vector = row.slice();
    if (without !== null) {
      removeCommonPart(vector, without);
    }
    const offset = without === null ? 0 : dot(vector, without.mean);
    foldIntoDirection(vector, fold, vector);
    return { vector, offset };
  });
}
