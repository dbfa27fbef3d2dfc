import type { TensorChange } from '../../core/analysis/tensorChange';
import { checkCancelled } from '../../core/errors';
import { float64At } from '../../core/tensor/elements';
import { batchesOf } from '../../core/projection/workPlan';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { ChangedRows } from './changedRows';
import { comparedTables, type ComparedTable } from './comparedTables';
import type { DiffStore, RowNorms } from './diffStore';
import { tensorChanges } from './tensorChanges';

const BATCH_ROWS = 1024;

/** Rows `start` to `start + count`, of which the base has all or none. */
export interface RowBatch {
  readonly start: number;
  readonly count: number;
}

/** A base and what became of it. What is computed once is kept with the changed model, and on disk. */
export class Displacement {
  private constructor(
    readonly base: OpenModel,
    readonly tuned: OpenModel,
    readonly tables: readonly ComparedTable[],
    readonly tensors: readonly TensorChange[],
    readonly changes: ChangedRows,
  ) {}

  /** @throws VocabScopeError `incomparable`; CancelledError */
  static async of(base: OpenModel, tuned: OpenModel, context: WorkContext): Promise<Displacement> {
    const tables = comparedTables(base, tuned);
    const tensors = await storeOf(base, tuned).tensors.get('', context, (shared) =>
      restoreOrCompare(base, tuned, shared),
    );
    const same = tensors.flatMap(({ tensor, status }) => (status === 'same' ? [tensor] : []));
    const changes = new ChangedRows(base, tuned, new Set(same));
    return new Displacement(base, tuned, tables, tensors, changes);
  }

  get store(): DiffStore {
    return storeOf(this.base, this.tuned);
  }

  /** Rows of all tables. */
  get rowCount(): number {
    return this.tables.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Tables of which a row may have changed. */
  get changedTables(): readonly ComparedTable[] {
    return this.tables.filter((table) => !this.changes.isSame(table));
  }

  /** Batches of a table's rows: those that the base has, then those that it lacks. */
  static batches({ rows, baseRows }: ComparedTable): readonly RowBatch[] {
    return [
      ...batchesOf(baseRows, BATCH_ROWS),
      ...batchesOf(rows - baseRows, BATCH_ROWS).map(({ start, count }) => ({
        start: start + baseRows,
        count,
      })),
    ];
  }

  /** The table of a row, by its number among the rows of all tables. */
  tableOf(row: number): ComparedTable {
    const table = this.tables.findLast(({ first }) => first <= row);
    if (table === undefined) {
      throw new RangeError(`Row ${String(row)} is in no table.`);
    }
    return table;
  }

  /** How much every row changed. @throws CancelledError */
  async norms(context: WorkContext): Promise<RowNorms> {
    return this.store.norms.get('', context, async (shared) => {
      const { base, tuned } = this;
      const key = { what: 'row changes', base: base.identity, tuned: tuned.identity };
      const valid = (value: unknown): value is RowNorms =>
        (value as Partial<RowNorms> | null)?.change?.length === this.rowCount;
      const stored = await tuned.cache?.get(key, valid);
      if (stored !== undefined) {
        return stored;
      }
      const made = await this.measure(shared);
      await tuned.cache?.put(key, made);
      return made;
    });
  }

  private async measure({ cancellation, onProgress }: WorkContext): Promise<RowNorms> {
    const norms = {
      change: new Float64Array(this.rowCount),
      base: new Float64Array(this.rowCount),
    };
    const total = this.changedTables.reduce((sum, { rows }) => sum + rows, 0);
    let done = 0;
    for (const table of this.changedTables) {
      for (const { start, count } of Displacement.batches(table)) {
        checkCancelled(cancellation);
        const found = await this.changes.squares(table, start, count);
        for (let i = 0; i < count; i += 1) {
          const row = table.first + start + i;
          norms.change[row] = Math.sqrt(float64At(found.change, i));
          norms.base[row] = Math.sqrt(float64At(found.base, i));
        }
        done += count;
        onProgress({ done, total, unit: 'rows' });
      }
    }
    return norms;
  }
}

function storeOf(base: OpenModel, tuned: OpenModel): DiffStore {
  return tuned.diffs.against(base);
}

async function restoreOrCompare(
  base: OpenModel,
  tuned: OpenModel,
  context: WorkContext,
): Promise<readonly TensorChange[]> {
  const key = { what: 'tensor changes', base: base.identity, tuned: tuned.identity };
  const valid = (value: unknown): value is readonly TensorChange[] =>
    Array.isArray(value) && value.length === tuned.checkpoint.tensors.size;
  const stored = await tuned.cache?.get(key, valid);
  if (stored !== undefined) {
    return stored;
  }
  const made = await tensorChanges(base.checkpoint, tuned.checkpoint, context);
  await tuned.cache?.put(key, made);
  return made;
}
