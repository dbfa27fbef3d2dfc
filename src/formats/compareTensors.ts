import type { TensorChange, TensorStatus } from '../core/analysis/tensorChange';
import { checkCancelled, type Cancellation, type ProgressListener } from '../core/errors';
import { decodeToFloat32 } from '../core/tensor/decode';
import { READABLE_BYTES } from '../core/tensor/dtype';
import { float32At } from '../core/tensor/elements';
import { elementCount } from '../core/tensor/tensorInfo';
import { pause } from '../io/pause';
import type { Checkpoint, StoredTensor } from './checkpoint';
import { isNumeric, numericTensor, type NumericTensor } from './numericTensor';
import { TensorNames } from './tensorNames';

/** Numbers of both tensors that are compared at a time: 4 MiB each. */
const PIECE_ELEMENTS = 2 ** 20;

export interface CompareOptions {
  /** Which tensors of the changed model are compared; absent: all. */
  readonly only?: (tensor: string) => boolean;
  readonly cancellation?: Cancellation;
  /** In bytes of the changed model, after each piece. */
  readonly onProgress?: ProgressListener;
}

interface Sums {
  changed: number;
  squares: number;
  baseSquares: number;
}

/** Adds a piece; NaN stays NaN where it is one in both, and zeros of either sign are equal. */
function addPiece(sums: Sums, base: Float32Array, tuned: Float32Array): void {
  let { changed, squares, baseSquares } = sums;
  for (let i = 0; i < base.length; i += 1) {
    const own = float32At(base, i);
    const its = float32At(tuned, i);
    baseSquares += own * own;
    if (own !== its && !(Number.isNaN(own) && Number.isNaN(its))) {
      changed += 1;
      squares += (its - own) * (its - own);
    }
  }
  Object.assign(sums, { changed, squares, baseSquares });
}

/** Reads a tensor piece by piece into one buffer. */
class PieceReader {
  private readonly numbers: Float32Array;
  private readonly bytes: Uint8Array;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly tensor: NumericTensor,
  ) {
    const length = Math.min(PIECE_ELEMENTS, elementCount(tensor.shape));
    this.numbers = new Float32Array(length);
    this.bytes = new Uint8Array(length * READABLE_BYTES[tensor.dtype]);
  }

  async read(start: number, count: number): Promise<Float32Array> {
    const { tensor } = this;
    const width = READABLE_BYTES[tensor.dtype];
    const bytes = this.bytes.subarray(0, count * width);
    await (await this.checkpoint.source(tensor.file)).read(tensor.offset + start * width, bytes);
    const numbers = this.numbers.subarray(0, count);
    decodeToFloat32(tensor.dtype, bytes, numbers);
    return numbers;
  }
}

/** The sum of the squares of a tensor's numbers. @throws VocabScopeError `unsupportedDtype`; CancelledError */
export async function tensorSquares(
  checkpoint: Checkpoint,
  name: string,
  cancellation?: Cancellation,
): Promise<number> {
  const tensor = numericTensor(checkpoint, name);
  const reader = new PieceReader(checkpoint, tensor);
  const total = elementCount(tensor.shape);
  let sum = 0;
  for (let start = 0; start < total; start += PIECE_ELEMENTS) {
    checkCancelled(cancellation);
    const numbers = await reader.read(start, Math.min(PIECE_ELEMENTS, total - start));
    for (let i = 0; i < numbers.length; i += 1) {
      sum += float32At(numbers, i) * float32At(numbers, i);
    }
    await pause();
  }
  return sum;
}

function uncompared(tensor: string, status: TensorStatus): TensorChange {
  return { tensor, status, share: null, norm: null, relative: null };
}

async function compareNumbers(
  [base, from]: readonly [Checkpoint, NumericTensor],
  [tuned, to]: readonly [Checkpoint, NumericTensor],
  cancellation: Cancellation | undefined,
  onPiece: (elements: number) => void,
): Promise<TensorChange> {
  const total = elementCount(to.shape);
  const [own, its] = [new PieceReader(base, from), new PieceReader(tuned, to)];
  const sums: Sums = { changed: 0, squares: 0, baseSquares: 0 };
  for (let start = 0; start < total; start += PIECE_ELEMENTS) {
    checkCancelled(cancellation);
    const count = Math.min(PIECE_ELEMENTS, total - start);
    addPiece(sums, await own.read(start, count), await its.read(start, count));
    onPiece(count);
    await pause();
  }
  const { changed, squares, baseSquares } = sums;
  const norm = Math.sqrt(squares);
  return {
    tensor: to.name,
    status: changed === 0 ? 'same' : 'changed',
    share: total === 0 ? 0 : changed / total,
    norm,
    relative: norm === 0 ? 0 : baseSquares === 0 ? null : norm / Math.sqrt(baseSquares),
  };
}

function sameShape(a: StoredTensor, b: StoredTensor): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
}

/**
 * Compares every tensor of a model with that of its base, whatever the dtypes: each is read once, in the order of the
 * file. Tensors are found by name, with or without a prefix.
 * @throws CancelledError between pieces of 2^20 numbers
 */
export async function compareTensors(
  base: Checkpoint,
  tuned: Checkpoint,
  { only = () => true, cancellation, onProgress }: CompareOptions = {},
): Promise<readonly TensorChange[]> {
  const names = new TensorNames(base.tensors);
  const tensors = [...tuned.tensors.values()].filter(({ name }) => only(name));
  tensors.sort((a, b) => a.file - b.file || a.offset - b.offset);
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let done = 0;
  const found: TensorChange[] = [];
  for (const tensor of tensors) {
    const own = base.tensors.get(names.find(tensor.name) ?? '');
    if (own === undefined) {
      found.push(uncompared(tensor.name, 'new'));
    } else if (!sameShape(own, tensor)) {
      found.push(uncompared(tensor.name, 'reshaped'));
    } else if (!isNumeric(own) || !isNumeric(tensor)) {
      found.push(uncompared(tensor.name, 'unread'));
    } else {
      const width = READABLE_BYTES[tensor.dtype];
      const compared = await compareNumbers([base, own], [tuned, tensor], cancellation, (count) =>
        onProgress?.({ done: (done += count * width), total, unit: 'bytes' }),
      );
      found.push(compared);
      continue;
    }
    done += tensor.byteLength;
    onProgress?.({ done, total, unit: 'bytes' });
  }
  return found;
}
