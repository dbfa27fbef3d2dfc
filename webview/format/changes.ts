/** What training changed: what the cells of the map say, on which scale, and what it comes to. */
import type { ReadingOptions } from '../../src/core/projection/options';
import type { RowKind } from '../../src/core/model/componentId';
import type { DiffResult, TableChange } from '../../src/protocol/displacement';
import { t } from '../l10n';
import type { ChangeMetric } from '../state/diffState';
import { rampStep, roundEnd, shareEnd } from './mapScale';
import {
  DIGITS,
  formatCount,
  formatDecimal,
  formatRelative,
  formatShare,
  NOT_APPLICABLE,
} from './numbers';

/** What a measure of the map is called. */
export function changeTitle(metric: ChangeMetric): string {
  const titles: Readonly<Record<ChangeMetric, string>> = {
    relative: t('Relative change'),
    rows: t('Share of rows changed'),
    norm: t('Norm of the change'),
  };
  return titles[metric];
}

/** A table of rows beside the base's. */
export interface ChangeCell {
  readonly kind: RowKind;
  readonly matrix: string;
  /** Null: the model has no such table. */
  readonly table: TableChange | null;
  /** Step of the ramp; null where nothing changed, all is new or the value is not finite. */
  readonly step: number | null;
  /** The value alone, as it is written. */
  readonly value: string;
  /** The cell in words: `L3.FF.K: 2.31%, 512 of 512 rows changed`. */
  readonly text: string;
}

export interface ChangeRow {
  /** Null: tables that belong to no layer. */
  readonly layer: number | null;
  readonly cells: readonly ChangeCell[];
}

export interface ChangeMap {
  readonly kinds: readonly RowKind[];
  /** `[layers]`, each with a cell for every kind. */
  readonly layers: readonly ChangeRow[];
  /** Tables of the whole model, each a column of its own. */
  readonly whole: ChangeRow;
  /** The value of the highest step: one scale for all cells. */
  readonly maximumText: string;
}

function valueOf(table: TableChange, metric: ChangeMetric): number | null {
  switch (metric) {
    case 'relative':
      return table.relative;
    case 'rows':
      return table.changedRows / Math.max(1, table.rows);
    case 'norm':
      return table.norm;
  }
}

function formatChange(value: number, metric: ChangeMetric): string {
  if (metric === 'norm') return formatDecimal(value, DIGITS.norm);
  return metric === 'rows' ? formatShare(value) : formatRelative(value);
}

/** Whether only rows differ that the base lacks. */
export function isOnlyNew({ changedRows, newRows }: TableChange): boolean {
  return newRows > 0 && changedRows === newRows;
}

/** How many rows of a table changed, and how many of these the base lacks. */
export function rowsText({
  changedRows,
  rows,
  newRows,
}: Pick<TableChange, 'changedRows' | 'rows' | 'newRows'>): string {
  const changed = t('{0} of {1} rows changed', formatCount(changedRows), formatCount(rows));
  return newRows === 0 ? changed : t('{0}, {1} of them new', changed, formatCount(newRows));
}

function shown(table: TableChange, metric: ChangeMetric): string {
  const value = valueOf(table, metric);
  if (table.changedRows === 0) return '=';
  if (isOnlyNew(table)) {
    return table.newRows === table.rows ? t('new') : t('{0} new', formatCount(table.newRows));
  }
  return value === null ? NOT_APPLICABLE : formatChange(value, metric);
}

function changeCell(
  matrix: string,
  kind: RowKind,
  table: TableChange | null,
  scale: { metric: ChangeMetric; maximum: number },
): ChangeCell {
  if (table === null) {
    return {
      matrix,
      kind,
      table,
      step: null,
      value: NOT_APPLICABLE,
      text: t('{0}: the model has none', matrix),
    };
  }
  const value = shown(table, scale.metric);
  const hasValue = table.changedRows > 0 && !isOnlyNew(table);
  const step = hasValue ? rampStep(valueOf(table, scale.metric), scale.maximum) : null;
  const text =
    table.changedRows === 0
      ? t('{0}: unchanged', matrix)
      : t('{0}: {1}, {2}', matrix, value, rowsText(table));
  return { matrix, kind, table, step, value, text };
}

/** Layers down, kinds across, and what belongs to no layer beside them. */
export function changeMap({ tables }: DiffResult, metric: ChangeMetric): ChangeMap {
  const values = tables
    .filter((table) => table.changedRows > 0 && !isOnlyNew(table))
    .map((table) => valueOf(table, metric) ?? 0);
  const highest = Math.max(0, ...values.filter(Number.isFinite));
  const maximum = metric === 'rows' ? shareEnd(highest) : roundEnd(highest);
  const inLayers = tables.filter(({ layer }) => layer !== undefined);
  const kinds = [...new Set(inLayers.map(({ kind }) => kind))];
  const layers = [...new Set(inLayers.map(({ layer }) => layer ?? 0))];
  const scale = { metric, maximum };
  const find = (matrix: string): TableChange | null =>
    tables.find((table) => table.matrix === matrix) ?? null;
  return {
    kinds,
    layers: layers.map((layer) => ({
      layer,
      cells: kinds.map((kind) => {
        const matrix = `L${layer}.${kind}`;
        return changeCell(matrix, kind, find(matrix), scale);
      }),
    })),
    whole: {
      layer: null,
      cells: tables
        .filter(({ layer }) => layer === undefined)
        .map((table) => changeCell(table.matrix, table.kind, table, scale)),
    },
    maximumText: formatChange(maximum, metric),
  };
}

/** Whether nothing at all differs. */
export function isUnchanged({ tensors, changedRows }: DiffResult): boolean {
  const { changed, gone, reshaped } = tensors;
  return changed + tensors.new + gone + reshaped === 0 && changedRows === 0;
}

/** What it comes to: `37 of 77 tensors changed, 1 of them new.` */
export function tensorsSentence({ tensors }: DiffResult): string {
  const { total, changed, reshaped } = tensors;
  const different = changed + tensors.new + reshaped;
  const kinds = [
    ...(tensors.new === 0 ? [] : [t('{0} of them new', formatCount(tensors.new))]),
    ...(reshaped === 0 ? [] : [t('{0} of another shape', formatCount(reshaped))]),
    ...(tensors.gone === 0 ? [] : [t('{0} of the base are gone', formatCount(tensors.gone))]),
  ];
  const verdict = t('{0} of {1} tensors changed', formatCount(different), formatCount(total));
  return `${[verdict, ...kinds].join(', ')}.`;
}

/** `6,790 of 17,410 rows changed, 2 of them new.` */
export function rowsSentence({ tables }: DiffResult): string {
  const sum = (count: (table: TableChange) => number): number =>
    tables.reduce((total, table) => total + count(table), 0);
  const changedRows = sum((table) => table.changedRows);
  const newRows = sum((table) => table.newRows);
  return `${rowsText({ changedRows, newRows, rows: sum(({ rows }) => rows) })}.`;
}

/** What is said of tokens that the base lacks; null where there are none. */
export function vocabularyNote({ tables }: DiffResult): string | null {
  const added = tables.find(({ kind, newRows }) => kind === 'E' && newRows > 0)?.newRows;
  return added === undefined
    ? null
    : t(
        'The base lacks {0} rows of the vocabulary: they are new, and changes are read by the words that the base has.',
        formatCount(added),
      );
}

/** Options under which changes can be read: unfolded, and by a rank that has two sides. */
export function changeOptions(options: ReadingOptions): ReadingOptions {
  return { ...options, fold: 'none', rank: options.rank === 'cosine' ? 'cosine' : 'dot' };
}

/** Why changes are read otherwise than the options say; null where they are not. */
export function optionsNote({ fold, rank }: ReadingOptions): string | null {
  if (fold !== 'none') return t('Changes are read unfolded, whatever the option Fold says.');
  return rank === 'dot' || rank === 'cosine'
    ? null
    : t('Changes are ranked by the dot product: this rank has no two sides to compare.');
}
