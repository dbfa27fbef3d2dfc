import type { ReadingOptions, Space } from '../core/projection/options';
import type { ScoredToken } from './reading';

/** Tokens of one row's lists: those of one side, or of both by halves. */
export type TokenMapSide = 'top' | 'bottom' | 'both';

export interface TokenMapParams {
  readonly model: string;
  readonly component: string;
  readonly options: ReadingOptions;
  readonly side: TokenMapSide;
  /** Tokens in all; `k` of the options plays no part. At most 200. */
  readonly count: number;
}

/** A token where its own row of the vocabulary matrix lies among those of the others. */
export interface TokenPoint extends ScoredToken {
  readonly side: 'top' | 'bottom';
  /** Along the first and the second principal direction of the listed tokens' rows, in the rows' units. */
  readonly x: number;
  readonly y: number;
}

/** A row's tokens by the likeness of their embeddings: the plane in which these differ most. */
export interface TokenMap {
  readonly component: string;
  readonly space: Space;
  /** Top ones first, each side best first. */
  readonly points: readonly TokenPoint[];
  /** Shares of the tokens' variance that lie along x and y. */
  readonly explained: readonly [x: number, y: number];
}

export interface WeightsParams {
  readonly model: string;
  readonly component: string;
  /** By range over the row's d_model weights. */
  readonly start: number;
  readonly count: number;
}

/** A parameter row as it is stored, upcast: never folded. */
export interface Weights {
  readonly component: string;
  readonly start: number;
  /** Null: NaN or infinite. */
  readonly values: readonly (number | null)[];
  /** d_model. */
  readonly total: number;
  /** Over the finite weights of the whole row; null where there are none. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** L2 norm of the finite weights. */
  readonly norm: number;
  readonly nonFinite: number;
}

export interface ShapesParams {
  readonly model: string;
  /** Ids of single rows of one kind. */
  readonly components: readonly string[];
  readonly options: ReadingOptions;
}

/** How a row's scores spread, for sparklines: the counts of `histogram`. */
export interface Shape {
  readonly component: string;
  /** `[64]`: tokens per bin over ±8 standard deviations of the row's own; null where scores are constant or not finite. */
  readonly counts: readonly number[] | null;
}
