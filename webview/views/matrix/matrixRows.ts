/** The order that a table of rows is shown in, and its rows from the engine. */
import type { RowFilter, RowPage, RowSort, TableRow } from '../../../src/protocol/engineApi';
import { parseRowFilter } from '../../format/rowFilter';
import { PagedRows } from '../../state/pagedRows';
import type { PanelStore } from '../../state/panelStore';
import type { TableState } from '../../state/uiState';

/** What a page of rows is asked by. */
export interface RowOrder {
  readonly sort: RowSort;
  readonly descending: boolean;
  readonly filter?: RowFilter;
}

const BY_ROW: RowOrder = { sort: 'row', descending: false };

/**
 * The order of a table: by row until it is scanned, since nothing else can be answered; then as the reader
 * chose, else by z.
 */
export function rowOrder(state: TableState, scanned: boolean): RowOrder {
  if (!scanned) return BY_ROW;
  const parsed = parseRowFilter(state.filter);
  const filter = 'filter' in parsed ? parsed.filter : undefined;
  const { by, descending } = state.sort ?? { by: 'z', descending: true };
  return { sort: by, descending, ...(filter === undefined ? {} : { filter }) };
}

/** Rows of a table in an order; `onPage` is told of every page that comes. */
export function matrixRows(
  store: PanelStore,
  matrix: string,
  order: RowOrder,
  expectedRows: number,
  onPage: (page: RowPage) => void,
): PagedRows<TableRow> {
  const { options } = store;
  return new PagedRows(
    async (start, count, depth, signal) => {
      const statistics = depth === 'full';
      const page = await store.host.query(
        'rowPage',
        { matrix, options, start, count, statistics, ...order },
        { signal },
      );
      onPage(page);
      return { rows: page.rows, total: page.total, complete: page.scanned };
    },
    expectedRows,
    'words',
  );
}
