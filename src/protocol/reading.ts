import type { Space } from '../core/projection/options';

/** A token as it travels: exact text, or bytes where they are no UTF-8. */
export interface TokenView {
  readonly id: number;
  /** Exact text; null where the bytes are no UTF-8, where the row has no token, or without a tokenizer. */
  readonly text: string | null;
  /** Lower-case hex of the bytes where `text` is null and there are bytes. */
  readonly hex?: string;
  readonly special?: true;
  readonly padding?: true;
  readonly undertrained?: true;
  /** WordPiece continuation: `text` begins with `##`, which is no part of the word. */
  readonly continuation?: true;
}

export interface ScoredToken extends TokenView {
  /** What is ranked. */
  readonly score: number;
  /** The plain dot product, where `score` is not. */
  readonly dot?: number;
}

/** Tokens that filters left out, by the first reason that applied. */
export interface Omitted {
  readonly undertrained: number;
  readonly special: number;
  readonly padding: number;
  readonly filter: number;
}

/** Population moments of a row's scores over the tokens that take part, beside the control. Null where scores are not finite. */
export interface RowStatistics {
  readonly mean: number | null;
  readonly std: number | null;
  readonly skewness: number | null;
  /** Excess kurtosis. */
  readonly kurtosis: number | null;
  /** Excess kurtosis without the common directions: what `z` judges. */
  readonly kurtosisCentered: number | null;
  /** Distance of `kurtosisCentered` from the control's mean, in the control's standard deviations. */
  readonly z: number | null;
  /** The side that the row speaks for. */
  readonly speaks: 'top' | 'bottom' | null;
}

/** The moments of 256 random directions under the same matrix: the control beside every reading. */
export interface ControlSummary {
  readonly directions: number;
  readonly kurtosisMean: number;
  readonly kurtosisStd: number;
  readonly kurtosisCenteredMean: number;
  readonly kurtosisCenteredStd: number;
}

export interface RowReading extends RowStatistics {
  /** Component id, e.g. `L3.FF.K[907]`. */
  readonly component: string;
  readonly space: Space;
  /** L2 norm of the parameter row, of the folded one where folding is on. */
  readonly norm: number;
  /** Scores that are NaN or infinite; they take no part. */
  readonly nonFinite: number;
  readonly omitted: Omitted;
  readonly top: readonly ScoredToken[];
  /** Lowest first. */
  readonly bottom: readonly ScoredToken[];
  /** Other ids of the same row (grouped queries). */
  readonly sharedBy?: readonly string[];
  /** What this row's reading must say besides (raw although folding is on, encoder read with the decoder's W_U). */
  readonly note?: string;
}

/** A row of a table: the reading's first tokens and numbers. */
export interface TableRow extends RowStatistics {
  readonly component: string;
  readonly norm: number;
  readonly nonFinite: number;
  readonly top: readonly ScoredToken[];
  readonly bottom: readonly ScoredToken[];
}
