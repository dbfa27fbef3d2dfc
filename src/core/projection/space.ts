import type { VocabularyMatrix } from './backend';
import type { VocabularyFold } from './fold';

/** The moments of random directions under the same matrix, beside every reading. */
export interface ControlStatistics {
  readonly directions: number;
  readonly kurtosisMean: number;
  readonly kurtosisStd: number;
  readonly kurtosisCenteredMean: number;
  readonly kurtosisCenteredStd: number;
  /** `[64]`: mean share, over the first 64 directions, of a direction's scores in each bin of a histogram. */
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
