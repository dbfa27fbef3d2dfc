import { checkCancelled, VocabScopeError } from '../../core/errors';
import { parseComponentPattern } from '../../core/model/componentId';
import { expandComponents, locateRow, rowOfMatrix } from '../../core/model/componentSet';
import type { ReadingOptions } from '../../core/projection/options';
import { float32At, float64At } from '../../core/tensor/elements';
import type {
  DiffComponentsParams,
  DiffRowsParams,
  DiffSort,
  RowChange,
} from '../../protocol/displacement';
import type { WorkContext } from '../context';
import { readPlanned, requireListable } from '../reading/readComponents';
import { requireChoice } from '../requireChoice';
import { MAX_PAGE_ROWS, requirePage } from '../requirePage';
import type { ComparedTable } from './comparedTables';
import { Displacement } from './displacement';
import { finiteFirst } from './finiteFirst';
import { planChanges, readChanges, requireDiffOptions, type AskedRow } from './readChanges';

const SORTS: readonly DiffSort[] = ['norm', 'relative', 'z', 'row'];

/** The tables that a page is about. @throws VocabScopeError `unknownComponent` */
function tablesIn(
  { tables, tuned }: Displacement,
  matrix: string | undefined,
): readonly ComparedTable[] {
  const found = tables.filter(({ id }) => matrix === undefined || id === matrix);
  if (found.length === 0) {
    throw new VocabScopeError(
      'unknownComponent',
      `${tuned.summary.name} has no table "${matrix ?? ''}" of its own; tables look like L3.FF.K, L3.Q or C.`,
    );
  }
  return found;
}

/** z of every row of a table; NaN for rows that did not change. @throws CancelledError */
async function tableReadability(
  displacement: Displacement,
  table: ComparedTable,
  options: ReadingOptions,
  context: WorkContext,
): Promise<Float32Array> {
  const { base, tuned, changes } = displacement;
  const key = { what: 'change z', base: base.identity, tuned: tuned.identity, table: table.id };
  const full = { ...key, space: options.space };
  return displacement.store.readability.get(JSON.stringify(full), context, async (shared) => {
    const valid = (value: unknown): value is Float32Array =>
      value instanceof Float32Array && value.length === table.rows;
    const stored = await tuned.cache?.get(full, valid);
    if (stored !== undefined) {
      return stored;
    }
    const found = new Float32Array(table.rows).fill(NaN);
    const plan = await planChanges(base, table, options, true, shared);
    for (const { start, count } of Displacement.batches(table)) {
      checkCancelled(shared.cancellation);
      const rows = await changes.rows(table, start, count);
      (await readPlanned(base, rows, plan, 0, shared)).forEach(({ z }, i) => {
        found[start + i] = z ?? NaN;
      });
    }
    await tuned.cache?.put(full, found);
    return found;
  });
}

/** What rows are sorted by, by their number among the rows of all tables. */
async function sortValues(
  displacement: Displacement,
  tables: readonly ComparedTable[],
  sort: DiffSort,
  options: ReadingOptions,
  context: WorkContext,
): Promise<(row: number) => number> {
  const norms = await displacement.norms(context);
  if (sort === 'norm') {
    return (row) => float64At(norms.change, row);
  }
  if (sort === 'relative') {
    return (row) => {
      const own = float64At(norms.base, row);
      return own === 0 ? NaN : float64At(norms.change, row) / own;
    };
  }
  if (sort === 'row') {
    return (row) => row;
  }
  const values = new Float32Array(displacement.rowCount).fill(NaN);
  for (const [done, table] of tables.entries()) {
    if (!displacement.changes.isSame(table)) {
      values.set(await tableReadability(displacement, table, options, context), table.first);
    }
    context.onProgress({ done: done + 1, total: tables.length, unit: 'tables' });
  }
  return (row) => float32At(values, row);
}

/** Numbers of the changed rows, sorted; kept while both models are open. */
async function sortedRows(
  displacement: Displacement,
  { matrix, sort, descending, options }: DiffRowsParams,
  context: WorkContext,
): Promise<Uint32Array> {
  const tables = tablesIn(displacement, matrix);
  const by = sort === 'z' ? options.space : '';
  const key = JSON.stringify([matrix ?? null, sort, descending, by]);
  return displacement.store.orders.get(key, context, async (shared) => {
    const { change } = await displacement.norms(shared);
    const valueOf = await sortValues(displacement, tables, sort, options, shared);
    const rows = Uint32Array.from(
      tables.flatMap(({ first, rows: count }) =>
        Array.from({ length: count }, (_, i) => first + i).filter(
          (row) => float64At(change, row) !== 0,
        ),
      ),
    );
    return rows.sort((a, b) => finiteFirst(valueOf(a), valueOf(b), descending) || a - b);
  });
}

/**
 * Rows that changed, in an order, by range. Sorting by z judges every changed row once.
 * @throws VocabScopeError `incomparable`, `unknownComponent`, `usage`, `limit`; CancelledError
 */
export async function diffRows(
  displacement: Displacement,
  params: DiffRowsParams,
  context: WorkContext,
): Promise<{ rows: readonly RowChange[]; total: number }> {
  requireDiffOptions(params.options);
  const { start, count, options } = params;
  requirePage(count);
  requireListable(count, options.k);
  requireChoice('The sort', params.sort, SORTS);
  const sorted = await sortedRows(displacement, params, context);
  const { transformer } = displacement.tuned.ready();
  const page = [...sorted.subarray(start, start + count)].map((number): AskedRow => {
    const table = displacement.tableOf(number);
    const index = number - table.first;
    return { table, index, ref: rowOfMatrix(transformer, table.ref, index) };
  });
  return {
    rows: await readChanges(displacement, page, options, context),
    total: sorted.length,
  };
}

/**
 * The changes of rows that are named, in their order.
 * @throws VocabScopeError `incomparable`, `unknownComponent`, `usage`, `limit`; CancelledError
 */
export async function diffComponents(
  displacement: Displacement,
  { components, options }: DiffComponentsParams,
  context: WorkContext,
): Promise<RowChange[]> {
  const { transformer } = displacement.tuned.ready();
  const selections = components.map((pattern) =>
    expandComponents(transformer, parseComponentPattern(pattern)),
  );
  const total = selections.reduce((sum, { count }) => sum + count, 0);
  requireListable(total, options.k);
  const rows = selections
    .flatMap((selection) => [...selection])
    .map(({ ref }): AskedRow => {
      const table = displacement.tables.find(
        ({ ref: own }) => own.layer === ref.layer && own.kind === nameIn(displacement, ref.kind),
      );
      if (table === undefined) {
        throw new RangeError(`${ref.kind} is in no table.`);
      }
      return { table, ref, index: locateRow(transformer, ref).index };
    });
  const found: RowChange[] = [];
  for (let start = 0; start < rows.length; start += MAX_PAGE_ROWS) {
    const part = rows.slice(start, start + MAX_PAGE_ROWS);
    found.push(...(await readChanges(displacement, part, options, context)));
    context.onProgress({ done: found.length, total: rows.length, unit: 'rows' });
  }
  return found;
}

/** The kind under which a table stands: rows of U of a tied model are those of E. */
function nameIn({ tables }: Displacement, kind: AskedRow['ref']['kind']): string {
  return kind === 'U' && !tables.some(({ ref }) => ref.kind === 'U') ? 'E' : kind;
}
