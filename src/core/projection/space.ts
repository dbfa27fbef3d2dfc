import type { Cancellation, ProgressListener } from '../errors';
import type { MatmulBackend, VocabularyMatrix } from './backend';
import type { VocabularyFold } from './fold';

/** The moments of random directions under the same matrix, beside every reading. */
export interface ControlStatistics {
  readonly directions: number;
  readonly kurtosisMean: number;
  readonly kurtosisStd: number;
  readonly kurtosisCenteredMean: number;
  readonly kurtosisCenteredStd: number;
  /** `[64]`: mean share of a direction's scores in each bin of a histogram. */
  readonly binShares: Float64Array;
}

/**
 * What is computed once for a vocabulary matrix, a fold and a set of counted tokens. Plain numbers and typed
 * arrays: it can be stored and read back. V rows, d columns, r common directions.
 */
export interface PreparedStatistics {
  readonly rows: number;
  readonly cols: number;
  /** `[V]`, 1: the token takes part in statistics. Tokens whose rows are not finite never do. */
  readonly counted: Float32Array;
  /** How many do. */
  readonly countedTokens: number;
  /** Ids of vocabulary rows with NaN or infinite weights, ascending. */
  readonly nonFinite: Int32Array;
  /** `[V]`: L2 norms of the stored rows, which bound the float32 error of scores. */
  readonly storedNorms: Float32Array;
  /** `[V]`: L2 norms of the folded rows; the same array where nothing is folded. */
  readonly norms: Float32Array;
  /** `[d]`: mean m of the folded counted rows. */
  readonly mean: Float64Array;
  readonly commonCount: number;
  /** `[r, d]`: orthonormal principal directions of the folded, centred, counted rows, largest variance first. */
  readonly common: Float64Array;
  /** `[V, r]`: P = (R - m) V_r. */
  readonly projections: Float32Array;
  readonly control: ControlStatistics;
}

/** A vocabulary matrix and how its rows are folded: enough for lists without statistics. */
export interface ReadingSpace {
  readonly matrix: VocabularyMatrix;
  readonly fold: VocabularyFold | null;
  readonly statistics?: PreparedStatistics;
}

export interface PreparedSpace extends ReadingSpace {
  readonly statistics: PreparedStatistics;
}

export interface SpaceRequest {
  readonly matrix: VocabularyMatrix;
  /** `[V]`, 1: takes part in statistics. */
  readonly counted: Float32Array;
  readonly fold: VocabularyFold | null;
  /** Whether the control's directions are centred, as folded rows of LayerNorm models are. */
  readonly centreControl: boolean;
  readonly seed?: number;
  readonly backend: MatmulBackend;
  readonly cancellation?: Cancellation;
  readonly onProgress?: ProgressListener;
}

/** Mean, common directions and control of a vocabulary matrix, in two passes over its rows. @throws CancelledError */
export function prepareSpace(request: SpaceRequest): Promise<PreparedSpace> {
  return Promise.reject(new Error(`Not yet: ${String(request.matrix.rows)}`));
}

/** L2 norms of the folded vocabulary rows, `[V]`: what cosine divides by. */
export function tokenNorms(space: PreparedSpace): Float32Array {
  return space.statistics.norms;
}
