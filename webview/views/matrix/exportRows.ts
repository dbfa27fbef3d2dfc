import { exportItems, readRows } from '../../components/exportMenu';
import type { MenuItem } from '../../components/menuButton';
import type { PanelStore } from '../../state/panelStore';
import type { SelectedTable } from './rowSelection';

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
    const params = { matrix, options: store.options, start: 0, count, ...order };
    const { ids } = await store.host.query('rowIds', params);
    return ids;
  };
  return exportItems(store, {
    ...{ component: matrix, selected, count },
    read: async () => readRows(store, selected.length > 0 ? selected : await shown()),
  });
}
