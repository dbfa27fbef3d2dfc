/** Layers down, kinds of rows across: how far training moved each table. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { changeTitle, isOnlyNew, rowsText } from '../../format/changes';
import type { ChangeCell, ChangeMap, ChangeRow } from '../../format/changes';
import { kindTitle } from '../../format/components';
import { formatFull } from '../../format/numbers';
import { t } from '../../l10n';
import type { ChangeMetric } from '../../state/diffState';
import { definition, kindDefinition } from '../../components/definition';
import '../../components/mapGrid';
import type { MapGridCell, MapGridRow } from '../../components/mapGrid';

export interface ChangeMapsContext {
  readonly metric: ChangeMetric;
  /** The table whose rows are listed; null: of all. */
  readonly chosen: string | null;
  readonly asTable: boolean;
  readonly open: (matrix: string) => void;
}

function card({ matrix, kind, table, value }: ChangeCell, metric: ChangeMetric): TemplateResult {
  return html`<p class="full-value">${matrix} <span class="page-kind">${kindTitle(kind)}</span></p>
    ${
      table === null
        ? html`<p>${t('The model has no such table.')}</p>`
        : html`<p>${changeTitle(metric)}: ${value}</p>
            <p>${rowsText(table)}</p>
            <p>${t('Norm of the change')}: ${formatFull(table.norm)}</p>
            ${table.relative === null ? nothing : html`<p>${changeTitle('relative')}: ${formatFull(table.relative)}</p>`}
            ${definition(table.newRows > 0 ? 'newRow' : 'relativeChange')}`
    }`;
}

function stateOf({ table, step }: ChangeCell): MapGridCell['state'] {
  if (table === null) return 'absent';
  if (table.changedRows === 0) return 'same';
  if (isOnlyNew(table)) return 'new';
  return step === null ? 'unknown' : 'known';
}

function gridRow({ layer, cells }: ChangeRow, { metric, chosen }: ChangeMapsContext): MapGridRow {
  return {
    layer,
    cells: cells.map((cell) => ({
      component: cell.matrix,
      state: stateOf(cell),
      step: cell.step,
      value: cell.value,
      name: cell.text,
      running: false,
      marked: cell.matrix === chosen,
      card: () => card(cell, metric),
    })),
  };
}

/** The map of the layers, and that of the tables that belong to none. */
export function changeMaps(
  { kinds, layers, whole }: ChangeMap,
  context: ChangeMapsContext,
): TemplateResult {
  const grid = (shown: {
    columns: ChangeMap['kinds'];
    rows: readonly ChangeRow[];
    label: string;
  }) =>
    html`<vs-map-grid
      .columns=${shown.columns.map((kind) => ({ title: kind, describe: () => kindDefinition(kind) }))}
      .rows=${shown.rows.map((row) => gridRow(row, context))}
      .label=${shown.label}
      .asTable=${context.asTable}
      .open=${context.open}
    ></vs-map-grid>`;
  return html`<div class="change-maps">
    ${grid({ columns: kinds, rows: layers, label: t('Change by layers and kinds') })}
    ${
      whole.cells.length === 0
        ? nothing
        : grid({
            columns: whole.cells.map(({ kind }) => kind),
            rows: [whole],
            label: t('Change of tables of the whole model'),
          })
    }
  </div>`;
}
