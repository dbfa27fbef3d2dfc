/** Where a row stands in the order of its table, and which rows stand beside it. */
import type { RowReading } from '../../../src/protocol/reading';
import type { NumberFilter, RowSort } from '../../../src/protocol/engineApi';
import { placeOf, rowIndexOf, tableOf } from '../../format/components';
import type { Place } from '../../format/components';
import type { PanelStore } from '../../state/panelStore';
import type { RowOrder } from '../matrix/matrixRows';
import { rowOrder } from '../matrix/matrixRows';

export interface RowNeighbours {
  /** The table whose order it is, and its key in the panel's state. */
  readonly matrix: string;
  readonly sort: RowSort;
  /** From 0. */
  readonly index: number;
  readonly total: number;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Rows asked on each side of where the row should stand: ties and rounding move it a little. */
const SLACK_ROWS = 3;

const COUNTED: readonly NumberFilter['field'][] = ['z', 'norm', 'kurtosis'];

/** The table that the reader came from, where it holds the row; else the row's own. */
function tableOfReader(store: PanelStore, place: Place): string {
  const { entries, index } = store.ui.history;
  const whole = store.summary === null ? undefined : tableOf(place.ref, store.summary)?.id;
  const visited = entries
    .slice(0, index)
    .reverse()
    .find(
      ({ page, component }) =>
        page === 'matrix' && (component === place.matrix || component === whole),
    );
  return visited?.component ?? place.matrix;
}

async function search(
  store: PanelStore,
  matrix: string,
  component: string,
  order: RowOrder,
  guess: number,
  signal: AbortSignal,
): Promise<RowNeighbours | undefined> {
  const start = Math.max(0, guess - SLACK_ROWS);
  const page = await store.host.query(
    'rowPage',
    {
      ...{ matrix, options: store.options, start, count: 2 * SLACK_ROWS + 1, statistics: false },
      ...order,
    },
    { signal },
  );
  const at = page.rows.findIndex((row) => row.component === component);
  if (at === -1) return undefined;
  return {
    ...{ matrix, sort: order.sort, index: start + at, total: page.total },
    previous: page.rows[at - 1]?.component ?? null,
    next: page.rows[at + 1]?.component ?? null,
  };
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
  const page = await store.host.query(
    'rowPage',
    { matrix, options: store.options, start: 0, count: 1, statistics: false, ...order, filter },
    { signal },
  );
  return page.total;
}

/** The neighbours of a row in the order in which the reader sees its table; by row where that has no place for it. */
export async function findNeighbours(
  store: PanelStore,
  reading: RowReading,
  signal: AbortSignal,
): Promise<RowNeighbours | null> {
  const { summary } = store;
  const place = placeOf(reading.component);
  if (summary === null || place === undefined) return null;
  const matrix = tableOfReader(store, place);
  const table = tableOf(place.ref, summary)?.id ?? matrix;
  const state = store.table(`matrix:${matrix}`);
  const order = rowOrder(state, store.isScanned(table));
  const { component } = reading;
  if (order.sort !== 'row' || order.filter !== undefined) {
    const found = await search(store, matrix, component, order, state.activeRow, signal);
    if (found !== undefined) return found;
    const counted = await countBefore(store, matrix, reading, order, signal);
    const second =
      counted === undefined
        ? undefined
        : await search(store, matrix, component, order, counted, signal);
    if (second !== undefined) return second;
  }
  const index = rowIndexOf(place, summary);
  if (index === undefined) return null;
  const byRow: RowOrder = { sort: 'row', descending: false };
  return (await search(store, place.matrix, component, byRow, index, signal)) ?? null;
}
