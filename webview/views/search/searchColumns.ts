/** Columns of the rows that a search found. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { SearchRow } from '../../../src/protocol/search';
import { DIGITS, formatCount, formatDecimal, NOT_COMPUTED } from '../../format/numbers';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { definition, numberCard } from '../../components/definition';
import { rowNameCell, tokensCard, tokensCell, zValue } from '../../components/rowColumns';
import type { Column } from '../../components/tableColumns';

/** Widths in em. */
const WIDTHS = { row: 8.5, score: 5.2, rank: 4.6, z: 4.4 } as const;
export const NARROW_COLUMNS_EM = WIDTHS.row + WIDTHS.score + WIDTHS.rank + WIDTHS.z;

/** A row as tables of words show it; before its words came, without. */
function speaking({ component, z, words }: SearchRow): {
  component: string;
  z: number | null;
} & NonNullable<SearchRow['words']> {
  return { component, z, ...(words ?? { speaks: null, top: [], bottom: [] }) };
}

function scoreCard({ score, dot }: SearchRow, store: PanelStore): TemplateResult {
  const { options } = store;
  return dot === undefined
    ? numberCard({ id: 'score', value: score, options })
    : html`${numberCard({ id: 'score', value: score, options })}
      ${numberCard({ id: 'dot', value: dot, options })}`;
}

function zColumn(store: PanelStore): Column<SearchRow> {
  return {
    id: 'z',
    title: t('z'),
    width: `${WIDTHS.z}em`,
    numeric: true,
    sortable: true,
    narrow: 'first',
    describe: () => definition('z'),
    cell: ({ z }) => zValue(z, 0),
    hover: ({ z, space }) => {
      const control = { summary: store.spaces.get(space)?.control, centered: true };
      return numberCard({ id: 'z', value: z, options: store.options, control });
    },
  };
}

/** The columns, for a page that has room for so many characters of tokens. */
export function searchColumns(store: PanelStore, room: () => number): readonly Column<SearchRow>[] {
  const { options } = store;
  return [
    {
      id: 'row',
      title: t('Row'),
      width: `${WIDTHS.row}em`,
      narrow: 'first',
      cell: ({ component }) => rowNameCell(component, component),
    },
    {
      id: 'score',
      title: t('Score'),
      width: `${WIDTHS.score}em`,
      numeric: true,
      sortable: true,
      narrow: 'first',
      describe: () => definition('score'),
      cell: ({ score }) => formatDecimal(score, DIGITS.score),
      hover: (row) => scoreCard(row, store),
    },
    {
      id: 'rank',
      title: t('Rank'),
      width: `${WIDTHS.rank}em`,
      numeric: true,
      sortable: true,
      describe: () => definition('tokenRank'),
      cell: ({ rank }) => (rank === null ? NOT_COMPUTED : formatCount(rank + 1)),
      hover: ({ rank }) =>
        numberCard({ id: 'tokenRank', value: rank === null ? null : rank + 1, options }),
    },
    zColumn(store),
    {
      id: 'tokens',
      title: t('Top tokens'),
      width: 'minmax(0, 1fr)',
      narrow: 'second',
      describe: () => definition('speaks'),
      cell: (row) => tokensCell(speaking(row), room(), options.k),
      hover: (row) => tokensCard(speaking(row)),
    },
  ];
}
