/** What a search of a token asks of the engine, and in which kinds of rows. */
import { ROW_KINDS } from '../../../src/core/model/componentId';
import { ROW_KIND_INFO } from '../../../src/core/model/rowKinds';
import type { Progress } from '../../../src/core/errors';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type {
  SearchKind,
  SearchParams,
  SearchRow,
  TokenSearch,
} from '../../../src/protocol/search';
import { PagedRows } from '../../state/pagedRows';
import type { PanelStore } from '../../state/panelStore';
import type { SearchState } from '../../state/uiState';

/** Tokens that come with each row: its cell and its card show no more. */
export const WORDS = 10;

/** Kinds of rows of a model that are searched, in component order. */
export function searchedKinds({ matrices }: ModelSummary): readonly SearchKind[] {
  const present = new Set(matrices.map(({ kind }) => kind));
  return ROW_KINDS.filter((kind) => present.has(kind)).filter(
    (kind) => kind !== 'E' && kind !== 'U' && kind !== 'P',
  );
}

/** The kinds of a scope: rows that write promote a token, rows that read detect it. All where there are none. */
export function kindsOf(scope: SearchState['scope'], summary: ModelSummary): readonly SearchKind[] {
  const kinds = searchedKinds(summary);
  const chosen = kinds.filter((kind) => {
    if (scope === 'all') return true;
    const { space } = ROW_KIND_INFO[kind];
    if (scope === 'promote' || scope === 'detect') {
      return (space === 'output') === (scope === 'promote');
    }
    return kind === scope;
  });
  return chosen.length === 0 ? kinds : chosen;
}

/** Rows of some kinds: the length of the table before the first answer. */
function expectedRows(kinds: readonly SearchKind[], { matrices }: ModelSummary): number {
  const searched = new Set<string>(kinds);
  return matrices.reduce((sum, { kind, rows }) => sum + (searched.has(kind) ? rows : 0), 0);
}

export interface SearchListener {
  /** A page came: what it says of the token. */
  readonly onPage: (found: TokenSearch) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** Everything of a search but its pages. */
export function askedSearch(
  { options, ui }: PanelStore,
  token: string,
  summary: ModelSummary,
): Required<Pick<SearchParams, 'tokens' | 'kinds' | 'options' | 'sort' | 'reversed'>> {
  const { scope, sort, reversed } = ui.search;
  return { tokens: [token], kinds: kindsOf(scope, summary), options, sort, reversed };
}

/** The rows that score a token highest, in pages. */
export function searchRows(
  store: PanelStore,
  token: string,
  summary: ModelSummary,
  { onPage, onProgress }: SearchListener,
): PagedRows<SearchRow> {
  const asked = askedSearch(store, token, summary);
  return new PagedRows(
    async (start, count, depth, signal) => {
      const { results } = await store.host.query(
        'search',
        {
          ...{ ...asked, start, count },
          ...{ statistics: depth === 'full', words: WORDS },
        },
        { signal, onProgress },
      );
      const [found] = results;
      if (found === undefined) throw new Error('The search of one token has one answer.');
      onPage(found);
      return { rows: found.rows, total: found.total, complete: depth === 'full' };
    },
    expectedRows(asked.kinds, summary),
    'full',
  );
}
