import type { MatmulBackend } from './backend';
import type { WorkOptions } from './readings';
import type { PreparedSpace } from './space';

export const HISTOGRAM_BINS = 64;
/** The bins span this many standard deviations on both sides of the mean. */
export const HISTOGRAM_REACH = 8;

export interface ScoreHistogram {
  /** Edges of the whole, in standard deviations from the mean. */
  readonly low: number;
  readonly high: number;
  /** `[64]`: counted tokens; scores beyond the edges stand in the outermost bins. */
  readonly counts: readonly number[];
  /** `[64]`: mean share per bin of the control's directions. */
  readonly controlShares: readonly number[];
}

/** Histogram of one row's scores over the counted tokens. Null where the row's scores are constant or not finite. */
export function scoreHistogram(
  row: Float32Array,
  space: PreparedSpace,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<ScoreHistogram | null> {
  return Promise.reject(new Error(`Not yet: ${String([row, space, backend, options])}`));
}
