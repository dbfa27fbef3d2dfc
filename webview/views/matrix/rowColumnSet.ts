/** The columns of a table of rows: those that always stand, and those that a reader chose. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TableRow } from '../../../src/protocol/reading';
import {
  farTokens,
  FAR_DEVIATIONS,
  SPARKLINE_HEIGHT,
  SPARKLINE_WIDTH,
  sparklinePath,
} from '../../format/sparkline';
import { formatCount } from '../../format/numbers';
import { speakingSide } from '../../format/sentence';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { ROW_COLUMNS } from '../../state/uiState';
import type { RowColumnId } from '../../state/uiState';
import { definition } from '../../components/definition';
import type { MenuItem } from '../../components/menuButton';
import {
  numberColumn,
  numberTitle,
  ROW_COLUMN_EM,
  rowNameCell,
  sideTokens,
  tokensColumn,
} from '../../components/rowColumns';
import type { RowColumnContext } from '../../components/rowColumns';
import type { Column } from '../../components/tableColumns';
import type { Shape } from './rowShapes';

const SHAPE_COLUMN_EM = 6;
/** What the other side takes of the room that tokens have. */
const OTHER_SIDE_SHARE = 0.4;

export interface ColumnSetContext extends RowColumnContext {
  readonly rowName: (component: string) => string;
  readonly placeholder: (index: number) => unknown;
  readonly shape: (component: string) => Shape | undefined;
}

function columnTitle(id: RowColumnId): string {
  if (id === 'otherSide') return t('Other side');
  return id === 'shape' ? t('Shape') : numberTitle(id);
}

function shapeCell(counts: Shape | undefined): TemplateResult | typeof nothing {
  if (counts === undefined || counts === null) return nothing;
  const far = formatCount(farTokens(counts));
  return html`<svg
    class="sparkline"
    viewBox="0 0 ${SPARKLINE_WIDTH} ${SPARKLINE_HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${t('{0} tokens beyond {1} standard deviations', far, FAR_DEVIATIONS)}
  >
    <path d=${sparklinePath(counts)} />
  </svg>`;
}

function shapeColumn({ shape }: ColumnSetContext): Column<TableRow> {
  return {
    id: 'shape',
    title: t('Shape'),
    width: `${SHAPE_COLUMN_EM}em`,
    describe: () => definition('shape'),
    cell: ({ component }) => shapeCell(shape(component)),
    hover: ({ component }) => {
      const counts = shape(component) ?? [];
      return html`<p class="full-value">
          ${t('{0} tokens beyond {1} standard deviations', formatCount(farTokens(counts)), FAR_DEVIATIONS)}
        </p>
        ${definition('shape')}`;
    },
  };
}

function otherSideColumn({ room }: ColumnSetContext): Column<TableRow> {
  return {
    id: 'otherSide',
    title: t('Other side'),
    width: `minmax(0, ${OTHER_SIDE_SHARE}fr)`,
    cell: (row) => {
      const side = speakingSide(row) === 'top' ? 'bottom' : 'top';
      return sideTokens(row, side, room() * OTHER_SIDE_SHARE);
    },
  };
}

function chosenColumn(id: RowColumnId, context: ColumnSetContext): Column<TableRow> {
  if (id === 'otherSide') return otherSideColumn(context);
  return id === 'shape' ? shapeColumn(context) : numberColumn(id, context);
}

/** `Row`, `Tokens` and what was chosen. */
export function rowColumnSet(
  chosen: readonly RowColumnId[],
  context: ColumnSetContext,
): readonly Column<TableRow>[] {
  const share = chosen.includes('otherSide') ? 1 - OTHER_SIDE_SHARE : 1;
  const tokens = tokensColumn({ ...context, room: () => context.room() * share });
  return [
    {
      id: 'row',
      title: t('Row'),
      width: `${ROW_COLUMN_EM}em`,
      sortable: true,
      narrow: 'first',
      cell: ({ component }) => rowNameCell(component, context.rowName(component)),
      placeholder: context.placeholder,
    },
    { ...tokens, width: `minmax(0, ${share}fr)` },
    ...chosen.map((id) => chosenColumn(id, context)),
  ];
}

/** The menu by which columns are chosen. */
export function columnMenu(store: PanelStore): readonly MenuItem[] {
  const { columns } = store.ui;
  return ROW_COLUMNS.map((id) => ({
    label: columnTitle(id),
    checked: columns.includes(id),
    toggles: true,
    act: () => {
      const shown = store.ui.columns;
      store.setUi({
        columns: ROW_COLUMNS.filter((each) => (each === id) !== shown.includes(each)),
      });
    },
  }));
}
