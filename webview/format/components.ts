/** What component ids mean to a reader: names, parts, neighbours in the model, places to go. */
import { messageOf } from '../../src/core/errors';
import {
  formatMatrixId,
  isHeadKind,
  parseComponentPattern,
  parseMatrixId,
  ROW_KINDS,
} from '../../src/core/model/componentId';
import type { MatrixRef, RowKind } from '../../src/core/model/componentId';
import { formatHeadMatrixId, headMatrixRef } from '../../src/core/model/headMatrixId';
import type { HeadMatrixRef } from '../../src/core/model/headMatrixId';
import { ROW_KIND_INFO } from '../../src/core/model/rowKinds';
import type { MatrixSummary, ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelLocation } from '../../src/protocol/panelApi';
import { t } from '../l10n';

/** An id taken apart. */
export interface Place {
  readonly ref: MatrixRef;
  /** The table of the id, with its head: `L3.H7.Q`. */
  readonly matrix: string;
  /** What stands between the brackets; null for a table's own id. */
  readonly row: string | null;
}

/** Takes `L3.FF.K[907]`, `L3.H7.Q` or `C[POSITIVE]` apart; undefined for what is no id. */
export function placeOf(id: string): Place | undefined {
  const bracket = id.indexOf('[');
  const matrix = bracket === -1 ? id : id.slice(0, bracket);
  try {
    const ref = parseMatrixId(matrix);
    return { ref, matrix, row: bracket === -1 ? null : id.slice(bracket + 1, -1) };
  } catch {
    return undefined;
  }
}

/** What a kind of rows is called in words. */
export function kindTitle(kind: RowKind): string {
  return t(ROW_KIND_INFO[kind].plural);
}

/** A row's id without what its page says already: `V[31]`, `H2.Q[5]`, `[5]`. */
export function shortRowName(component: string, table: string): string {
  const place = placeOf(component);
  if (place === undefined || place.row === null) return component;
  const row = `[${place.row}]`;
  if (place.matrix === table && isHeadKind(place.ref.kind)) return `${place.ref.kind}${row}`;
  const head = place.ref.head === undefined ? '' : `H${place.ref.head}.`;
  return `${head}${place.ref.kind.replace('FF.', '')}${row}`;
}

/** The listed table that holds a table's rows: `L3.Q` for `L3.H7.Q`. */
export function tableOf(ref: MatrixRef, summary: ModelSummary): MatrixSummary | undefined {
  const id = formatMatrixId({
    kind: ref.kind,
    ...(ref.layer === undefined ? {} : { layer: ref.layer }),
  });
  return summary.matrices.find((matrix) => matrix.id === id);
}

/** Heads whose rows a layer's table holds: those of keys and values are fewer where queries are grouped. */
function headsOf(kind: RowKind, summary: ModelSummary): number {
  if (!isHeadKind(kind) || summary.shape === null) return 0;
  return kind === 'Q' || kind === 'O' ? summary.shape.nHeads : summary.shape.nKvHeads;
}

/** Rows of a table or of one head's part of it; undefined where the model has no such table. */
export function rowCountOf(ref: MatrixRef, summary: ModelSummary): number | undefined {
  const table = tableOf(ref, summary);
  if (table === undefined || ref.head === undefined) return table?.rows;
  if (summary.shape === null || ref.head >= summary.shape.nHeads) return undefined;
  return table.rows / headsOf(ref.kind, summary);
}

/** The id of row `row` of a table; a classifier's rows carry their labels. */
export function rowId(ref: MatrixRef, row: number, summary: ModelSummary): string {
  if (isHeadKind(ref.kind) && ref.head === undefined) {
    const perHead = (rowCountOf(ref, summary) ?? 1) / Math.max(1, headsOf(ref.kind, summary));
    return rowId(
      { ...ref, head: firstQueryHead(ref.kind, Math.floor(row / perHead), summary) },
      row % perHead,
      summary,
    );
  }
  const label = ref.kind === 'C' ? summary.labels[row] : undefined;
  return `${formatMatrixId(ref)}[${label ?? String(row)}]`;
}

/** The lowest query head that a stored head serves. */
function firstQueryHead(kind: RowKind, stored: number, summary: ModelSummary): number {
  const heads = summary.shape?.nHeads ?? 1;
  return stored * Math.max(1, Math.round(heads / Math.max(1, headsOf(kind, summary))));
}

/** Index of a row inside its table; undefined where the id names none of its rows. */
export function rowIndexOf(place: Place, summary: ModelSummary): number | undefined {
  if (place.row === null) return undefined;
  const label = place.ref.kind === 'C' ? summary.labels.indexOf(place.row) : -1;
  const index = label === -1 && /^\d+$/u.test(place.row) ? Number(place.row) : label;
  const rows = rowCountOf(place.ref, summary);
  return rows === undefined || index < 0 || index >= rows ? undefined : index;
}

/** Kinds that a model has inside its layers, in reading order. */
export function layerKinds(summary: ModelSummary): readonly RowKind[] {
  const present = new Set(
    summary.matrices.filter(({ layer }) => layer !== undefined).map(({ kind }) => kind),
  );
  return ROW_KINDS.filter((kind) => present.has(kind));
}

/** Layers of a model that have tables. */
export function layersOf(summary: ModelSummary): readonly number[] {
  const layers = new Set<number>();
  for (const { layer } of summary.matrices) if (layer !== undefined) layers.add(layer);
  return [...layers].sort((a, b) => a - b);
}

/** Whether a model has that head: a layer with a W_O, and as many heads. */
export function isHeadOf({ layer, head }: HeadMatrixRef, summary: ModelSummary): boolean {
  return rowCountOf({ kind: 'O', layer, head }, summary) !== undefined;
}

/** `l5.ff.v[31]` as it is written. */
function inProperCase(text: string): string {
  const match = /^(?:l(\d+)\.)?(?:h(\d+)\.)?([a-z.]+)(\[.*\])?$/isu.exec(text.trim());
  if (match === null) return text;
  const [, layer, head, kindText = '', row = ''] = match;
  const kind = ROW_KINDS.find((name) => name.toLowerCase() === kindText.toLowerCase());
  return `${layer === undefined ? '' : `L${layer}.`}${head === undefined ? '' : `H${head}.`}${kind ?? kindText}${row}`;
}

/** Where an id leads, or a sentence that says why it leads nowhere. */
export function locate(
  text: string,
  summary: ModelSummary,
): { location: PanelLocation } | { problem: string } {
  const head = headMatrixRef(text);
  if (head !== undefined) {
    const component = formatHeadMatrixId(head);
    return isHeadOf(head, summary)
      ? { location: { page: 'head', component } }
      : { problem: t('{0} has no {1}.', summary.name, component) };
  }
  const id = inProperCase(text);
  try {
    if (!id.includes('[')) {
      const ref = parseMatrixId(id);
      return rowCountOf(ref, summary) === undefined
        ? { problem: t('{0} has no {1}.', summary.name, id) }
        : { location: { page: 'matrix', component: id } };
    }
    const { row } = parseComponentPattern(id);
    const place = placeOf(id);
    if (row.type === 'range' || place === undefined) {
      return { problem: t('“{0}” names several rows: go to one, for example L3.FF.K[907].', id) };
    }
    return rowIndexOf(place, summary) === undefined
      ? { problem: t('{0} has no {1}.', summary.name, id) }
      : { location: { page: 'row', component: id } };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
