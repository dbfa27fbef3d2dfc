import type { MatrixView } from '../core/model/transformer';
import { READABLE_BYTES } from '../core/tensor/dtype';
import { at } from '../core/tensor/matrix';
import type { Checkpoint, StoredTensor } from './checkpoint';
import { numericTensor, type NumericTensor } from './numericTensor';

/** Where the rows of a view lie in its file. */
export interface MatrixLayout {
  readonly tensor: NumericTensor;
  readonly view: MatrixView;
  readonly elementBytes: number;
  /** Byte in the file where the tensor's last two axes begin. */
  readonly offset: number;
  /** Bytes from one index to the next of the first of these two axes. */
  readonly stride: number;
}

/** Stored rows that follow each other in the tensor and in the answer. */
export interface Run {
  /** Index along the tensor's row axis. */
  readonly stored: number;
  /** Row of the answer. */
  readonly target: number;
  readonly count: number;
}

/**
 * Where a view's rows lie.
 * @throws VocabScopeError `unsupportedDtype`. @throws RangeError where the view does not lie inside its tensor.
 */
export function layOut(checkpoint: Checkpoint, view: MatrixView): MatrixLayout {
  const tensor = numericTensor(checkpoint, view.tensor);
  const axes = tensor.shape.length;
  const isSliced = axes === 3 && view.slice !== undefined && view.slice < at(tensor.shape, 0);
  if (!isSliced && (axes !== 2 || view.slice !== undefined)) {
    throw outside(view, tensor);
  }
  const [first, second] = [at(tensor.shape, axes - 2), at(tensor.shape, axes - 1)];
  const [stored, cols] = view.rowAxis === 0 ? [first, second] : [second, first];
  const last = view.rows === 0 ? view.offset - 1 : storedRow(view, view.rows - 1);
  if (view.cols !== cols || view.offset < 0 || view.blockLength < 1 || last >= stored) {
    throw outside(view, tensor);
  }
  const elementBytes = READABLE_BYTES[tensor.dtype];
  return {
    tensor,
    view,
    elementBytes,
    offset: tensor.offset + (view.slice ?? 0) * first * second * elementBytes,
    stride: second * elementBytes,
  };
}

function outside(view: MatrixView, { shape }: StoredTensor): RangeError {
  return new RangeError(`View ${JSON.stringify(view)} leaves its tensor [${shape.join(', ')}].`);
}

/** Where row `row` of a view lies along the row axis of its tensor. */
export function storedRow(view: MatrixView, row: number): number {
  const { offset, blockLength, blockStride } = view;
  return offset + Math.floor(row / blockLength) * blockStride + (row % blockLength);
}

/** Runs of the rows `start` to `start + count`; row `start` is the answer's first. */
export function runsOfRange(view: MatrixView, start: number, count: number): readonly Run[] {
  const { blockLength, blockStride } = view;
  if (blockLength === blockStride || count === 0) {
    return [{ stored: view.offset + start, target: 0, count }];
  }
  const runs: Run[] = [];
  for (let row = start; row < start + count;) {
    const length = Math.min(blockLength - (row % blockLength), start + count - row);
    runs.push({ stored: storedRow(view, row), target: row - start, count: length });
    row += length;
  }
  return runs;
}

/** Runs of single rows in any order, by their place in the tensor; row `rows[i]` is the answer's row `i`. */
export function runsOfRows(view: MatrixView, rows: readonly number[]): readonly Run[] {
  const single = rows.map((row, target) => ({ stored: storedRow(view, row), target, count: 1 }));
  single.sort((a, b) => a.stored - b.stored || a.target - b.target);
  const runs: Run[] = [];
  for (const { stored, target } of single) {
    const last = runs.at(-1);
    const follows =
      last !== undefined &&
      stored === last.stored + last.count &&
      target === last.target + last.count;
    if (follows) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else {
      runs.push({ stored, target, count: 1 });
    }
  }
  return runs;
}
