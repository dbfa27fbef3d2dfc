import { VocabScopeError } from '../../core/errors';
import type { MatrixRef } from '../../core/model/componentId';
import { listMatrices } from '../../core/model/componentSet';
import { ROW_KINDS } from '../../core/model/componentId';
import type { SearchKind } from '../../protocol/search';
import type { OpenModel } from '../model/openModel';

/** Kinds that are searched, in component order. */
export const SEARCH_KINDS: readonly SearchKind[] = ROW_KINDS.filter(
  (kind) => kind !== 'E' && kind !== 'U' && kind !== 'P',
);

/** A table whose rows are searched; its first row has the number `first` among all of them. */
export interface SearchedTable {
  readonly ref: MatrixRef;
  readonly rows: number;
  readonly first: number;
}

/**
 * The tables of some kinds in component order. Rows that heads share are in them once.
 * @throws VocabScopeError `unknownComponent` where the model has none of these kinds
 */
export function searchedTables(
  model: OpenModel,
  kinds: readonly SearchKind[] = SEARCH_KINDS,
): readonly SearchedTable[] {
  const asked = new Set<string>(kinds);
  const tables: SearchedTable[] = [];
  let first = 0;
  for (const { ref, rows } of listMatrices(model.ready().transformer)) {
    if (asked.has(ref.kind)) {
      tables.push({ ref, rows, first });
      first += rows;
    }
  }
  if (tables.length === 0) {
    throw new VocabScopeError(
      'unknownComponent',
      `${model.summary.name} has no rows of the kind ${kinds.join(', ')}; search others, or all of them.`,
    );
  }
  return tables;
}

/** The table that holds row number `row`. */
export function tableOf(tables: readonly SearchedTable[], row: number): SearchedTable | undefined {
  return tables.findLast(({ first }) => first <= row);
}

/** How many rows all tables have. */
export function rowsIn(tables: readonly SearchedTable[]): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
