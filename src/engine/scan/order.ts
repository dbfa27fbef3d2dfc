import { float32At, int32At } from '../../core/tensor/elements';
import type { NumberFilter, RowFilter } from '../../protocol/engineApi';
import { SCAN_TOKENS, SORT_COLUMNS, type ScanTable } from './scanTable';

/** What the filter needs to know of the model's words. */
export interface FilterWords {
  /** The id of row `row` of the table, as people read it. */
  rowId(row: number): string;
  /** Ids below the vocabulary's length whose text holds `part`, case ignored. */
  tokensHolding(part: string): ReadonlySet<number>;
  /** Ids whose exact text this is. */
  tokensOf(text: string): readonly number[];
}

function holdsToken(table: ScanTable, row: number, wanted: ReadonlySet<number>): boolean {
  if (wanted.size === 0) {
    return false;
  }
  for (let index = row * SCAN_TOKENS; index < (row + 1) * SCAN_TOKENS; index += 1) {
    if (wanted.has(int32At(table.topIds, index)) || wanted.has(int32At(table.bottomIds, index))) {
      return true;
    }
  }
  return false;
}

function passesNumber(
  table: ScanTable,
  row: number,
  { field, operator, value }: NumberFilter,
): boolean {
  const found = float32At(table[SORT_COLUMNS[field]], row);
  return operator === '>' ? found > value : found < value;
}

/** Rows `first` to `first + count` of a table, and its scan where there is one. */
export interface FilteredRows {
  readonly scan: ScanTable | undefined;
  readonly first: number;
  readonly count: number;
}

/** The rows that the filter leaves, in their order. Without a scan only single rows can be chosen. */
export function filterRows(
  { scan, first, count }: FilteredRows,
  filter: RowFilter | undefined,
  words: FilterWords,
): Uint32Array {
  const rows = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) {
    rows[index] = first + index;
  }
  if (filter === undefined) {
    return rows;
  }
  const chosen = filter.components === undefined ? undefined : new Set(filter.components);
  const left = chosen === undefined ? rows : rows.filter((row) => chosen.has(words.rowId(row)));
  if (scan === undefined) {
    return left;
  }
  const part = filter.text?.toLowerCase() ?? '';
  const holding = part === '' ? undefined : words.tokensHolding(part);
  const exact = filter.token === undefined ? undefined : new Set(words.tokensOf(filter.token));
  return left.filter(
    (row) =>
      (filter.numbers ?? []).every((number) => passesNumber(scan, row, number)) &&
      (exact === undefined || holdsToken(scan, row, exact)) &&
      (holding === undefined ||
        holdsToken(scan, row, holding) ||
        words.rowId(row).toLowerCase().includes(part)),
  );
}

/**
 * Sorts rows by a column of values, by row number without one; rows without a number come last either way, equal ones
 * in their own order.
 */
export function sortRows(
  rows: Uint32Array,
  values: Float32Array | undefined,
  descending: boolean,
): Uint32Array {
  if (values === undefined) {
    return descending ? rows.slice().reverse() : rows;
  }
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const left = float32At(values, a);
    const right = float32At(values, b);
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    }
    return sign * (left - right) || a - b;
  });
}
