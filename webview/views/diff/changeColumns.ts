/** Columns of rows that changed: how much, and what the change pushes up and down. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { GlossaryId } from '../../../src/core/model/glossary';
import type { RowChange } from '../../../src/protocol/displacement';
import { changeOptions } from '../../format/changes';
import { shortRowName } from '../../format/components';
import { DIGITS, formatDecimal, formatRelative, NOT_APPLICABLE } from '../../format/numbers';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { definition, numberCard } from '../../components/definition';
import { rowNameCell, sideTokens, tokensCard, zValue } from '../../components/rowColumns';
import type { Column } from '../../components/tableColumns';

/** Widths in em. */
const WIDTHS = { row: 8.4, norm: 6.6, relative: 6.2, z: 4.8 } as const;
export const FIXED_COLUMNS_EM = WIDTHS.row + WIDTHS.norm + WIDTHS.relative + WIDTHS.z;

/** A change as a row that speaks: up is its top. */
export function asSpeaking(change: RowChange): {
  readonly component: string;
  readonly z: number | null;
  readonly speaks: RowChange['speaks'];
  readonly top: RowChange['plus'];
  readonly bottom: RowChange['minus'];
} {
  const { component, z, speaks, plus, minus } = change;
  return { component, z, speaks, top: plus, bottom: minus };
}

/** A change over the norm of the base's row, in words where there is no such norm. */
export function relativeText({ relative, isNew }: RowChange): string {
  if (isNew) return t('new');
  return relative === null ? NOT_APPLICABLE : formatRelative(relative);
}

function numberColumn(
  store: PanelStore,
  id: 'norm' | 'relative',
  parts: { title: string; entry: GlossaryId; cell: (row: RowChange) => string },
): Column<RowChange> {
  const { title, entry, cell } = parts;
  return {
    ...{ id, title, width: `${WIDTHS[id]}em`, numeric: true, sortable: true },
    ...(id === 'norm' ? { narrow: 'first' as const } : {}),
    describe: () => definition(entry),
    cell,
    hover: (row) =>
      numberCard({ id: entry, value: row[id], options: changeOptions(store.options) }),
  };
}

function sideColumn(side: 'top' | 'bottom', room: () => number): Column<RowChange> {
  const isUp = side === 'top';
  return {
    ...{ id: isUp ? 'plus' : 'minus', title: isUp ? t('Pushed up') : t('Pushed down') },
    width: 'minmax(0, 1fr)',
    ...(isUp ? { narrow: 'second' as const } : {}),
    describe: () => definition('pushed'),
    cell: (row) => sideTokens(asSpeaking(row), side, room()),
    hover: (row): TemplateResult =>
      html`<p>${row.component}</p>
        ${tokensCard(asSpeaking(row))} ${row.isNew ? definition('newRow') : nothing}`,
  };
}

/**
 * The columns, for a page that has room for so many characters in either column of tokens; `table`: the matrix that all
 * rows are of, null where they are of several.
 */
export function changeColumns(
  store: PanelStore,
  table: () => string | null,
  room: () => number,
): readonly Column<RowChange>[] {
  return [
    {
      ...{ id: 'row', title: t('Row'), width: `${WIDTHS.row}em`, sortable: true, narrow: 'first' },
      cell: ({ component }) => {
        const matrix = table();
        return rowNameCell(
          component,
          matrix === null ? component : shortRowName(component, matrix),
        );
      },
    },
    numberColumn(store, 'norm', {
      ...{ title: t('Change'), entry: 'rowChange' },
      cell: ({ norm }) => formatDecimal(norm, DIGITS.norm),
    }),
    numberColumn(store, 'relative', {
      ...{ title: t('Relative'), entry: 'relativeChange' },
      cell: relativeText,
    }),
    sideColumn('top', room),
    sideColumn('bottom', room),
    {
      ...{ id: 'z', title: t('z'), width: `${WIDTHS.z}em`, numeric: true, sortable: true },
      narrow: 'first',
      describe: () => definition('changeZ'),
      cell: ({ z, nonFinite }) => zValue(z, nonFinite),
      hover: ({ z }) =>
        numberCard({ id: 'changeZ', value: z, options: changeOptions(store.options) }),
    },
  ];
}
