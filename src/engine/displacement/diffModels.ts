import { differingIds, type VocabularySide } from '../../core/analysis/matchVocabularies';
import type { DiffResult, TableChange } from '../../protocol/displacement';
import { float64At } from '../../core/tensor/elements';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { ComparedTable } from './comparedTables';
import { Displacement } from './displacement';
import type { RowNorms } from './diffStore';
import { goneTensors } from './tensorChanges';

function tableChange(
  { ref, id, rows, baseRows, first }: ComparedTable,
  norms: RowNorms,
): TableChange {
  let changedRows = 0;
  let change = 0;
  let base = 0;
  for (let row = first; row < first + rows; row += 1) {
    const norm = float64At(norms.change, row);
    changedRows += norm === 0 ? 0 : 1;
    if (row < first + baseRows) {
      change += norm * norm;
      base += float64At(norms.base, row) ** 2;
    }
  }
  return {
    matrix: id,
    kind: ref.kind,
    ...(ref.layer === undefined ? {} : { layer: ref.layer }),
    rows,
    changedRows,
    newRows: rows - baseRows,
    norm: Math.sqrt(change),
    relative: change === 0 ? 0 : base === 0 ? null : Math.sqrt(change / base),
  };
}

/** Ids that became other tokens: a tuned model may only add some. */
function movedTokens(base: OpenModel, tuned: OpenModel): number {
  const side = ({ vocabulary, summary }: OpenModel): VocabularySide[] =>
    vocabulary === null ? [] : [{ vocabulary, dVocab: summary.shape?.dVocab ?? 0 }];
  const [[own], [its]] = [side(base), side(tuned)];
  return own === undefined || its === undefined ? 0 : differingIds(own, its);
}

function warningsOf({ base, tuned, tensors }: Displacement, norms: RowNorms): string[] {
  const isSame = JSON.stringify(base.files) === JSON.stringify(tuned.files);
  const unread = tensors.filter(({ status }) => status === 'unread').length;
  const nonFinite = norms.change.reduce((sum, norm) => sum + (Number.isFinite(norm) ? 0 : 1), 0);
  const moved = movedTokens(base, tuned);
  return [
    ...(moved > 0
      ? [
          `Ids that stand for another token in ${tuned.summary.name} than in its base: ${String(moved)}. Rows are compared by id, and read with the base’s tokens.`,
        ]
      : []),
    ...(isSame ? [`${tuned.summary.name} is compared with itself: nothing can have changed.`] : []),
    ...(unread > 0 ? [`Tensors of dtypes that are not compared: ${String(unread)}.`] : []),
    ...(nonFinite > 0
      ? [
          `Rows whose change is NaN or infinite: ${String(nonFinite)}. Sorted by it they stand last.`,
        ]
      : []),
  ];
}

/**
 * How much a model differs from its base, tensor by tensor and table by table.
 * @throws VocabScopeError `incomparable`; CancelledError
 */
export async function diffModels(
  base: OpenModel,
  tuned: OpenModel,
  context: WorkContext,
): Promise<DiffResult> {
  const displacement = await Displacement.of(base, tuned, context);
  const norms = await displacement.norms(context);
  const tables = displacement.tables.map((table) => tableChange(table, norms));
  const count = (status: string): number =>
    displacement.tensors.filter((tensor) => tensor.status === status).length;
  return {
    tensors: {
      total: displacement.tensors.length,
      changed: count('changed'),
      new: count('new'),
      reshaped: count('reshaped'),
      gone: goneTensors(base.checkpoint, tuned.checkpoint).length,
    },
    tables,
    changedRows: tables.reduce((sum, { changedRows }) => sum + changedRows, 0),
    warnings: warningsOf(displacement, norms),
  };
}
