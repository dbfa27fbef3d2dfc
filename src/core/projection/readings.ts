import type { Cancellation, ProgressListener } from '../errors';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import type { RankOption } from './options';
import type { ReadingSpace } from './space';

export interface RankedToken {
  readonly id: number;
  /** What is ranked. */
  readonly score: number;
  /** The plain dot product of the folded vectors. */
  readonly dot: number;
}

/** Population moments of a row's scores over the counted tokens; null where not asked for or not defined. */
export interface RowMoments {
  readonly mean: number | null;
  readonly std: number | null;
  readonly skewness: number | null;
  /** Excess kurtosis. */
  readonly kurtosis: number | null;
  /** Excess kurtosis of the scores without the common directions. */
  readonly kurtosisCentered: number | null;
  /** Distance of `kurtosisCentered` from the control's mean in the control's standard deviations. */
  readonly z: number | null;
  /** The side that the row speaks for: the sign of the skewness of the scores without the common directions. */
  readonly speaks: 'top' | 'bottom' | null;
}

export interface RowResult extends RowMoments {
  /** L2 norm of the row as read. */
  readonly norm: number;
  /** Scores that are NaN or infinite. */
  readonly nonFinite: number;
  readonly top: readonly RankedToken[];
  /** Lowest first; empty with rank `abs`. */
  readonly bottom: readonly RankedToken[];
}

export interface RowsRequest {
  /** `[n, d]`, already folded with `foldRows`. */
  readonly rows: Matrix;
  readonly space: ReadingSpace;
  /** Tokens on each side. */
  readonly k: number;
  readonly rank: RankOption;
  /** Rank the scores without the common directions; needs a space with statistics. */
  readonly withoutCommon: boolean;
  /** `[V]`, 1: may be listed; absent: all. Never changes statistics. */
  readonly allowed?: Float32Array;
  /** `[V]`, with rank `specificity`: what each token's score is divided by (`meanAbsoluteScores`). */
  readonly tokenScale?: Float32Array;
  /** Whether moments are computed; needs a space with statistics. */
  readonly statistics: boolean;
}

export interface WorkOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: ProgressListener;
}

/**
 * Reads parameter rows against a vocabulary: exact lists (order: score, then id) and moments.
 * @throws CancelledError between runs of at most 128 rows and 5 GFLOP
 */
export function readRows(
  request: RowsRequest,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<RowResult[]> {
  return Promise.reject(new Error(`Not yet: ${String([request.k, backend, options])}`));
}
