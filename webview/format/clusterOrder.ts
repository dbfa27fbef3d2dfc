/** An order of a few rows in which those that are alike stand together. */

/** How unlike two rows are: 1 minus their cosine, 1 where one of them is zero. */
function distance(a: readonly number[], b: readonly number[]): number {
  let [dot, normA, normB] = [0, 0, 0];
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? 0;
    dot += left * right;
    normA += left * left;
    normB += right * right;
  }
  const norms = Math.sqrt(normA * normB);
  return norms === 0 ? 1 : 1 - dot / norms;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Two clusters end to end, turned so that the ends that meet are most alike. */
function joined(
  a: readonly number[],
  b: readonly number[],
  apart: (i: number, j: number) => number,
): readonly number[] {
  const gap = (left: readonly number[], right: readonly number[]): number =>
    apart(left.at(-1) ?? 0, right[0] ?? 0);
  const turns = [a, a.toReversed()].flatMap((left) =>
    [b, b.toReversed()].map((right) => ({ whole: [...left, ...right], gap: gap(left, right) })),
  );
  const best = turns.reduce((least, turn) => (turn.gap < least.gap ? turn : least));
  return best.whole;
}

/**
 * Clusters `rows` (`[n, m]`, a few dozen at most) by average linkage of 1 - cosine, and lists them cluster by cluster.
 * @returns indices of rows, the one that came first in the first half
 */
export function clusterOrder(rows: readonly (readonly number[])[]): readonly number[] {
  const distances = rows.map((a) => rows.map((b) => distance(a, b)));
  const apart = (i: number, j: number): number => distances[i]?.[j] ?? 0;
  let clusters: readonly (readonly number[])[] = rows.map((_, index) => [index]);
  while (clusters.length > 1) {
    let nearest = { a: 0, b: 1, far: Infinity };
    for (const [a, left] of clusters.entries()) {
      for (let b = a + 1; b < clusters.length; b += 1) {
        const right = clusters[b] ?? [];
        const far = mean(left.flatMap((i) => right.map((j) => apart(i, j))));
        if (far < nearest.far) nearest = { a, b, far };
      }
    }
    const { a, b } = nearest;
    const pair = joined(clusters[a] ?? [], clusters[b] ?? [], apart);
    clusters = [pair, ...clusters.filter((_, at) => at !== a && at !== b)];
  }
  const order = clusters[0] ?? [];
  return order.indexOf(0) < order.length / 2 ? order : order.toReversed();
}
