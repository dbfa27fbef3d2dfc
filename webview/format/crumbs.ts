/** The way to the page that is shown: model, layer, head, table, row. */
import { isHeadKind } from '../../src/core/model/componentId';
import { formatMatrixId } from '../../src/core/model/componentId';
import type { MatrixRef, RowKind } from '../../src/core/model/componentId';
import { displayText } from '../../src/core/tokenizer/display';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelLocation } from '../../src/protocol/panelApi';
import { t } from '../l10n';
import { layersOf, placeOf, rowCountOf } from './components';

export interface Sibling {
  readonly label: string;
  readonly location: PanelLocation;
  readonly current: boolean;
}

export interface Crumb {
  readonly label: string;
  /** Where it leads; absent where there is no page of its own. */
  readonly location?: PanelLocation;
  /** What could stand here instead. */
  readonly siblings: readonly Sibling[];
}

function sibling(label: string, ref: MatrixRef, current: boolean): Sibling {
  return { label, current, location: { page: 'matrix', component: formatMatrixId(ref) } };
}

function layerCrumb(ref: MatrixRef, summary: ModelSummary): Crumb[] {
  if (ref.layer === undefined) return [];
  const siblings = layersOf(summary)
    .filter((layer) => rowCountOf({ ...ref, layer }, summary) !== undefined)
    .map((layer) => sibling(`L${layer}`, { ...ref, layer }, layer === ref.layer));
  return [{ label: `L${ref.layer}`, siblings }];
}

function headCrumb(ref: MatrixRef, summary: ModelSummary): Crumb[] {
  if (ref.head === undefined) return [];
  const heads = Array.from({ length: summary.shape?.nHeads ?? 0 }, (_, head) => head);
  const wholeLayer = { kind: ref.kind, ...(ref.layer === undefined ? {} : { layer: ref.layer }) };
  const siblings = [
    sibling(t('All heads'), wholeLayer, false),
    ...heads.map((head) => sibling(`H${head}`, { ...ref, head }, head === ref.head)),
  ];
  return [{ label: `H${ref.head}`, siblings }];
}

function kindCrumb(ref: MatrixRef, summary: ModelSummary, isLast: boolean): Crumb {
  const kinds: readonly RowKind[] = [
    ...new Set(
      summary.matrices
        .filter(
          ({ layer, kind }) => layer === ref.layer && (ref.head === undefined || isHeadKind(kind)),
        )
        .map(({ kind }) => kind),
    ),
  ];
  return {
    label: ref.kind,
    ...(isLast ? {} : { location: { page: 'matrix', component: formatMatrixId(ref) } }),
    siblings: kinds.map((kind) => sibling(kind, { ...ref, kind }, kind === ref.kind)),
  };
}

/** Breadcrumbs of a location, the page itself last. */
export function crumbsOf(location: PanelLocation, summary: ModelSummary): readonly Crumb[] {
  const home: Crumb = { label: summary.name, location: { page: 'overview' }, siblings: [] };
  if (location.page === 'tensors') return [home, { label: t('Tensors'), siblings: [] }];
  if (location.page === 'bookmarks') return [home, { label: t('Bookmarks'), siblings: [] }];
  if (location.page === 'search') {
    const label = displayText({ id: 0, text: location.token ?? '' });
    return [home, { label: t('Rows for {0}', label), siblings: [] }];
  }
  const place = location.component === undefined ? undefined : placeOf(location.component);
  if (place === undefined) return [{ label: summary.name, siblings: [] }];
  return [
    home,
    ...layerCrumb(place.ref, summary),
    ...headCrumb(place.ref, summary),
    kindCrumb(place.ref, summary, place.row === null),
    ...(place.row === null ? [] : [{ label: place.row, siblings: [] }]),
  ];
}
