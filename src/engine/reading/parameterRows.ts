import { locateRow, matrixRows, type RowPlace } from '../../core/model/componentSet';
import { ROW_KIND_INFO } from '../../core/model/rowKinds';
import type { MatrixRef, RowRef } from '../../core/model/componentId';
import type { NormView, Transformer } from '../../core/model/transformer';
import { foldRows, type RowFold } from '../../core/projection/fold';
import type { ReadingOptions, Space } from '../../core/projection/options';
import type { Matrix } from '../../core/tensor/matrix';
import { readRows, readRowsById } from '../../formats/readRows';
import type { Checkpoint } from '../../formats/checkpoint';
import { groupBy } from '../groupBy';
import type { FoldName, Spaces } from '../model/spaces';

/** How rows of one place in the model are read: which space, and what is folded into them. */
export interface RowTreatment {
  readonly space: Space;
  /** Fold of the vocabulary: rows outside the blocks stay raw, and so does what they are read with. */
  readonly fold: FoldName;
  readonly rowFold: RowFold | null;
}

function normBeside(transformer: Transformer, { kind, layer }: MatrixRef): NormView | undefined {
  const norms = layer === undefined ? undefined : transformer.blocks[layer]?.norms;
  const info = ROW_KIND_INFO[kind];
  if (norms === undefined) {
    return undefined;
  }
  const attention = info.perHead;
  if (info.foldRole === 'reading') {
    return attention ? norms.attention : norms.feedForward;
  }
  return attention ? norms.attentionPost : norms.feedForwardPost;
}

/** The treatment of a table's rows under these options. @throws VocabScopeError `foldRefused`. */
export async function treatmentOf(
  transformer: Transformer,
  spaces: Spaces,
  ref: MatrixRef,
  options: Pick<ReadingOptions, 'space' | 'fold'>,
): Promise<RowTreatment> {
  spaces.requireFoldable(options.fold);
  const info = ROW_KIND_INFO[ref.kind];
  const raw = info.foldRole === 'raw';
  const fold = raw ? 'none' : options.fold;
  return {
    space: options.space === 'auto' ? info.space : options.space,
    fold,
    rowFold: raw ? null : await spaces.rowFold(normBeside(transformer, ref), fold),
  };
}

/** Rows `start` to `start + count` of a table, as stored, `[count, d_model]`. */
export function readTableRows(
  transformer: Transformer,
  checkpoint: Checkpoint,
  ref: MatrixRef,
  start: number,
  count: number,
): Promise<Matrix> {
  const { view, first } = matrixRows(transformer, ref);
  return readRows(checkpoint, view, first + start, count);
}

interface PlacedRow {
  readonly place: RowPlace;
  readonly position: number;
}

/**
 * Single rows from anywhere in the model, folded each in its way, `[refs.length, d_model]` in the order asked
 * for. Rows of one matrix are read together.
 */
export async function gatherRows(
  transformer: Transformer,
  checkpoint: Checkpoint,
  refs: readonly { readonly ref: RowRef; readonly rowFold: RowFold | null }[],
): Promise<Matrix> {
  const cols = transformer.shape.dModel;
  const gathered: Matrix = { rows: refs.length, cols, data: new Float32Array(refs.length * cols) };
  const placements = refs.map(({ ref }, position): PlacedRow => ({
    place: locateRow(transformer, ref),
    position,
  }));
  const groups = groupBy(placements, ({ place }) => JSON.stringify(place.view));
  for (const placed of groups.values()) {
    const [first] = placed;
    if (first === undefined) {
      continue;
    }
    const ids = placed.map(({ place }) => place.index);
    const rows = await readRowsById(checkpoint, first.place.view, ids);
    placed.forEach(({ position }, index) => {
      const row: Matrix = {
        rows: 1,
        cols,
        data: rows.data.subarray(index * cols, (index + 1) * cols),
      };
      gathered.data.set(foldRows(row, refs[position]?.rowFold ?? null).data, position * cols);
    });
  }
  return gathered;
}
