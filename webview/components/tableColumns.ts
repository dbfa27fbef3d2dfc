/** Columns of a table, and where its keys lead. */
import type { TemplateResult } from 'lit';

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

export interface TableSort {
  readonly by: string;
  readonly descending: boolean;
}

/** A cell: row -1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface TableExtent {
  readonly rows: number;
  readonly columns: number;
  readonly rowsInView: number;
}

/** Where a key leads from a cell; undefined for keys that do not move. */
export function cellTarget(
  chord: string,
  from: CellPlace,
  extent: TableExtent,
): CellPlace | undefined {
  const { row, column } = from;
  const lastRow = extent.rows - 1;
  const lastColumn = extent.columns - 1;
  const moves: Readonly<Record<string, CellPlace>> = {
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    Home: { row, column: 0 },
    End: { row, column: lastColumn },
    PageDown: { row: row + extent.rowsInView, column },
    PageUp: { row: Math.max(0, row - extent.rowsInView), column },
    'Ctrl+Home': { row: 0, column: 0 },
    'Ctrl+End': { row: lastRow, column: lastColumn },
  };
  const target = Object.hasOwn(moves, chord) ? moves[chord] : undefined;
  if (target === undefined) return undefined;
  return {
    row: Math.max(-1, Math.min(lastRow, target.row)),
    column: Math.max(0, Math.min(lastColumn, target.column)),
  };
}
