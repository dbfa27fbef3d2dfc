/** Where keys lead inside tables, lists and maps. */

/** Lines that Page moves by where not all of them are in sight. */
const PAGE_LINES = 10;

/** Where a key leads among `count` elements in lines of `columns`; undefined for other keys. */
export function rovingTarget(
  chord: string,
  at: number,
  count: number,
  columns: number,
): number | undefined {
  const column = at % columns;
  const lineStart = at - column;
  const lastInColumn = count - 1 - ((((count - 1 - column) % columns) + columns) % columns);
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: columns === 1 ? 0 : lineStart,
    End: columns === 1 ? count - 1 : lineStart + columns - 1,
    PageDown: Math.min(lastInColumn, at + PAGE_LINES * columns),
    PageUp: Math.max(column, at - PAGE_LINES * columns),
    'Ctrl+Home': 0,
    'Ctrl+End': count - 1,
  };
  const target = Object.hasOwn(moves, chord) ? moves[chord] : undefined;
  if (target === undefined) return undefined;
  return target >= 0 && target < count ? target : at;
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
