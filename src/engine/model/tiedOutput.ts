import type { Transformer } from '../../core/model/transformer';
import { at } from '../../core/tensor/matrix';
import type { Checkpoint } from '../../formats/checkpoint';
import { readRowsById } from '../../formats/readRows';

/** Rows compared, spread over the vocabulary: matrices that differ do so nearly everywhere. */
const COMPARED_ROWS = 256;

/**
 * The warning where a tied model stores an output matrix that is not its W_E: transformers ties by the config,
 * so the stored one is not what runs. Null where there is none or it agrees.
 */
export async function outputMatrixWarning(
  { W_E, storedOutput }: Transformer,
  checkpoint: Checkpoint,
): Promise<string | null> {
  if (storedOutput === undefined || storedOutput.tensor === W_E.tensor) {
    return null;
  }
  const rows = Math.min(W_E.rows, storedOutput.rows);
  const step = Math.max(1, Math.floor(rows / COMPARED_ROWS));
  const ids = Array.from({ length: Math.ceil(rows / step) }, (_, index) => index * step);
  const input = await readRowsById(checkpoint, W_E, ids);
  const output = await readRowsById(checkpoint, storedOutput, ids);
  const differs =
    W_E.rows !== storedOutput.rows ||
    input.data.some(
      (value, index) =>
        !Object.is(value, at(output.data, index)) && value !== at(output.data, index),
    );
  return differs
    ? `${storedOutput.tensor} is stored and differs from W_E, but the config ties them: W_E is used for both spaces.`
    : null;
}
