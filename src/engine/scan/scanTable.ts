import { at } from '../../core/tensor/matrix';
import type { RowResult } from '../../core/projection/readings';
import type { MatrixOverview, RowSort } from '../../protocol/engineApi';

/** Tokens kept per side of every scanned row: what tables show and filter by. */
export const SCAN_TOKENS = 10;

/** A row stands out from random directions above this z. */
export const STANDS_OUT_Z = 3;

const SPEAKS_TOP = 1;
const SPEAKS_BOTTOM = -1;
const NO_TOKEN = -1;

/** Columns of numbers, one value a row; NaN where there is none. */
const NUMBER_COLUMNS = [
  'norm',
  'mean',
  'std',
  'skewness',
  'kurtosis',
  'kurtosisCentered',
  'z',
] as const;
type NumberColumn = (typeof NUMBER_COLUMNS)[number];

/** What the table of a matrix sorts by, as columns here. */
export const SORT_COLUMNS: Readonly<Record<Exclude<RowSort, 'row'>, NumberColumn>> = {
  z: 'z',
  kurtosis: 'kurtosisCentered',
  norm: 'norm',
  skewness: 'skewness',
  mean: 'mean',
  std: 'std',
  rawKurtosis: 'kurtosis',
};

/**
 * The readings of every row of a matrix, by columns: `rows` numbers in each, `rows * SCAN_TOKENS` ids and
 * scores on each side (id -1 where a side is shorter). Plain typed arrays, so that it is stored as it is.
 */
export interface ScanTable extends Readonly<Record<NumberColumn, Float32Array>> {
  readonly rows: number;
  readonly speaks: Int8Array;
  readonly nonFinite: Uint32Array;
  readonly topIds: Int32Array;
  readonly topScores: Float32Array;
  readonly bottomIds: Int32Array;
  readonly bottomScores: Float32Array;
}

/** An empty table of that many rows. */
export function createScanTable(rows: number): ScanTable {
  const numbers = (): Float32Array => new Float32Array(rows).fill(NaN);
  const ids = (): Int32Array => new Int32Array(rows * SCAN_TOKENS).fill(NO_TOKEN);
  const scores = (): Float32Array => new Float32Array(rows * SCAN_TOKENS);
  return {
    rows,
    norm: numbers(),
    mean: numbers(),
    std: numbers(),
    skewness: numbers(),
    kurtosis: numbers(),
    kurtosisCentered: numbers(),
    z: numbers(),
    speaks: new Int8Array(rows),
    nonFinite: new Uint32Array(rows),
    topIds: ids(),
    topScores: scores(),
    bottomIds: ids(),
    bottomScores: scores(),
  };
}

/** Whether something read from disk is a table of that many rows. */
export function isScanTable(value: unknown, rows: number): value is ScanTable {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const table = value as Partial<ScanTable>;
  return (
    table.rows === rows &&
    NUMBER_COLUMNS.every((column) => table[column]?.length === rows) &&
    table.speaks?.length === rows &&
    table.nonFinite?.length === rows &&
    [table.topIds, table.topScores, table.bottomIds, table.bottomScores].every(
      (column) => column?.length === rows * SCAN_TOKENS,
    )
  );
}

/** Writes a reading into row `row` of the table. */
export function storeRow(table: ScanTable, row: number, result: RowResult): void {
  for (const column of NUMBER_COLUMNS) {
    table[column][row] = result[column] ?? NaN;
  }
  table.speaks[row] =
    result.speaks === null ? 0 : result.speaks === 'top' ? SPEAKS_TOP : SPEAKS_BOTTOM;
  table.nonFinite[row] = result.nonFinite;
  const base = row * SCAN_TOKENS;
  result.top.slice(0, SCAN_TOKENS).forEach(({ id, score }, index) => {
    table.topIds[base + index] = id;
    table.topScores[base + index] = score;
  });
  result.bottom.slice(0, SCAN_TOKENS).forEach(({ id, score }, index) => {
    table.bottomIds[base + index] = id;
    table.bottomScores[base + index] = score;
  });
}

/** Ids and scores of one side of a row, best first. */
export function sideOf(
  table: ScanTable,
  row: number,
  side: 'top' | 'bottom',
): { id: number; score: number }[] {
  const ids = side === 'top' ? table.topIds : table.bottomIds;
  const scores = side === 'top' ? table.topScores : table.bottomScores;
  const found: { id: number; score: number }[] = [];
  for (let index = row * SCAN_TOKENS; index < (row + 1) * SCAN_TOKENS; index += 1) {
    const id = at(ids, index);
    if (id === NO_TOKEN) {
      break;
    }
    found.push({ id, score: at(scores, index) });
  }
  return found;
}

/** The side that a row speaks for. */
export function speaksOf(table: ScanTable, row: number): 'top' | 'bottom' | null {
  const side = at(table.speaks, row);
  return side === 0 ? null : side === SPEAKS_TOP ? 'top' : 'bottom';
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  let counted = 0;
  for (const value of values) {
    if (!Number.isNaN(value)) {
      sum += value;
      counted += 1;
    }
  }
  return counted === 0 ? 0 : sum / counted;
}

/** What maps show of a scanned matrix. */
export function overviewOf(matrix: string, table: ScanTable): MatrixOverview {
  return {
    matrix,
    rows: table.rows,
    standOut: table.z.reduce((count, z) => count + (z > STANDS_OUT_Z ? 1 : 0), 0),
    meanNorm: meanOf(table.norm),
    meanKurtosis: meanOf(table.kurtosisCentered),
  };
}
