/** The way to the page that is shown: model, layer, head, table, row. */
import { HEAD_KINDS, isHeadKind } from '../../src/core/model/componentId';
import { formatMatrixId } from '../../src/core/model/componentId';
import type { MatrixRef, RowKind } from '../../src/core/model/componentId';
import {
  formatHeadMatrixId,
  HEAD_MATRICES,
  headMatrixRef,
} from '../../src/core/model/headMatrixId';
import type { HeadMatrixRef } from '../../src/core/model/headMatrixId';
import { displayText } from '../../src/core/tokenizer/display';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelLocation } from '../../src/protocol/panelApi';
import { t } from '../l10n';
import { isHeadOf, layersOf, placeOf, rowCountOf } from './components';

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

/** The pages of a head's own matrices, beside those of its tables. */
function headMatrices({ layer, head }: MatrixRef): readonly Sibling[] {
  if (layer === undefined || head === undefined) return [];
  return HEAD_MATRICES.map((kind) => ({
    ...{ label: kind, current: false },
    location: { page: 'head', component: formatHeadMatrixId({ kind, layer, head }) },
  }));
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
    siblings: [
      ...kinds.map((kind) => sibling(kind, { ...ref, kind }, kind === ref.kind)),
      ...headMatrices(ref),
    ],
  };
}

/** The way to a head: its layer, itself, and which of its matrices is shown. */
function headCrumbs(ref: HeadMatrixRef, summary: ModelSummary): readonly Crumb[] {
  const { kind, layer, head } = ref;
  const place = (label: string, other: HeadMatrixRef, current: boolean): Sibling => ({
    ...{ label, current },
    location: { page: 'head', component: formatHeadMatrixId(other) },
  });
  const layers = layersOf(summary).filter((each) => isHeadOf({ ...ref, layer: each }, summary));
  const heads = Array.from({ length: summary.shape?.nHeads ?? 0 }, (_, each) => each);
  const tables = HEAD_KINDS.filter(
    (each) => rowCountOf({ kind: each, layer, head }, summary) !== undefined,
  );
  return [
    {
      label: `L${layer}`,
      siblings: layers.map((each) => place(`L${each}`, { ...ref, layer: each }, each === layer)),
    },
    {
      label: `H${head}`,
      siblings: heads.map((each) => place(`H${each}`, { ...ref, head: each }, each === head)),
    },
    {
      label: kind,
      siblings: [
        ...HEAD_MATRICES.map((each) => place(each, { ...ref, kind: each }, each === kind)),
        ...tables.map((each) => sibling(each, { kind: each, layer, head }, false)),
      ],
    },
  ];
}

/** Breadcrumbs of a location, the page itself last. */
export function crumbsOf(location: PanelLocation, summary: ModelSummary): readonly Crumb[] {
  const home: Crumb = { label: summary.name, location: { page: 'overview' }, siblings: [] };
  if (location.page === 'tensors') return [home, { label: t('Tensors'), siblings: [] }];
  if (location.page === 'align') return [home, { label: t('Alignment'), siblings: [] }];
  if (location.page === 'diff') return [home, { label: t('Changes'), siblings: [] }];
  if (location.page === 'steps') return [home, { label: t('Over training'), siblings: [] }];
  if (location.page === 'stitch') return [home, { label: t('Stitching'), siblings: [] }];
  if (location.page === 'bookmarks') return [home, { label: t('Bookmarks'), siblings: [] }];
  if (location.page === 'search') {
    const label = displayText({ id: 0, text: location.token ?? '' });
    return [home, { label: t('Rows for {0}', label), siblings: [] }];
  }
  const head = location.page === 'head' ? headMatrixRef(location.component ?? '') : undefined;
  if (head !== undefined) return [home, ...headCrumbs(head, summary)];
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
