/** Where a row stands in the order of its table, and which rows stand beside it. */
import type { NumberFilter, RowSort } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading } from '../../../src/protocol/reading';
import { placeOf, rowCountOf, rowId, rowIndexOf, tableOf } from '../../format/components';
import type { Place } from '../../format/components';
import type { PanelStore } from '../../state/panelStore';
import { rowOrder } from '../matrix/matrixRows';
import type { RowOrder } from '../matrix/matrixRows';

/** A stretch of a table in the order in which the reader sees it. */
export interface RowStretch {
  readonly matrix: string;
  readonly sort: RowSort;
  /** Place of the first id, from 0. */
  readonly start: number;
  readonly total: number;
  readonly ids: readonly string[];
}

/** A row's place in a stretch. */
export interface RowPosition {
  readonly index: number;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Rows asked on each side, so that a reader who goes on quickly does not wait for each. */
const STRETCH_ROWS = 20;

const COUNTED: readonly NumberFilter['field'][] = ['z', 'norm', 'kurtosis'];

/** Where a row stands in a stretch; null where it does not, or where a neighbour is beyond its ends. */
export function positionIn(stretch: RowStretch, component: string): RowPosition | null {
  const at = stretch.ids.indexOf(component);
  if (at === -1) return null;
  const index = stretch.start + at;
  const previous = stretch.ids[at - 1] ?? null;
  const next = stretch.ids[at + 1] ?? null;
  const isWhole =
    (previous !== null || index === 0) && (next !== null || index === stretch.total - 1);
  return isWhole ? { index, previous, next } : null;
}

/** The table that the reader came from, where it holds the row; else the row's own. */
export function tableOfReader(store: PanelStore, component: string): string {
  const place = placeOf(component);
  if (place === undefined) return component;
  const { entries, index } = store.ui.history;
  const whole = store.summary === null ? undefined : tableOf(place.ref, store.summary)?.id;
  const holds = (table: string | undefined): boolean => table === place.matrix || table === whole;
  const visited = entries
    .slice(0, index)
    .reverse()
    .find((entry) => entry.page === 'matrix' && holds(entry.component));
  return visited?.component ?? place.matrix;
}

/** The order in which the reader sees that table. */
export function orderOfReader(store: PanelStore, matrix: string): RowOrder {
  const ref = placeOf(matrix)?.ref;
  const table =
    store.summary === null || ref === undefined ? undefined : tableOf(ref, store.summary);
  return rowOrder(store.table(`matrix:${matrix}`), store.isScanned(table?.id ?? matrix));
}

/** Rows of a table around a guessed place; undefined where the row is not among them. */
async function askStretch(
  store: PanelStore,
  matrix: string,
  component: string,
  order: RowOrder,
  guess: number,
  signal: AbortSignal,
): Promise<RowStretch | undefined> {
  const start = Math.max(0, guess - STRETCH_ROWS);
  const { options } = store;
  const range = { matrix, options, start, count: 2 * STRETCH_ROWS + 1, statistics: false };
  const page = await store.host.query('rowPage', { ...range, ...order }, { signal });
  const ids = page.rows.map((row) => row.component);
  if (!ids.includes(component)) return undefined;
  return { matrix, sort: order.sort, start, total: page.total, ids };
}

/** Counts the rows before this one, for orders by a number that the engine can filter by. */
async function countBefore(
  store: PanelStore,
  matrix: string,
  reading: RowReading,
  order: RowOrder,
  signal: AbortSignal,
): Promise<number | undefined> {
  const field = COUNTED.find((name) => name === order.sort);
  const values = { z: reading.z, norm: reading.norm, kurtosis: reading.kurtosisCentered };
  const value = field === undefined ? null : values[field];
  if (field === undefined || value === null) return undefined;
  const beyond: NumberFilter = { field, operator: order.descending ? '>' : '<', value };
  const filter = { ...order.filter, numbers: [...(order.filter?.numbers ?? []), beyond] };
  const range = { matrix, options: store.options, start: 0, count: 1, statistics: false };
  const page = await store.host.query('rowPage', { ...range, ...order, filter }, { signal });
  return page.total;
}

/** The stretch of rows in their own order: known without asking. */
function ownStretch(place: Place, matrix: string, summary: ModelSummary): RowStretch | null {
  const ref = placeOf(matrix)?.ref;
  const total = ref === undefined ? undefined : rowCountOf(ref, summary);
  const inHead = rowIndexOf(place, summary);
  if (ref === undefined || total === undefined || inHead === undefined) return null;
  const perHead = rowCountOf(place.ref, summary) ?? total;
  const heads = Math.max(1, Math.round(total / perHead));
  const group = Math.max(1, Math.round((summary.shape?.nHeads ?? 1) / heads));
  const before = ref.head === undefined ? Math.floor((place.ref.head ?? 0) / group) * perHead : 0;
  const start = Math.max(0, before + inHead - STRETCH_ROWS);
  const end = Math.min(total, before + inHead + STRETCH_ROWS + 1);
  const ids = Array.from({ length: end - start }, (_, at) => rowId(ref, start + at, summary));
  return { matrix, sort: 'row', start, total, ids };
}

/**
 * The rows around a row in the order in which the reader sees its table; in their own order where that order
 * has no place for it.
 */
export async function findStretch(
  store: PanelStore,
  reading: RowReading,
  signal: AbortSignal,
): Promise<RowStretch | null> {
  const { summary } = store;
  const { component } = reading;
  const place = placeOf(component);
  if (summary === null || place === undefined) return null;
  const matrix = tableOfReader(store, component);
  const order = orderOfReader(store, matrix);
  if (order.sort !== 'row' || order.filter !== undefined || order.descending) {
    const { activeRow } = store.table(`matrix:${matrix}`);
    const found = await askStretch(store, matrix, component, order, activeRow, signal);
    if (found !== undefined) return found;
    const counted = await countBefore(store, matrix, reading, order, signal);
    const second =
      counted === undefined
        ? undefined
        : await askStretch(store, matrix, component, order, counted, signal);
    if (second !== undefined) return second;
  }
  return ownStretch(place, matrix, summary);
}
