import { searchDocument } from '../../../src/protocol/written/search';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { TokenSearch } from '../../../src/protocol/search';
import { exportItems, MAX_COPIED } from '../../components/exportMenu';
import type { MenuItem } from '../../components/menuButton';
import type { PanelStore } from '../../state/panelStore';
import { askedSearch, WORDS } from './searchRows';

/** Rows whose readings are offered for a file. */
const MAX_LISTED = 1_000;

/** What a search gives away: the rows that it found first, as they are sorted now. */
export function exportFound(
  store: PanelStore,
  token: string,
  summary: ModelSummary,
  found: TokenSearch,
): readonly MenuItem[] {
  const asked = askedSearch(store, token, summary);
  const { kinds, options, sort, reversed } = asked;
  const first = async (
    count: number,
    more: { readonly words?: number; readonly statistics: boolean },
  ): Promise<TokenSearch> => {
    const { results } = await store.host.query('search', { ...asked, start: 0, count, ...more });
    return results[0] ?? found;
  };
  return exportItems(store, {
    ...{ component: null, count: Math.min(found.total, MAX_COPIED) },
    write: async (form) => {
      const rows = await first(MAX_COPIED, { words: WORDS, statistics: true });
      return searchDocument(form, rows, { summary, options, kinds, sort, reversed });
    },
    selected: async () => {
      const { rows } = await first(MAX_LISTED, { statistics: false });
      return rows.map(({ component }) => component);
    },
  });
}
