import { linearSumAssignment } from 'linear-sum-assignment';

/** Layers of A paired with layers of B so that what is shared is largest. */
export interface LayerAssignment {
  /** Layers of A, ascending: as many as the shallower model has. */
  readonly rows: readonly number[];
  /** The layer of B that belongs to each. */
  readonly assignment: readonly number[];
  /** Pairs of equal index. */
  readonly matched: number;
  /** Mean distance of the two indices of a pair. */
  readonly meanAbsOffset: number;
  /** Kendall's tau of the pairs: 1 where deeper layers of A go with deeper layers of B; null below two pairs. */
  readonly order: number | null;
}

/**
 * Kendall's tau of distinct values: pairs in the same order less pairs in the other, over all pairs; null below two
 * values.
 */
export function kendallTau(values: readonly number[]): number | null {
  const pairs = (values.length * (values.length - 1)) / 2;
  if (pairs === 0) {
    return null;
  }
  let agreement = 0;
  values.forEach((value, i) => {
    for (const later of values.slice(i + 1)) {
      agreement += Math.sign(later - value);
    }
  });
  return agreement / pairs;
}

/** The assignment of largest sum, by the Hungarian method. @param matrix `[layers of A][layers of B]` */
export function assignLayers(matrix: readonly (readonly number[])[]): LayerAssignment {
  const { rowAssignments } = linearSumAssignment(
    matrix.map((row) => [...row]),
    { maximaze: true },
  );
  const pairs = matrix.flatMap((_, row) => {
    const column = rowAssignments[row] ?? -1;
    return column < 0 ? [] : [{ row, column }];
  });
  const rows = pairs.map(({ row }) => row);
  const assignment = pairs.map(({ column }) => column);
  const offsets = pairs.map(({ row, column }) => Math.abs(row - column));
  return {
    rows,
    assignment,
    matched: offsets.filter((offset) => offset === 0).length,
    meanAbsOffset: offsets.reduce((sum, offset) => sum + offset, 0) / Math.max(1, offsets.length),
    order: kendallTau(assignment),
  };
}
