import { VocabScopeError } from '../core/errors';
import type { MatrixView } from '../core/model/transformer';
import { decodeToFloat32 } from '../core/tensor/decode';
import type { Matrix } from '../core/tensor/matrix';
import { elementCount } from '../core/tensor/tensorInfo';
import type { Checkpoint } from './checkpoint';
import { layOut, runsOfRange, runsOfRows, type Run } from './matrixLayout';
import { numericTensor } from './numericTensor';
import { quote } from './quote';
import { RowReader } from './rowReader';

/** Numbers that one request may ask for: 256 MiB as float32. Callers ask for more in parts. */
export const MAX_MATRIX_ELEMENTS = 2 ** 26;

function requireSize(elements: number, tensor: string): void {
  if (elements > MAX_MATRIX_ELEMENTS) {
    throw new VocabScopeError(
      'limit',
      `${elements} numbers of tensor ${quote(tensor)} are more than the ${MAX_MATRIX_ELEMENTS} that are read at once. ` +
        'Ask for fewer rows.',
    );
  }
}

async function readRuns(
  checkpoint: Checkpoint,
  view: MatrixView,
  rows: number,
  runsOf: () => readonly Run[],
): Promise<Matrix> {
  const layout = layOut(checkpoint, view);
  requireSize(rows * view.cols, view.tensor);
  const matrix = { rows, cols: view.cols, data: new Float32Array(rows * view.cols) };
  const source = await checkpoint.source(layout.tensor.file);
  await new RowReader(source, layout).read(runsOf(), matrix);
  return matrix;
}

/**
 * Rows `start` to `start + count` of a view, `[count, view.cols]`.
 * @throws VocabScopeError `unsupportedDtype`; `limit` beyond `MAX_MATRIX_ELEMENTS`; `changedOnDisk`.
 * @throws RangeError where the rows are not in the view, or the view not in its tensor.
 */
export async function readRows(
  checkpoint: Checkpoint,
  view: MatrixView,
  start: number,
  count: number,
): Promise<Matrix> {
  if (start < 0 || count < 0 || start + count > view.rows) {
    throw new RangeError(`Rows ${start} to ${start + count} are not among ${view.rows}.`);
  }
  return readRuns(checkpoint, view, count, () => runsOfRange(view, start, count));
}

/**
 * Single rows of a view, in any order, `[ids.length, view.cols]`.
 * @throws as `readRows`.
 */
export async function readRowsById(
  checkpoint: Checkpoint,
  view: MatrixView,
  ids: readonly number[],
): Promise<Matrix> {
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= view.rows);
  if (wrong !== undefined) {
    throw new RangeError(`Row ${wrong} is not among ${view.rows}.`);
  }
  return readRuns(checkpoint, view, ids.length, () => runsOfRows(view, ids));
}

/**
 * All numbers of a small tensor in stored order, whatever its axes: the gains of a norm, a bias.
 * @throws as `readRows`.
 */
export async function readVector(
  checkpoint: Checkpoint,
  tensorName: string,
): Promise<Float32Array> {
  const tensor = numericTensor(checkpoint, tensorName);
  const elements = elementCount(tensor.shape);
  requireSize(elements, tensorName);
  const source = await checkpoint.source(tensor.file);
  const bytes = new Uint8Array(tensor.byteLength);
  await source.read(tensor.offset, bytes);
  const numbers = new Float32Array(elements);
  decodeToFloat32(tensor.dtype, bytes, numbers);
  return numbers;
}
