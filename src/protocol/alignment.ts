import type { LayerAssignment } from '../core/analysis/layerAssignment';
import type { RowKind } from '../core/model/componentId';

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
