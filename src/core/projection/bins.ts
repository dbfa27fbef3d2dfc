/** Bins of a histogram of scores. */
export const HISTOGRAM_BINS = 64;
/** The bins span this many standard deviations on both sides of the mean. */
export const HISTOGRAM_REACH = 8;

const BINS_PER_STD = HISTOGRAM_BINS / (2 * HISTOGRAM_REACH);

/** The bin of a score so many standard deviations from the mean; what lies beyond goes into the outermost bins. */
export function binOf(deviations: number): number {
  const bin = Math.floor((deviations + HISTOGRAM_REACH) * BINS_PER_STD);
  return Math.min(HISTOGRAM_BINS - 1, Math.max(0, bin));
}
