import type { Matrix, Matrix64 } from '../tensor/matrix';
import type { CandidateLists } from './candidates';
import type { PairKey } from './pairs/pairKey';

/**
 * The multiplications that projections plan against. The engine implements it with ONNX Runtime, the tests also
 * with plain TypeScript, so that one set of goldens runs against both.
 */
export interface MatmulBackend {
  /** `A B^T`: `[n, d] x [m, d] -> [n, m]`, written to `into` where that is given. */
  multiplyTransposed(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix>;
  /** `A^T B`: `[n, p] x [n, q] -> [p, q]`, written to `into` where that is given. */
  gram(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix>;
  /** `A^T B` in float64: `[n, p] x [n, q] -> [p, q]`. */
  gramDouble(a: Matrix, b: Matrix): Promise<Matrix64>;
  /** Squared L2 norms of the rows of a tile, of those of `T B^T` where `by` `[m, d]` is given: `[t, d] -> [t]`. */
  rowSquares(tile: Matrix, by?: Matrix): Promise<Float32Array>;
  /** Sums over the rows `X` of |scores| against a tile: `[n, d] x [t, d] -> [t]`. */
  absoluteColumnSums(x: Matrix, tile: Matrix): Promise<Float32Array>;
  /** `A B^T` of some rows: `[n, d] x [m, d] -> [n, m]`. */
  multiplySelected(a: RowSelection, b: RowSelection): Promise<Matrix>;
  /** The largest element of each row of `A B^T`, of its negative or its magnitudes, of some rows: `-> [n]`. */
  rowMaxima(a: RowSelection, b: RowSelection, key: PairKey): Promise<Float32Array>;
  /** What is left of the magnitudes of `A B^T` where only the largest and the sums count: `[n, d] x [m, d]`. */
  magnitudes(a: Matrix, b: Matrix): Promise<Magnitudes>;
  /** Scores of rows against one tile of a vocabulary, reduced before they leave the backend. */
  reduceScores(request: ScoreRequest): Promise<ScoreReduction>;
}

/** Reductions of |Y|, `Y = A B^T` `[n, m]`. */
export interface Magnitudes {
  /** `[n]`: the largest of each row. */
  readonly rowMaxima: Float32Array;
  /** `[m]`: the largest of each column. */
  readonly columnMaxima: Float32Array;
  /** `[n]`: the sum of each row. */
  readonly rowSums: Float32Array;
}

/** Rows of a matrix by their numbers, in any order. */
export interface RowSelection {
  readonly matrix: Matrix;
  readonly rows: Int32Array;
}

/**
 * One tile of work. With `Y = X T^T` (`[n, t]`) and, where `common` is given, `Z = Y - shift - A P^T`:
 * - ranked scores are `Y` (or `Z` where `rankCentred`) times `scale` (per token), tokens with `allowed` 0 left out;
 * - moments are sums over the tokens with `counted` 1 of the powers 1 to 4 of `Y - shift` and of `Z`.
 */
export interface ScoreRequest {
  /** `[n, d]` parameter rows. */
  readonly x: Matrix;
  /** `[t, d]` rows of the vocabulary matrix. */
  readonly tile: Matrix;
  readonly ranking?: {
    /** Where every score that may be listed is offered, in float32, with id `firstId` + its place in the tile. */
    readonly lists: CandidateLists;
    readonly firstId: number;
    /** `[t]`, 1 or 0; absent: all. */
    readonly allowed?: Float32Array;
    /** `[t]`, not negative; absent: 1. */
    readonly scale?: Float32Array;
    readonly rankCentred: boolean;
  };
  /** `[n]`: each row's mean score over the counted tokens, subtracted before powers are taken; absent: 0. */
  readonly shift?: Float32Array;
  readonly moments?: {
    /** `[t]`, 1 or 0. */
    readonly counted: Float32Array;
  };
  /** Rank-r part of the scores that lies in the common directions: `A` `[n, r]`, `P` `[t, r]`. */
  readonly common?: { readonly a: Matrix; readonly p: Matrix };
}

export interface ScoreReduction {
  /** `[n, 4]` sums of powers 1 to 4 of the shifted scores over the counted tokens. */
  readonly powerSums?: Float64Array;
  /** `[n, 4]` the same of the scores without the common directions. */
  readonly centredPowerSums?: Float64Array;
}

/**
 * A vocabulary matrix `[rows, cols]` that is read in tiles, from memory or from the file. Values are float32,
 * upcast from what is stored, never folded.
 */
export interface VocabularyMatrix {
  readonly rows: number;
  readonly cols: number;
  /** All of it, where it is held in memory: rows that a pass through `tiles` has reached are there to stay. */
  readonly whole?: Matrix | undefined;
  /** Tiles in order of their rows, of at most `maxRows`; a tile's numbers are valid until the next is asked for. */
  tiles(maxRows: number): AsyncIterable<VocabularyTile>;
  /** Single rows `[ids.length, cols]`. */
  rowsById(ids: readonly number[]): Promise<Matrix>;
}

export interface VocabularyTile {
  readonly start: number;
  readonly matrix: Matrix;
}
