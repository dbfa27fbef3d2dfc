/** A row's weights as a strip of columns, each as wide as a pixel or wider. */

/** A column of the strip: what it stands for, and its weight of largest size. */
export interface StripColumn {
  /** First weight, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Null where no weight of it is finite. */
  readonly value: number | null;
}

/** At most `most` columns for all weights, each of as many weights. */
export function stripColumns(
  values: readonly (number | null)[],
  most: number,
): readonly StripColumn[] {
  const perColumn = Math.max(1, Math.ceil(values.length / Math.max(1, most)));
  const columns: StripColumn[] = [];
  for (let start = 0; start < values.length; start += perColumn) {
    const end = Math.min(values.length, start + perColumn);
    let value: number | null = null;
    for (const weight of values.slice(start, end)) {
      if (weight !== null && (value === null || Math.abs(weight) > Math.abs(value))) value = weight;
    }
    columns.push({ start, end, value });
  }
  return columns;
}

/** The size that the full colour stands for: that of the largest weight; 1 where all are zero. */
export function stripEnd(lowest: number | null, highest: number | null): number {
  return Math.max(Math.abs(lowest ?? 0), Math.abs(highest ?? 0)) || 1;
}
