import type { RowKind } from '../core/model/componentId';
import type { ReadingOptions, Space } from '../core/projection/options';
import type { Omitted, RowReading, RowStatistics, ScoredToken } from './reading';

/** Two models: `other` is the base, `model` what became of it. */
export interface DiffParams {
  readonly model: string;
  readonly other: string;
}

export interface DiffTensorsParams extends DiffParams {
  /**
   * Only tensors that are not the same: first those without a relative change (new, reshaped), then the largest one first,
   * those whose change is NaN or infinite last.
   * Default: all, in the order of the files.
   */
  readonly changedOnly?: boolean;
  readonly start: number;
  readonly count: number;
}

/** How the rows of a table differ from the base's. */
export interface TableChange {
  /** `L3.FF.K`, `C` */
  readonly matrix: string;
  readonly kind: RowKind;
  readonly layer?: number;
  readonly rows: number;
  readonly changedRows: number;
  /** Rows that the base lacks; they count as changed. */
  readonly newRows: number;
  /** L2 norm of the change of all rows that both have. */
  readonly norm: number;
  /** The same over the norm of these rows in the base; null where that is 0. */
  readonly relative: number | null;
}

export interface DiffResult {
  readonly tensors: {
    readonly total: number;
    readonly changed: number;
    readonly new: number;
    readonly reshaped: number;
    /** Tensors of the base that the other lacks. */
    readonly gone: number;
  };
  readonly tables: readonly TableChange[];
  readonly changedRows: number;
  readonly warnings: readonly string[];
}

/**
 * A row's change, in words: scores of `other - base` against the base's vocabulary. Of damaged weights numbers are NaN or
 * infinite: files for programs have null in their place (JSON, Parquet; an empty cell of CSV), text for people says NaN.
 */
export interface RowChange extends RowStatistics {
  readonly component: string;
  readonly space: Space;
  /** L2 norm of the change, and the same over the norm of the base's row; null where that is 0 or the row is new. */
  readonly norm: number;
  readonly relative: number | null;
  /** The base has no such row: it counts as its own change. */
  readonly isNew: boolean;
  readonly nonFinite: number;
  readonly omitted: Omitted;
  /** What the change pushes up, and down (lowest first). */
  readonly plus: readonly ScoredToken[];
  readonly minus: readonly ScoredToken[];
}

export type DiffSort = 'norm' | 'relative' | 'z' | 'row';

export interface DiffRowsParams extends DiffParams {
  /** Only rows of this table. */
  readonly matrix?: string;
  /** Space, rank, filters and k decide; changes are never folded. */
  readonly options: ReadingOptions;
  readonly sort: DiffSort;
  readonly descending: boolean;
  readonly start: number;
  readonly count: number;
  /** With what the rows say in either model. Default false. */
  readonly readings?: boolean;
}

export interface DiffRowsResult {
  readonly rows: readonly RowChange[];
  /** Rows that changed. */
  readonly total: number;
  /** `[rows]`, where they were asked for. */
  readonly readings?: readonly RowBesideBase[];
}

export interface DiffComponentsParams extends DiffParams {
  /** Ids or ranges of ids. */
  readonly components: readonly string[];
  readonly options: ReadingOptions;
  /** With what the rows say in either model. Default false. */
  readonly readings?: boolean;
}

/** What a row says in either model, read as its change is. */
export interface RowBesideBase {
  /** Null where the base has no such row. */
  readonly base: RowReading | null;
  readonly tuned: RowReading;
}

export interface DiffComponentsResult {
  readonly rows: readonly RowChange[];
  /** `[rows]`, where they were asked for. */
  readonly readings?: readonly RowBesideBase[];
}

/** A token that the changes of a layer push, all rows together. */
export interface PushedToken extends ScoredToken {
  /**
   * The score in standard deviations of what the same rows give with random signs. The largest of V such numbers reaches
   * about sqrt(2 ln V) by chance.
   */
  readonly z: number | null;
}

/** Parts of a layer whose rows can be added up: see `layerPushes`. */
export type LayerPart = 'FF.K' | 'FF.V' | 'VO' | 'QK';

/** What the changes of one part of a layer push up and down. */
export interface LayerPush {
  readonly layer: number;
  readonly part: LayerPart;
  readonly space: Space;
  /** Rows that were added up, and the L2 norm of their sum. */
  readonly rows: number;
  readonly norm: number;
  /** Empty, as `minus`, where the norm is NaN or infinite. */
  readonly plus: readonly PushedToken[];
  /** Lowest first. */
  readonly minus: readonly PushedToken[];
}

export interface DiffLayersParams extends DiffParams {
  /** Absent: every layer that changed. */
  readonly layers?: readonly number[];
  /** Filters and k decide; scores are always those without the common directions. */
  readonly options: ReadingOptions;
}
