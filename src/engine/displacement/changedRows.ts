import { lowRankSquares } from '../../core/analysis/lowRank';
import { rowSquares, subtractRows } from '../../core/analysis/rowChange';
import type { MatrixView } from '../../core/model/transformer';
import { float64At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import { storedRow } from '../../formats/matrixLayout';
import { readRows, readRowsById } from '../../formats/readRows';
import type { OpenModel } from '../model/openModel';
import type { ComparedTable } from './comparedTables';

/** Squared L2 norms of rows. */
export interface ChangeSquares {
  readonly change: Float64Array;
  readonly base: Float64Array;
}

/** How the rows of a table came to be what they are. */
type Origin = 'same' | 'lowRank' | 'compared';

/**
 * The change of rows, `other - base`. What an adapter adds is read from its factors alone, never by merging it and
 * taking the base away again.
 */
export class ChangedRows {
  constructor(
    private readonly base: OpenModel,
    private readonly tuned: OpenModel,
    /** Tensors that are the same in both, by the names of the changed model. */
    private readonly same: ReadonlySet<string>,
  ) {}

  /** Whether no row of a table changed, as its tensor did not. */
  isSame(table: ComparedTable): boolean {
    return this.originOf(table) === 'same' && table.baseRows === table.rows;
  }

  /** Norms of rows `start` to `start + count`, which the base has all, or all lacks. */
  async squares(table: ComparedTable, start: number, count: number): Promise<ChangeSquares> {
    const base = await this.baseRows(table, start, count);
    const baseSquares = base === undefined ? new Float64Array(count) : rowSquares(base);
    if (base !== undefined && this.originOf(table) === 'lowRank') {
      return { change: await this.lowRankSquares(table.view, start, count), base: baseSquares };
    }
    const tuned = await readRows(this.tuned.checkpoint, table.view, start, count);
    const change = base === undefined ? tuned : subtractRows(tuned, base);
    return { change: rowSquares(change), base: baseSquares };
  }

  /** Changes of rows `start` to `start + count`, `[count, d]`, which the base has all, or all lacks. */
  async rows(table: ComparedTable, start: number, count: number): Promise<Matrix> {
    const { adaptation } = this.tuned.checkpoint;
    if (adaptation !== undefined && start < table.baseRows && this.originOf(table) === 'lowRank') {
      return readRows(adaptation.delta, table.view, start, count);
    }
    const tuned = await readRows(this.tuned.checkpoint, table.view, start, count);
    const base = await this.baseRows(table, start, count);
    return base === undefined ? tuned : subtractRows(tuned, base);
  }

  /** Changes of single rows, `[ids.length, d]`, each less the base's where that has it. */
  async rowsById(table: ComparedTable, ids: readonly number[]): Promise<Matrix> {
    const { adaptation } = this.tuned.checkpoint;
    const { view, baseView, baseRows } = table;
    const known = ids.filter((id) => id < baseRows);
    if (known.length < ids.length && known.length > 0) {
      return this.mixedRows(table, ids);
    }
    if (known.length === 0 || baseView === undefined) {
      return readRowsById(this.tuned.checkpoint, view, ids);
    }
    if (adaptation !== undefined && this.originOf(table) === 'lowRank') {
      return readRowsById(adaptation.delta, view, ids);
    }
    const tuned = await readRowsById(this.tuned.checkpoint, view, ids);
    return subtractRows(tuned, await readRowsById(this.base.checkpoint, baseView, ids));
  }

  /** Rows that the base has and rows that it lacks, in the order asked for. */
  private async mixedRows(table: ComparedTable, ids: readonly number[]): Promise<Matrix> {
    const { cols } = table.view;
    const data = new Float32Array(ids.length * cols);
    for (const isNew of [false, true]) {
      const places = [...ids.keys()].filter((i) => (ids[i] ?? 0) >= table.baseRows === isNew);
      const part = await this.rowsById(
        table,
        places.map((i) => ids[i] ?? 0),
      );
      places.forEach((place, i) => {
        data.set(part.data.subarray(i * cols, (i + 1) * cols), place * cols);
      });
    }
    return { rows: ids.length, cols, data };
  }

  private originOf({ view: { tensor } }: ComparedTable): Origin {
    const { adaptation } = this.tuned.checkpoint;
    if (adaptation?.lowRank.has(tensor) === true) {
      return 'lowRank';
    }
    return this.same.has(tensor) ? 'same' : 'compared';
  }

  private async baseRows(
    { baseView, baseRows }: ComparedTable,
    start: number,
    count: number,
  ): Promise<Matrix | undefined> {
    return baseView === undefined || start >= baseRows
      ? undefined
      : readRows(this.base.checkpoint, baseView, start, count);
  }

  private async lowRankSquares(
    view: MatrixView,
    start: number,
    count: number,
  ): Promise<Float64Array> {
    const { adaptation } = this.tuned.checkpoint;
    const factors = await adaptation?.factors(view.tensor);
    if (factors === undefined) {
      throw new RangeError(`No adapter changes ${view.tensor}.`);
    }
    const all = lowRankSquares(factors, view.rowAxis);
    return Float64Array.from({ length: count }, (_, i) =>
      float64At(all, storedRow(view, start + i)),
    );
  }
}
