import type { Transformer } from '../../core/model/transformer';
import { at } from '../../core/tensor/matrix';
import type { Checkpoint } from '../../formats/checkpoint';
import { readRowsById } from '../../formats/readRows';

/** Up to so many numbers the matrices are compared whole: a tenth of a second of reading. */
const WHOLE_ELEMENTS = 2 ** 23;

/** Rows compared of larger ones, spread over the vocabulary; the last ones too, where tokens are added. */
const SPREAD_ROWS = 2048;
const LAST_ROWS = 256;

function comparedRows(rows: number, cols: number): number[] {
  const step = rows * cols <= WHOLE_ELEMENTS ? 1 : Math.ceil(rows / SPREAD_ROWS);
  return Array.from({ length: rows }, (_, row) => row).filter(
    (row) => row % step === 0 || row >= rows - LAST_ROWS,
  );
}

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
  const ids = comparedRows(Math.min(W_E.rows, storedOutput.rows), W_E.cols);
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
