/** Columns of a table. */
import type { TemplateResult } from 'lit';

/** Narrower tables put a row on two lines. */
export const NARROW_BELOW_PX = 500;

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid, in `em` so that it grows with the font. */
  readonly width: string;
  /** Numbers stand at the end of their cell. */
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Below 500 px only these columns stay: beside each other, or on a second line. */
  readonly narrow?: 'first' | 'second';
  /** What the column means, on its header. */
  readonly describe?: () => TemplateResult;
  cell(row: Row): unknown;
  /** More on a cell, on hover and on focus. */
  readonly hover?: (row: Row) => TemplateResult;
  /** What can be said before the row is there. */
  readonly placeholder?: (index: number) => unknown;
}

/** A column that takes what is left is never narrower, in em. */
export const LEAST_FLEXIBLE_EM = 14;
const PADDING_EM = 2;

type Track = Pick<Column<never>, 'width'>;

/** What the columns of fixed width take together, in em. */
export function fixedWidth(columns: readonly Track[]): number {
  const widths = columns.map(({ width }) => (/^[\d.]+em$/u.test(width) ? parseFloat(width) : 0));
  return widths.reduce((sum, width) => sum + width, 0);
}

/** The width in em below which a table is scrolled sideways. */
export function leastWidth(columns: readonly Track[]): number {
  const flexible = columns.filter((column) => fixedWidth([column]) === 0).length;
  return fixedWidth(columns) + flexible * LEAST_FLEXIBLE_EM + PADDING_EM;
}

export interface TableSort {
  readonly by: string;
  readonly descending: boolean;
}
