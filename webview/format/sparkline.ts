/** A row's scores as a small picture: heights are logarithms of counts, on one axis for all rows of a table. */

export const SPARKLINE_WIDTH = 64;
export const SPARKLINE_HEIGHT = 14;
const BARS = 32;

/** Counts of neighbouring bins together, as many as there are bars. */
function bars(counts: readonly number[]): readonly number[] {
  const perBar = Math.max(1, Math.ceil(counts.length / BARS));
  return Array.from({ length: Math.ceil(counts.length / perBar) }, (_, bar) =>
    counts.slice(bar * perBar, (bar + 1) * perBar).reduce((sum, count) => sum + count, 0),
  );
}

/** Closed outline of the bars. A single token is a visible step; all tokens in one bar would be the full height. */
export function sparklinePath(counts: readonly number[]): string {
  const heights = bars(counts);
  const all = heights.reduce((sum, count) => sum + count, 0);
  const width = SPARKLINE_WIDTH / Math.max(1, heights.length);
  const tops = heights.map((count) => {
    const level = Math.log1p(count) / Math.log1p(Math.max(1, all));
    return (SPARKLINE_HEIGHT * (1 - level)).toFixed(2);
  });
  const steps = tops.map((top, bar) => `V${top}H${((bar + 1) * width).toFixed(2)}`).join('');
  return `M0 ${SPARKLINE_HEIGHT}${steps}V${SPARKLINE_HEIGHT}Z`;
}

/** Tokens at least this many standard deviations from the mean, which are what a row speaks of. */
export const FAR_DEVIATIONS = 4;

/** How many of the counts, which span ±`reach` standard deviations, lie far out. */
export function farTokens(counts: readonly number[], reach = 8): number {
  const middle = counts.length / 2;
  const far = (FAR_DEVIATIONS / reach) * middle;
  return counts.reduce(
    (sum, count, bin) => sum + (bin < middle - far || bin >= middle + far ? count : 0),
    0,
  );
}
