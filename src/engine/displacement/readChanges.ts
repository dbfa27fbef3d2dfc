import { VocabScopeError } from '../../core/errors';
import type { RowRef } from '../../core/model/componentId';
import type { ReadingOptions } from '../../core/projection/options';
import type { RowResult } from '../../core/projection/readings';
import { float64At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import type { RowChange } from '../../protocol/displacement';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { treatmentOf } from '../reading/parameterRows';
import { planReading, readPlanned, rowIdOf, type ReadingPlan } from '../reading/readComponents';
import { rowReading } from '../reading/toProtocol';
import type { ComparedTable } from './comparedTables';
import type { RowNorms } from './diffStore';
import type { Displacement } from './displacement';

/** A row of the changed model, where it lies, and under which id it answers. */
export interface AskedRow {
  readonly table: ComparedTable;
  /** Its number in the table. */
  readonly index: number;
  readonly ref: RowRef;
}

/**
 * What rank changes may have. Specificity compares rows of a kind, which changes are none of, and both sides of a change
 * are shown, which magnitudes have not.
 * @throws VocabScopeError `usage`
 */
export function requireDiffOptions({ rank, fold }: ReadingOptions): void {
  if (rank === 'specificity' || rank === 'abs') {
    throw new VocabScopeError('usage', `Changes are ranked by dot or cosine, not by ${rank}.`);
  }
  if (fold !== 'none') {
    throw new VocabScopeError('usage', 'Changes are read unfolded: leave the fold at none.');
  }
}

/** Prepares the reading of changes of one kind: against the base's own vocabulary. */
export async function planChanges(
  base: OpenModel,
  { ref }: ComparedTable,
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<ReadingPlan> {
  const { transformer, spaces } = base.ready();
  const treatment = await treatmentOf(transformer, spaces, ref, options);
  return planReading(base, ref.kind, treatment, options, statistics, context);
}

/** Changes of some rows of one space, in the order asked for, `[n, d]`. */
async function gatherChanges(
  { changes, base }: Displacement,
  rows: readonly AskedRow[],
): Promise<Matrix> {
  const cols = base.ready().transformer.shape.dModel;
  const data = new Float32Array(rows.length * cols);
  const placed = rows.map((row, place) => ({ row, place }));
  for (const group of groupBy(placed, ({ row }) => row.table.id).values()) {
    const [first] = group;
    if (first !== undefined) {
      const found = await changes.rowsById(
        first.row.table,
        group.map(({ row }) => row.index),
      );
      group.forEach(({ place }, i) => {
        data.set(found.data.subarray(i * cols, (i + 1) * cols), place * cols);
      });
    }
  }
  return { rows: rows.length, cols, data };
}

function rowChange(
  { tuned }: Displacement,
  { table, index, ref }: AskedRow,
  result: RowResult,
  plan: ReadingPlan,
  norms: RowNorms,
  views: Awaited<ReturnType<OpenModel['views']>>,
): RowChange {
  const { treatment, omitted, options } = plan;
  const isNew = index >= table.baseRows;
  const number = table.first + index;
  const [norm, own] = [float64At(norms.change, number), float64At(norms.base, number)];
  const { top, bottom, component, space, nonFinite, ...rest } = rowReading(
    result,
    {
      component: rowIdOf(tuned, ref),
      space: treatment.space,
      omitted,
      rank: options.rank,
      withoutCommon: options.withoutCommon,
    },
    views,
  );
  const { mean, std, skewness, kurtosis, kurtosisCentered, z, speaks } = rest;
  return {
    ...{ component, space, norm, isNew, nonFinite, omitted },
    relative: isNew ? null : norm === 0 ? 0 : own === 0 ? null : norm / own,
    ...{ mean, std, skewness, kurtosis, kurtosisCentered, z, speaks },
    plus: top,
    minus: bottom,
  };
}

/** Reads the changes of some rows, in their order. @throws VocabScopeError `usage`; CancelledError */
export async function readChanges(
  displacement: Displacement,
  rows: readonly AskedRow[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<RowChange[]> {
  requireDiffOptions(options);
  const { base } = displacement;
  const norms = await displacement.norms(context);
  const views = await base.views(context);
  const placed = rows.map((row, place) => ({ row, place }));
  const found: RowChange[] = [];
  for (const group of groupBy(placed, ({ row }) => row.table.ref.kind).values()) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const plan = await planChanges(base, first.row.table, options, true, context);
    const changes = await gatherChanges(
      displacement,
      group.map(({ row }) => row),
    );
    const results = await readPlanned(base, changes, plan, options.k, context);
    group.forEach(({ row, place }, i) => {
      const result = results[i];
      if (result !== undefined) {
        found[place] = rowChange(displacement, row, result, plan, norms, views);
      }
    });
  }
  return found;
}
