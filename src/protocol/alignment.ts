import type { LayerAssignment } from '../core/analysis/layerAssignment';
import type { RowKind } from '../core/model/componentId';
import type { HeadMatrixKind } from '../core/model/headMatrixId';
import type { ReadingOptions } from '../core/projection/options';
import type { RowReading } from './reading';

/** Kinds of rows that stand in the layers: what two models are aligned by. */
export type AlignmentGroup = Exclude<RowKind, 'E' | 'U' | 'P' | 'C'>;

/**
 * `best`: each row's best |rho| in the other layer, averaged over both. `mean`: |rho| over all pairs of rows, the
 * paper's.
 */
export type AlignmentMeasure = 'best' | 'mean';

/**
 * What rows are compared as. `embedding`: their scores against the shared tokens. `feature`: themselves, where the
 * widths agree. `shuffled`: their scores, with the tokens of B in a random order: the control.
 */
export type AlignmentSpace = 'embedding' | 'feature' | 'shuffled';

export interface AlignParams {
  /** A, and B. */
  readonly model: string;
  readonly other: string;
  /** Absent: every kind that both models have. */
  readonly groups?: readonly AlignmentGroup[];
  readonly spaces: readonly AlignmentSpace[];
  /** Leaves out tokens that training never moved apart in either model. */
  readonly excludeUndertrained: boolean;
}

/** A matrix of layers of A by layers of B, and which belong together by it. */
export interface LayerMatrix extends LayerAssignment {
  /** `[layers of A][layers of B]` */
  readonly matrix: readonly (readonly number[])[];
}

export interface GroupAlignment {
  readonly group: AlignmentGroup;
  readonly spaces: Partial<
    Readonly<Record<AlignmentSpace, Readonly<Record<AlignmentMeasure, LayerMatrix>>>>
  >;
}

/** How the vocabularies of two models were matched. */
export interface SharedVocabulary {
  /** Tokens that both have. */
  readonly shared: number;
  /** The same over the tokens of A, and over those of B. */
  readonly shareA: number;
  readonly shareB: number;
  /** Shared tokens that take part: all, or those that are not under-trained in either model. */
  readonly used: number;
  readonly undertrained: number;
}

export interface AlignResult {
  readonly vocabulary: SharedVocabulary;
  readonly groups: readonly GroupAlignment[];
  /** Why there is no feature space, a whole sentence; null where there is, or where it was not asked for. */
  readonly featureRefusal: string | null;
  readonly warnings: readonly string[];
}

/** Two models compared by the tokens that both have. */
interface ComparedModels {
  readonly model: string;
  readonly other: string;
  readonly excludeUndertrained: boolean;
}

export interface AlignRowsParams extends ComparedModels {
  readonly group: AlignmentGroup;
  readonly layerA: number;
  readonly layerB: number;
  /** `rho`: largest |rho| of the nearest first. `row`: in the order of A. */
  readonly sort: 'rho' | 'row';
  /** Only rows that are each other's nearest. */
  readonly mutualOnly: boolean;
  readonly start: number;
  readonly count: number;
  /** How the rows are read. */
  readonly options: ReadingOptions;
}

/** A row of the other model, and its correlation with a row. */
export interface RowMatch {
  readonly component: string;
  /** Pearson correlation of the two rows' scores over the shared tokens. */
  readonly rho: number;
}

/** A row of A beside its like in B. */
export interface RowPair {
  readonly component: string;
  /** The row of B of largest |rho|; null where the row correlates with nothing. */
  readonly nearest: RowMatch | null;
  /** Whether it is in turn the nearest of that row. */
  readonly mutual: boolean;
  /** Its row of B in the one-to-one assignment of largest sum; null where there is none. */
  readonly assigned: RowMatch | null;
  readonly reading: RowReading;
  readonly nearestReading: RowReading | null;
  /** Null where the assigned row is the nearest. */
  readonly assignedReading: RowReading | null;
}

export interface AlignRowsResult {
  readonly rows: readonly RowPair[];
  /** Rows that are listed, and rows of A and of B. */
  readonly total: number;
  readonly rowsA: number;
  readonly rowsB: number;
  readonly mutual: number;
  /** Mean |rho| of each row of A with its nearest, and of the assigned pairs; the latter null where it is not computed. */
  readonly meanNearest: number;
  readonly meanAssigned: number | null;
  /** The same of the nearest with B's vocabulary shuffled. */
  readonly control: number;
}

export interface CounterpartParams extends ComparedModels {
  /** A row of A. */
  readonly component: string;
  readonly count: number;
  readonly options: ReadingOptions;
}

/** Where a row of A is in B: rows of the same kind in all layers. */
export interface CounterpartResult {
  readonly reading: RowReading;
  /** Largest |rho| first. */
  readonly rows: readonly (RowMatch & { readonly reading: RowReading })[];
  /** Rows that were compared. */
  readonly total: number;
  /** Largest |rho| with any of them after B's tokens were shuffled. */
  readonly control: number;
}

export interface AlignHeadsParams extends ComparedModels {
  readonly kind: HeadMatrixKind;
}

/** A head of A beside its like in B. */
export interface HeadPair {
  readonly component: string;
  readonly nearest: RowMatch | null;
  readonly mutual: boolean;
  readonly assigned: RowMatch | null;
}

export interface AlignHeadsResult {
  /** Every head of A, in order. */
  readonly rows: readonly HeadPair[];
  /** Names of the heads of B, in order; `matrix` is `[heads of A][heads of B]`, rho. */
  readonly others: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  readonly meanNearest: number;
  readonly control: number;
}
