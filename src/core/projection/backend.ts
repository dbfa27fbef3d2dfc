import type { Matrix } from '../tensor/matrix';

/**
 * The multiplications that projections plan against. The engine implements it with ONNX Runtime, the tests also
 * with plain TypeScript, so that one set of goldens runs against both.
 */
export interface MatmulBackend {
  /** `A B^T`: `[n, d] x [m, d] -> [n, m]`. */
  multiplyTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** `A^T B`: `[n, p] x [n, q] -> [p, q]`, a Gram matrix where A is B. */
  gram(a: Matrix, b: Matrix): Promise<Matrix>;
  /** Sums over the rows `X` of |scores| against a tile: `[n, d] x [t, d] -> [t]`. */
  absoluteColumnSums(x: Matrix, tile: Matrix): Promise<Float32Array>;
  /** Scores of rows against one tile of a vocabulary, reduced before they leave the backend. */
  reduceScores(request: ScoreRequest): Promise<ScoreReduction>;
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
    readonly k: number;
    /** `[t]`, 1 or 0; absent: all. */
    readonly allowed?: Float32Array;
    /** `[t]`, positive; absent: 1. */
    readonly scale?: Float32Array;
    readonly rankCentred: boolean;
  };
  /** `[n]`: each row's mean score over the counted tokens, subtracted before powers are taken. */
  readonly shift?: Float32Array;
  readonly moments?: {
    /** `[t]`, 1 or 0. */
    readonly counted: Float32Array;
  };
  /** Rank-r part of the scores that lies in the common directions: `A` `[n, r]`, `P` `[t, r]`. */
  readonly common?: { readonly a: Matrix; readonly p: Matrix };
}

export interface ScoreReduction {
  /** `[n, kept]` best and worst ranked scores and their columns in the tile, best and worst first; `kept = min(k, t)`. Left-out tokens have scores of -Infinity (top) and +Infinity (bottom). */
  readonly ranking?: {
    readonly kept: number;
    readonly topScores: Float32Array;
    readonly topColumns: Int32Array;
    readonly bottomScores: Float32Array;
    readonly bottomColumns: Int32Array;
  };
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
  /** Tiles in order of their rows, of at most `maxRows`; a tile's numbers are valid until the next is asked for. */
  tiles(maxRows: number): AsyncIterable<VocabularyTile>;
  /** Single rows `[ids.length, cols]`. */
  rowsById(ids: readonly number[]): Promise<Matrix>;
}

export interface VocabularyTile {
  readonly start: number;
  readonly matrix: Matrix;
}
