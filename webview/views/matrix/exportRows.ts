import { exportItems, readRows, writeReadings } from '../../components/exportMenu';
import type { MenuItem } from '../../components/menuButton';
import type { PanelStore } from '../../state/panelStore';
import type { SelectedTable } from './rowSelection';

/** Rows of a filtered table that are offered for a file. */
const MAX_LISTED = 10_000;

/** What a table gives away: selected rows, else all that the filter leaves. */
export function exportRows(
  store: PanelStore,
  table: SelectedTable | null,
  selected: readonly string[],
): readonly MenuItem[] {
  if (table === null) return [];
  const { matrix, order, source } = table;
  const count = selected.length > 0 ? selected.length : source.total;
  const shown = async (): Promise<readonly string[]> => {
    if (selected.length > 0) return selected;
    const params = { matrix, options: store.options, start: 0, count: MAX_LISTED, ...order };
    const { ids } = await store.host.query('rowIds', params);
    return ids;
  };
  return exportItems(store, {
    ...{ component: matrix, count },
    write: async (form) => writeReadings(store, form, await readRows(store, await shown())),
    selected: () => (order.filter === undefined ? selected : shown()),
  });
}
