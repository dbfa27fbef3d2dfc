/** Columns of rows of two models beside each other. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { RowMatch, RowPair } from '../../../src/protocol/alignment';
import type { RowReading } from '../../../src/protocol/reading';
import { shortRowName } from '../../format/components';
import { formatFull, formatRatio, NOT_APPLICABLE } from '../../format/numbers';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { definition } from '../../components/definition';
import { rowNameCell, tokensCard, tokensCell } from '../../components/rowColumns';
import type { Column } from '../../components/tableColumns';

/** Widths in em. */
const WIDTHS = { row: 6.2, rho: 4.6, mutual: 4.8, assigned: 10 } as const;
export const FIXED_COLUMNS_EM = 2 * WIDTHS.row + WIDTHS.rho + WIDTHS.mutual + WIDTHS.assigned;

function matchCard(match: RowMatch | null, reading: RowReading | null): TemplateResult {
  return html`${
    match === null ? nothing : html`<p>${match.component}, ρ ${formatFull(match.rho)}</p>`
  }
  ${reading === null ? nothing : tokensCard(reading)} ${definition('alignedRow')}`;
}

function sameRow({ nearest, assigned }: RowPair): boolean {
  return assigned !== null && assigned.component === nearest?.component;
}

function assignedText(pair: RowPair): string {
  const { assigned } = pair;
  if (assigned === null) return NOT_APPLICABLE;
  return sameRow(pair)
    ? t('the nearest')
    : `${shortRowName(assigned.component, '')} ${formatRatio(assigned.rho)}`;
}

/** The columns, for a page that has room for so many characters in either column of tokens. */
export function alignedColumns(store: PanelStore, room: () => number): readonly Column<RowPair>[] {
  const tokens = (reading: RowReading | null): unknown =>
    reading === null ? NOT_APPLICABLE : tokensCell(reading, room(), store.options.k);
  return [
    {
      ...{ id: 'row', title: t('A row'), width: `${WIDTHS.row}em` },
      ...{ sortable: true, narrow: 'first' },
      cell: ({ component }) => rowNameCell(component, shortRowName(component, '')),
    },
    {
      ...{ id: 'tokensA', title: t('A tokens'), width: 'minmax(0, 1fr)', narrow: 'second' },
      describe: () => definition('speaks'),
      cell: ({ reading }) => tokens(reading),
      hover: ({ reading }) => tokensCard(reading),
    },
    {
      ...{ id: 'rho', title: t('ρ'), width: `${WIDTHS.rho}em` },
      ...{ numeric: true, sortable: true, narrow: 'first' },
      describe: () => definition('alignedRow'),
      cell: ({ nearest }) => (nearest === null ? NOT_APPLICABLE : formatRatio(nearest.rho)),
      hover: ({ nearest }) => matchCard(nearest, null),
    },
    {
      ...{ id: 'nearest', title: t('B row'), width: `${WIDTHS.row}em`, narrow: 'first' },
      describe: () => definition('alignedRow'),
      cell: ({ nearest }) =>
        nearest === null ? NOT_APPLICABLE : shortRowName(nearest.component, ''),
      hover: ({ nearest, nearestReading }) => matchCard(nearest, nearestReading),
    },
    {
      ...{ id: 'tokensB', title: t('B tokens'), width: 'minmax(0, 1fr)' },
      describe: () => definition('speaks'),
      cell: ({ nearestReading }) => tokens(nearestReading),
      hover: ({ nearest, nearestReading }) => matchCard(nearest, nearestReading),
    },
    {
      ...{ id: 'mutual', title: t('Mutual'), width: `${WIDTHS.mutual}em` },
      describe: () => definition('alignedRow'),
      cell: ({ mutual }) => (mutual ? t('yes') : t('no')),
    },
    {
      ...{ id: 'assigned', title: t('One to one'), width: `${WIDTHS.assigned}em` },
      describe: () => definition('alignedRow'),
      cell: assignedText,
      hover: (pair) =>
        matchCard(pair.assigned, sameRow(pair) ? pair.nearestReading : pair.assignedReading),
    },
  ];
}
