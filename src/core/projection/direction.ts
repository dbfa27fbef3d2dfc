import { float64At } from '../tensor/elements';
import { dot } from './dots';
import { foldIntoDirection, type VocabularyFold } from './fold';
import type { PreparedStatistics } from './space';

/** A parameter row made ready for multiplication with stored vocabulary rows t: its score is `vector . t - offset`. */
export interface Direction {
  /** `[d]` */
  readonly vector: Float64Array;
  readonly offset: number;
}

/** The direction whose product with a stored row is the plain score x . fold(t). */
export function plainDirection(x: ArrayLike<number>, fold: VocabularyFold | null): Direction {
  return { vector: foldIntoDirection(x, fold), offset: 0 };
}

/**
 * The direction of the score without the common directions, (R - m)(I - V_r V_r^T) x: the projection is symmetric, so
 * it is applied to x.
 */
export function centredDirection(
  x: ArrayLike<number>,
  statistics: PreparedStatistics,
  fold: VocabularyFold | null,
): Direction {
  const remaining = Float64Array.from(x);
  const along = commonPart(remaining, statistics);
  along.forEach((size, i) => {
    const common = commonDirection(statistics, i);
    for (let j = 0; j < remaining.length; j += 1) {
      remaining[j] = float64At(remaining, j) - size * float64At(common, j);
    }
  });
  return {
    vector: foldIntoDirection(remaining, fold),
    offset: dot(remaining, statistics.mean),
  };
}

/** `V_r^T x`, `[r]`. */
export function commonPart(x: Float64Array, statistics: PreparedStatistics): Float64Array {
  return Float64Array.from({ length: statistics.commonCount }, (_, i) =>
    dot(commonDirection(statistics, i), x),
  );
}

/** Common direction `i`, `[d]`. */
export function commonDirection({ cols, common }: PreparedStatistics, i: number): Float64Array {
  return common.subarray(i * cols, (i + 1) * cols);
}
