import { checkCancelled, type Cancellation, type ProgressListener } from '../core/errors';
import { countNonFiniteBits } from '../core/tensor/nonFinite';
import { pause } from '../io/pause';
import type { Checkpoint } from './checkpoint';
import { isNumeric } from './numericTensor';

const PIECE_BYTES = 4 * 1024 * 1024;

/** Weights of one tensor that are no finite numbers. */
export interface TensorNonFinite {
  readonly tensor: string;
  readonly nan: number;
  readonly inf: number;
}

export interface CountOptions {
  readonly cancellation?: Cancellation;
  /** In bytes, after each piece. */
  readonly onProgress?: ProgressListener;
}

/**
 * Counts NaN and infinite weights, reading every weight of a readable dtype once, in the order of the files.
 * Answers the tensors that have any.
 * @throws CancelledError between pieces of 4 MiB.
 */
export async function countNonFinite(
  checkpoint: Checkpoint,
  { cancellation, onProgress }: CountOptions = {},
): Promise<readonly TensorNonFinite[]> {
  const tensors = [...checkpoint.tensors.values()].filter(isNumeric);
  tensors.sort((a, b) => a.file - b.file || a.offset - b.offset);
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, total));
  const found: TensorNonFinite[] = [];
  let done = 0;
  for (const { name, file, offset, byteLength, dtype } of tensors) {
    const source = await checkpoint.source(file);
    let nan = 0;
    let inf = 0;
    for (let start = 0; start < byteLength; start += PIECE_BYTES) {
      checkCancelled(cancellation);
      const bytes = buffer.subarray(0, Math.min(PIECE_BYTES, byteLength - start));
      await source.read(offset + start, bytes);
      const count = countNonFiniteBits(dtype, bytes);
      nan += count.nan;
      inf += count.inf;
      done += bytes.byteLength;
      onProgress?.({ done, total, unit: 'bytes' });
      await pause();
    }
    if (nan + inf > 0) {
      found.push({ tensor: name, nan, inf });
    }
  }
  return found;
}
