/** The order that a table of rows is shown in, and its rows from the engine. */
import type { RowFilter, RowPage, RowSort } from '../../../src/protocol/engineApi';
import type { TableRow } from '../../../src/protocol/reading';
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

/** Whether a table can be sorted so without a scan. */
export function isOrderable(sort: RowSort): boolean {
  return sort === 'row' || sort === 'norm';
}

/**
 * The order of a table: until it is scanned by row or by norm, since nothing else can be answered; then as the reader
 * chose, else by z.
 */
export function rowOrder(state: TableState, scanned: boolean): RowOrder {
  if (!scanned) {
    const { sort } = state;
    return sort === null || !isOrderable(sort.by)
      ? BY_ROW
      : { sort: sort.by, descending: sort.descending };
  }
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

/** Rows of one request of many. */
const FETCHED_ROWS = 500;

/** All of some rows, in an order; words alone where the table is not scanned. */
export async function fetchRows(
  store: PanelStore,
  matrix: string,
  { sort, descending }: RowOrder,
  components: readonly string[],
): Promise<readonly TableRow[]> {
  const { host, options } = store;
  const asked = { matrix, options, sort, descending, filter: { components }, statistics: false };
  const rows: TableRow[] = [];
  for (let start = 0; start < components.length; start += FETCHED_ROWS) {
    const page = await host.query('rowPage', { ...asked, start, count: FETCHED_ROWS });
    rows.push(...page.rows);
  }
  return rows;
}
