import { foldVocabularyRow, type VocabularyFold } from '../../src/core/projection/fold';
import type { RankOption } from '../../src/core/projection/options';
import type { PreparedStatistics } from '../../src/core/projection/space';
import type { Matrix } from '../../src/core/tensor/matrix';

/** Readings written down as the design says them, in float64, one number at a time. */

export interface NaiveMoments {
  readonly mean: number;
  readonly std: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

export interface NaiveEntry {
  readonly id: number;
  readonly score: number;
  readonly dot: number;
}

export function rowsOfMatrix({ rows, cols, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}

export function naiveDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, j) => sum + value * (b[j] ?? NaN), 0);
}

export function naiveMoments(scores: readonly number[]): NaiveMoments {
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = average(scores);
  const central = (power: number): number =>
    average(scores.map((score) => (score - mean) ** power));
  const std = Math.sqrt(central(2));
  return { mean, std, skewness: central(3) / std ** 3, kurtosis: central(4) / std ** 4 - 3 };
}

/** Scores without the common directions, (R - m)(I - V_r V_r^T) x, of folded rows R. */
export function naiveCentred(
  x: readonly number[],
  folded: readonly (readonly number[])[],
  { common, commonCount, cols, mean }: PreparedStatistics,
): number[] {
  const directions = Array.from({ length: commonCount }, (_, i) => [
    ...common.subarray(i * cols, (i + 1) * cols),
  ]);
  return folded.map((row) => {
    const apart = row.map((value, j) => value - (mean[j] ?? NaN));
    const along = directions.map((direction) => naiveDot(apart, direction));
    const rest = apart.map((value, j) =>
      directions.reduce(
        (left, direction, i) => left - (along[i] ?? NaN) * (direction[j] ?? NaN),
        value,
      ),
    );
    return naiveDot(rest, x);
  });
}

export function foldedRows(matrix: Matrix, fold: VocabularyFold | null): number[][] {
  return rowsOfMatrix(matrix).map((row) => [...foldVocabularyRow(Float64Array.from(row), fold)]);
}

/** What each score is divided by or turned into before it is ranked. */
export function naiveRanked(
  scores: readonly number[],
  rank: RankOption,
  x: readonly number[],
  folded: readonly (readonly number[])[],
  tokenScale: ArrayLike<number> | undefined,
): number[] {
  const length = (row: readonly number[]): number => Math.sqrt(naiveDot(row, row));
  return scores.map((score, id) => {
    const divisor =
      rank === 'cosine'
        ? length(x) * length(folded[id] ?? [])
        : rank === 'specificity'
          ? (tokenScale?.[id] ?? NaN)
          : 1;
    return divisor === 0 ? 0 : score / divisor;
  });
}

/** The k first by (key descending, id ascending), tokens with `allowed` 0 left out. */
export function naiveBest(
  entries: readonly NaiveEntry[],
  keyOf: (score: number) => number,
  k: number,
  allowed: ArrayLike<number> | undefined,
): NaiveEntry[] {
  return entries
    .filter(({ id }) => allowed === undefined || allowed[id] === 1)
    .sort((a, b) => keyOf(b.score) - keyOf(a.score) || a.id - b.id)
    .slice(0, k);
}
