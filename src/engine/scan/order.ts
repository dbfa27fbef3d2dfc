import { at } from '../../core/tensor/matrix';
import type { NumberFilter, RowFilter, RowSort } from '../../protocol/engineApi';
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
    if (wanted.has(at(table.topIds, index)) || wanted.has(at(table.bottomIds, index))) {
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
  const found = at(table[SORT_COLUMNS[field]], row);
  return operator === '>' ? found > value : found < value;
}

/** Rows `first` to `first + count` of the table that the filter leaves, in their order. */
export function filterRows(
  table: ScanTable,
  first: number,
  count: number,
  filter: RowFilter | undefined,
  words: FilterWords,
): Uint32Array {
  const rows = Uint32Array.from({ length: count }, (_, index) => first + index);
  if (filter === undefined) {
    return rows;
  }
  const part = filter.text?.toLowerCase() ?? '';
  const holding = part === '' ? undefined : words.tokensHolding(part);
  const exact = filter.token === undefined ? undefined : new Set(words.tokensOf(filter.token));
  return rows.filter(
    (row) =>
      (filter.numbers ?? []).every((number) => passesNumber(table, row, number)) &&
      (exact === undefined || holdsToken(table, row, exact)) &&
      (holding === undefined ||
        holdsToken(table, row, holding) ||
        words.rowId(row).toLowerCase().includes(part)),
  );
}

/** Sorts rows by a column; rows without a number come last either way, equal ones in their own order. */
export function sortRows(
  table: ScanTable,
  rows: Uint32Array,
  sort: RowSort,
  descending: boolean,
): Uint32Array {
  if (sort === 'row') {
    return descending ? rows.slice().reverse() : rows;
  }
  const values = table[SORT_COLUMNS[sort]];
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const left = at(values, a);
    const right = at(values, b);
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    }
    return sign * (left - right) || a - b;
  });
}
