import type { RowKind } from '../core/model/componentId';
import type { ReadingOptions, Space } from '../core/projection/options';
import type { RowStatistics, ScoredToken, TokenView } from './reading';

/** Kinds of rows that are searched: all but embeddings and positions. */
export type SearchKind = Exclude<RowKind, 'E' | 'U' | 'P'>;

/** By score, by readability, or by the token's place in the row. */
export type SearchSort = 'score' | 'z' | 'rank';

export interface SearchParams {
  readonly model: string;
  /** Exact texts, or ids as `#537`. */
  readonly tokens: readonly string[];
  /** Absent: all of them, each in its own space. */
  readonly kinds?: readonly SearchKind[];
  /** `k` plays no part; filters decide which tokens are counted before the token in `rank`. */
  readonly options: ReadingOptions;
  /** Default `score`. `z` needs every matrix scanned, `rank` every row read: done and kept on the first asking. */
  readonly sort?: SearchSort;
  /** Worst first: the rows that speak most against the token. Default false. */
  readonly reversed?: boolean;
  readonly start: number;
  readonly count: number;
  /** false: at once, but `z` only where it is known. Default true. */
  readonly statistics?: boolean;
  /** Tokens to list on each side of each row. Default 0: rows come without `words`. */
  readonly words?: number;
}

/** The lists of a row that was found, and the side that it speaks for where that is known. */
export interface FoundWords extends Pick<RowStatistics, 'speaks'> {
  readonly top: readonly ScoredToken[];
  /** Lowest first. */
  readonly bottom: readonly ScoredToken[];
}

/** A row that was found for a token. */
export interface SearchRow {
  readonly component: string;
  readonly space: Space;
  /** What is ranked. */
  readonly score: number;
  /** The plain dot product, where `score` is not. */
  readonly dot?: number;
  /** The row's own readability. */
  readonly z: number | null;
  /** The token's place in the row's list, from 0. */
  readonly rank: number | null;
  readonly words?: FoundWords;
}

export interface TokenSearch {
  readonly token: TokenView;
  /** Other tokens of the same exact text: the one that was taken is not a byte. */
  readonly sameText: readonly TokenView[];
  readonly rows: readonly SearchRow[];
  readonly start: number;
  /** Rows that were searched and are finite. */
  readonly total: number;
}

/** What a text is among tokens. */
export interface TokenMatches {
  /** Tokens of exactly this text. */
  readonly exact: readonly TokenView[];
  /** Tokens that spell it together, the longest first that fits: a tokenizer may cut elsewhere. */
  readonly pieces: readonly { readonly text: string; readonly token: TokenView | null }[];
  /** Tokens spelled most like it, whatever case and leading space, nearest first. */
  readonly nearest: readonly TokenView[];
}
