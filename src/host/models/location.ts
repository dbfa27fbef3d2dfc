import { VocabScopeError } from '../../core/errors';
import {
  formatMatrixId,
  isHeadKind,
  parseComponentPattern,
  parseMatrixId,
  type MatrixRef,
  type RowKind,
} from '../../core/model/componentId';
import { formatHeadMatrixId, headMatrixRef } from '../../core/model/headMatrixId';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { PanelLocation } from '../../protocol/panelApi';

/** The page of a component of this model. @throws VocabScopeError `unknownComponent`: a sentence on what is wrong. */
export function locate(text: string, summary: ModelSummary): PanelLocation {
  const id = text.trim();
  const headMatrix = headMatrixRef(id);
  if (headMatrix !== undefined) {
    rowsOf({ ...headMatrix, kind: 'O' }, summary);
    return { page: 'head', component: formatHeadMatrixId(headMatrix) };
  }
  if (!id.includes('[')) {
    rowsOf(parseMatrixId(id), summary);
    return { page: 'matrix', component: id };
  }
  const { kind, layer, head, row } = parseComponentPattern(id);
  const single = (what: string, pattern: typeof layer): number | undefined => {
    if (pattern === undefined) return undefined;
    if (pattern.type === 'one') return pattern.index;
    throw unknown(id, `it names several ${what}; a page shows one`);
  };
  const ref: MatrixRef = {
    kind,
    ...optional('layer', single('layers', layer)),
    ...optional('head', single('heads', head)),
  };
  const rows = rowsOf(ref, summary);
  const index =
    row.type === 'label' ? labelIndex(id, row.label, summary) : (single('rows', row) ?? 0);
  if (index >= rows) {
    throw unknown(id, `${formatMatrixId(ref)} has rows 0 to ${String(rows - 1)}`);
  }
  return { page: 'row', component: id };
}

/** The page of what may be no component but the whole model. @throws VocabScopeError `unknownComponent` */
export function placeOf(component: string | undefined, summary: ModelSummary): PanelLocation {
  return component === undefined ? { page: 'overview' } : locate(component, summary);
}

/** Whether the model has that component. */
export function isIn(component: string, summary: ModelSummary): boolean {
  try {
    locate(component, summary);
    return true;
  } catch {
    return false;
  }
}

/** The kind of rows that an id names; undefined for a head's. @throws VocabScopeError `unknownComponent` */
export function kindOf(id: string): RowKind | undefined {
  if (headMatrixRef(id) !== undefined) return undefined;
  const bracket = id.indexOf('[');
  return parseMatrixId(bracket === -1 ? id : id.slice(0, bracket)).kind;
}

/** Rows of the matrix of that name. @throws VocabScopeError where the model has none. */
export function rowsOf(ref: MatrixRef, summary: ModelSummary): number {
  const { shape, matrices } = summary;
  const id = formatMatrixId(ref);
  if (shape === null) {
    throw unknown(id, 'the architecture of this model is not known, so nothing in it has a name');
  }
  if (ref.layer !== undefined && ref.layer >= shape.nLayers) {
    throw unknown(id, `the model has layers 0 to ${String(shape.nLayers - 1)}`);
  }
  const table = matrices.find(({ kind, layer }) => kind === ref.kind && layer === ref.layer);
  if (table === undefined) throw unknown(id, `this model has no ${ref.kind} of its own`);
  if (!isHeadKind(ref.kind) || ref.head === undefined) return table.rows;
  if (ref.head >= shape.nHeads) {
    throw unknown(id, `a layer has heads 0 to ${String(shape.nHeads - 1)}`);
  }
  return shape.dHead;
}

/** Rows of a classifier go by their labels, else by their numbers. */
function labelIndex(id: string, label: string, { labels }: ModelSummary): number {
  const index = labels.indexOf(label);
  if (index === -1 && !/^\d+$/u.test(label)) throw unknown(id, `no label is "${label}"`);
  return index === -1 ? Number(label) : index;
}

function optional<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}

function unknown(id: string, why: string): VocabScopeError {
  return new VocabScopeError('unknownComponent', `"${id}" is not in this model: ${why}.`);
}
