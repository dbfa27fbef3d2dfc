import type { TableRow } from '../../../src/protocol/reading';
import { rowsAsText } from '../../format/export';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { fetchRows } from './matrixRows';
import type { SelectedTable } from './rowSelection';

/** What is copied of a table. */
export interface CopiedRows extends SelectedTable {
  readonly selected: readonly string[];
  /** Rows that are in memory. */
  readonly loaded: readonly TableRow[];
  /** The row that has the focus. */
  readonly active: TableRow | undefined;
}

/**
 * Selected rows, else the one with the focus, as text. Those that are not in memory are fetched: the clipboard has all of
 * them a moment later.
 */
export function copyRows(store: PanelStore, copied: CopiedRows): string | undefined {
  const { summary, options } = store;
  const { selected, active } = copied;
  const wanted = new Set(selected);
  const loaded = copied.loaded.filter(({ component }) => wanted.has(component));
  const rows = selected.length > 0 ? loaded : active === undefined ? [] : [active];
  if (summary === null || (rows.length === 0 && selected.length === 0)) return undefined;
  if (loaded.length < selected.length) void copyAll(store, copied);
  return rowsAsText(rows, { summary, options });
}

async function copyAll(store: PanelStore, { matrix, order, selected }: CopiedRows): Promise<void> {
  const { summary, options, host } = store;
  try {
    const rows = await fetchRows(store, matrix, order, selected);
    if (summary !== null) host.copy(rowsAsText(rows, { summary, options }));
    store.announce(t('{0} rows copied.', formatCount(rows.length)));
  } catch {
    store.announce(t('Not all rows could be copied.'));
  }
}
