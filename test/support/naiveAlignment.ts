/** Alignment written down as the design says it: vectors as long as the vocabulary, in float64. */
import { naiveDot } from './naiveReadings';

type Rows = readonly (readonly number[])[];

/** A vector less its mean, of length 1; null where it is constant. */
function standardised(values: readonly number[]): number[] | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const apart = values.map((value) => value - mean);
  const length = Math.sqrt(naiveDot(apart, apart));
  return length < 1e-12 ? null : apart.map((value) => value / length);
}

function product(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < a.length; j += 1) {
    sum += (a[j] ?? NaN) * (b[j] ?? NaN);
  }
  return sum;
}

/** Pearson correlations of all rows of A with all rows of B; null where one of the two is constant. */
export function naiveCorrelations(a: Rows, b: Rows): (number | null)[][] {
  const [left, right] = [a.map(standardised), b.map(standardised)];
  return left.map((row) =>
    right.map((other) => (row === null || other === null ? null : product(row, other))),
  );
}

/** Scores of rows against the embeddings of some tokens. */
export function naiveScores(rows: Rows, embeddings: Rows): number[][] {
  return rows.map((row) => embeddings.map((embedding) => product(row, embedding)));
}

/** Both measures of a pair of layers, from their rows' scores (or the rows themselves). */
export function naiveSimilarity(a: Rows, b: Rows): { best: number; mean: number } {
  const rho = naiveCorrelations(a, b);
  const mean = (values: readonly number[]): number =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const known = (values: readonly (number | null)[]): number[] =>
    values.flatMap((value) => (value === null ? [] : [Math.abs(value)]));
  const bests = (lists: readonly (readonly (number | null)[])[]): number[] =>
    lists.map(known).flatMap((values) => (values.length === 0 ? [] : [Math.max(...values)]));
  const columns = b.map((_, j) => rho.map((row) => row[j] ?? null));
  return { best: (mean(bests(rho)) + mean(bests(columns))) / 2, mean: mean(known(rho.flat())) };
}

/** The largest sum over one-to-one assignments, by trying all. @param matrix at most 7 rows or columns */
export function bestAssignmentSum(matrix: Rows): number {
  const [rows, columns] = [matrix.length, matrix[0]?.length ?? 0];
  if (rows > columns) {
    return bestAssignmentSum(
      Array.from({ length: columns }, (_, j) => matrix.map((row) => row[j] ?? 0)),
    );
  }
  const search = (row: number, used: ReadonlySet<number>): number => {
    if (row === rows) {
      return 0;
    }
    let best = -Infinity;
    for (let column = 0; column < columns; column += 1) {
      if (!used.has(column)) {
        const value = matrix[row]?.[column] ?? 0;
        best = Math.max(best, value + search(row + 1, new Set([...used, column])));
      }
    }
    return best;
  };
  return search(0, new Set());
}
