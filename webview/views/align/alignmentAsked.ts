/** What pages of two models ask of both: of the engine, and to be written to a file. */
import { HEAD_MATRICES } from '../../../src/core/model/headMatrixId';
import type { HeadMatrixKind } from '../../../src/core/model/headMatrixId';
import type { AlignHeadsParams, AlignRowsParams } from '../../../src/protocol/alignment';
import type { Comparison } from '../../../src/protocol/export';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { PanelStore } from '../../state/panelStore';
import type { AlignedPair } from '../../state/uiState';

function askedOf(
  { ui }: PanelStore,
  { model }: ModelSummary,
): Pick<AlignHeadsParams, 'other' | 'excludeUndertrained'> {
  return { other: model, excludeUndertrained: ui.align.excludeUndertrained };
}

/** Rows of a pair of layers, as the page sorts them. */
export function rowsAsked(
  store: PanelStore,
  other: ModelSummary,
  pair: AlignedPair,
): Omit<AlignRowsParams, 'model' | 'start' | 'count'> {
  const { sort, mutualOnly } = store.ui.align;
  return { ...pair, ...askedOf(store, other), sort, mutualOnly, options: store.options };
}

/** Heads by one of their matrices. */
export function headsAsked(
  store: PanelStore,
  other: ModelSummary,
  kind: HeadMatrixKind,
): Omit<AlignHeadsParams, 'model'> {
  return { ...askedOf(store, other), kind };
}

/** What of the page can be written to a file. */
export function alignmentComparisons(
  store: PanelStore,
  other: ModelSummary,
  pair: AlignedPair | null,
): readonly Comparison[] {
  return [
    { what: 'alignedLayers', ...askedOf(store, other) },
    ...(pair === null ? [] : [{ what: 'alignedRows' as const, ...rowsAsked(store, other, pair) }]),
    ...HEAD_MATRICES.map((kind) => ({
      ...{ what: 'alignedHeads' as const },
      ...headsAsked(store, other, kind),
    })),
  ];
}
