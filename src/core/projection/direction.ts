import { float64At } from '../tensor/elements';
import { dot } from './dots';
import type { PreparedStatistics } from './space';

/** `V_r^T x`, `[r]`: what of a row lies along the common directions. */
export function commonPart(x: Float64Array, statistics: PreparedStatistics): Float64Array {
  return Float64Array.from({ length: statistics.commonCount }, (_, i) =>
    dot(commonDirection(statistics, i), x),
  );
}

/**
 * `(I - V_r V_r^T) x`, in place: the scores without the common directions, (R - m)(I - V_r V_r^T) x, are those of this
 * row, since the projection is symmetric.
 */
export function removeCommonPart(x: Float64Array, statistics: PreparedStatistics): void {
  commonPart(x, statistics).forEach((along, i) => {
    const direction = commonDirection(statistics, i);
    for (let j = 0; j < x.length; j += 1) {
      x[j] = float64At(x, j) - along * float64At(direction, j);
    }
  });
}

/** Common direction `i`, `[d]`. */
export function commonDirection({ cols, common }: PreparedStatistics, i: number): Float64Array {
  return common.subarray(i * cols, (i + 1) * cols);
}
