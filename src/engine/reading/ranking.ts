import { formatMatrixId, type RowKind } from '../../core/model/componentId';
import { listMatrices } from '../../core/model/componentSet';
import { foldRows } from '../../core/projection/fold';
import type { ReadingOptions } from '../../core/projection/options';
import type { ReadingSpace } from '../../core/projection/space';
import { meanAbsoluteScores } from '../../core/projection/specificity';
import type { Matrix } from '../../core/tensor/matrix';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readTableRows, treatmentOf, type RowTreatment } from './parameterRows';

const BATCH_ROWS = 1024;

/** All rows of a kind in all layers, folded as they are read, in batches `[n, d_model]`. */
async function* rowsOfKind(
  model: OpenModel,
  kind: RowKind,
  options: ReadingOptions,
): AsyncIterable<Matrix> {
  const { transformer, checkpoint, spaces } = model.ready();
  for (const { ref, rows } of listMatrices(transformer)) {
    if (ref.kind !== kind) {
      continue;
    }
    const { rowFold } = await treatmentOf(transformer, spaces, ref, options);
    for (let start = 0; start < rows; start += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, rows - start);
      const stored = await readTableRows(transformer, checkpoint, ref, start, count);
      yield foldRows(stored, rowFold);
    }
  }
}

/**
 * What specificity divides each token's score by: its mean |score| over all rows of that kind in all layers,
 * `[d_vocab]`. Computed once for a kind, a space and a fold, and kept on disk. @throws CancelledError
 */
export async function specificityScale(
  model: OpenModel,
  kind: RowKind,
  treatment: RowTreatment,
  space: ReadingSpace,
  options: ReadingOptions,
  context: WorkContext,
): Promise<Float32Array> {
  const key = {
    ...model.identity,
    what: 'specificity',
    kind: formatMatrixId({ kind }),
    space: treatment.space,
    fold: treatment.fold,
  };
  return model.scales.run(JSON.stringify(key), context, async (shared) => {
    const valid = (value: unknown): value is Float32Array =>
      value instanceof Float32Array && value.length === space.matrix.rows;
    const stored = await model.cache?.get(key, valid);
    if (stored !== undefined) {
      return stored;
    }
    const scale = await meanAbsoluteScores(
      space,
      rowsOfKind(model, kind, options),
      model.backend(),
      { cancellation: shared.cancellation, onProgress: shared.onProgress },
    );
    await model.cache?.put(key, scale);
    return scale;
  });
}
