/** Options of a reading: all visible wherever a result is shown, all in every export. */

export type SpaceOption = 'auto' | 'input' | 'output';
export type Space = 'input' | 'output';
export type FoldOption = 'none' | 'norms';
export type RankOption = 'dot' | 'cosine' | 'abs' | 'specificity';

/** Tokens left out before top-k. Filters never change statistics. */
export interface TokenFilters {
  readonly ascii: boolean;
  readonly alphanumeric: boolean;
  readonly wordStart: boolean;
  readonly excludeSpecial: boolean;
  readonly excludeUndertrained: boolean;
  /** Only tokens whose bare lower-cased text is one of these. */
  readonly list?: readonly string[];
}

export interface ReadingOptions {
  readonly space: SpaceOption;
  readonly fold: FoldOption;
  readonly rank: RankOption;
  /** Rank by scores without the common directions (R - m and I - V_r V_r^T). */
  readonly withoutCommon: boolean;
  readonly filters: TokenFilters;
  /** Tokens on each side. */
  readonly k: number;
}

export const NO_FILTERS: TokenFilters = {
  ascii: false,
  alphanumeric: false,
  wordStart: false,
  excludeSpecial: false,
  excludeUndertrained: false,
};

/** What the command line reads by default: the paper's plain readings of every vocabulary row. */
export const DEFAULT_OPTIONS: ReadingOptions = {
  space: 'auto',
  fold: 'none',
  rank: 'dot',
  withoutCommon: false,
  filters: NO_FILTERS,
  k: 20,
};

/** What views read by default: the same, with under-trained tokens hidden (their number is stated). */
export const DEFAULT_VIEW_OPTIONS: ReadingOptions = {
  ...DEFAULT_OPTIONS,
  filters: { ...NO_FILTERS, excludeUndertrained: true },
};
