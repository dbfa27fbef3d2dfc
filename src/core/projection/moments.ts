import { float64At } from '../tensor/elements';

/** Powers that moments are made of: 1 to 4. */
export const POWERS = 4;

/** Population moments of a set of scores. `skewness` and `kurtosis` (excess) are null where all scores are equal. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
}

/**
 * Moments from the sums `[4]` of powers 1 to 4 of `score - shift` over `count` scores: the central moments follow
 * by the binomial theorem. Accurate where the shift is near the mean, since then nothing large cancels.
 *
 * @param constantBelow a standard deviation up to this is rounding noise: the scores are then called equal.
 */
export function momentsFromPowerSums(
  sums: Float64Array,
  count: number,
  shift: number,
  constantBelow: number,
): Moments {
  const offset = float64At(sums, 0) / count;
  const second = float64At(sums, 1) / count;
  const third = float64At(sums, 2) / count;
  const fourth = float64At(sums, 3) / count;
  const square = offset * offset;
  const variance = Math.max(0, second - square);
  const std = Math.sqrt(variance);
  if (!(std > constantBelow)) {
    return { mean: shift + offset, std: 0, skewness: null, kurtosis: null };
  }
  const centralThird = third - 3 * offset * second + 2 * offset * square;
  const centralFourth = fourth - 4 * offset * third + 6 * square * second - 3 * square * square;
  return {
    mean: shift + offset,
    std,
    skewness: centralThird / (variance * std),
    kurtosis: centralFourth / (variance * variance) - 3,
  };
}

/** Adds the powers 1 to 4 of `value * unit - shift` of some values to sums `[4]`. */
export function addPowers(
  sums: Float64Array,
  values: Float64Array,
  unit: number,
  shift: number,
): void {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = float64At(values, i) * unit - shift;
    const square = value * value;
    first += value;
    second += square;
    third += square * value;
    fourth += square * square;
  }
  sums[0] = float64At(sums, 0) + first;
  sums[1] = float64At(sums, 1) + second;
  sums[2] = float64At(sums, 2) + third;
  sums[3] = float64At(sums, 3) + fourth;
}
