import { open } from 'node:fs/promises';
import type { TensorInfo } from '../../core/tensor/tensorInfo';
import type { Checkpoint } from '../checkpoint';

const HEADER_ALIGNMENT = 8;
/** Bytes of a stored tensor that are copied at once. */
const COPIED_BYTES = 4 * 1024 * 1024;

/** A tensor to be written: its bytes, row-major and little-endian, in parts of any length. */
export interface WrittenTensor extends TensorInfo {
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** A stored tensor's bytes as they are, under another name where one is given. @throws RangeError where there is none */
export function copyOf(checkpoint: Checkpoint, stored: string, name = stored): WrittenTensor {
  const tensor = checkpoint.tensors.get(stored);
  if (tensor === undefined) {
    throw new RangeError(`There is no tensor ${stored}.`);
  }
  const { dtype, shape, byteLength, offset, file } = tensor;
  return {
    ...{ name, dtype, shape, byteLength },
    async *bytes() {
      const source = await checkpoint.source(file);
      for (let done = 0; done < byteLength; done += COPIED_BYTES) {
        const part = new Uint8Array(Math.min(COPIED_BYTES, byteLength - done));
        await source.read(offset + done, part);
        yield part;
      }
    },
  };
}

/** The header with its length before it, padded with spaces so that the data begin aligned. */
function headerOf(tensors: readonly WrittenTensor[]): Buffer {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, byteLength }) => {
    const begin = end;
    end += byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  // Without this entry transformers does not take the file for PyTorch's.
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const text = Buffer.from(json);
  const padded = Buffer.alloc(Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

/**
 * Writes one safetensors file, tensor by tensor. One part is held at a time, which may be a whole tensor.
 * @param beforePart called before each part is written, with the bytes written and all of them; what it throws ends the writing
 * @throws RangeError where a tensor gives other bytes than its shape says; what reading and writing throw
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly WrittenTensor[],
  beforePart: (done: number, total: number) => void,
): Promise<void> {
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(headerOf(tensors));
    let written = 0;
    for (const { name, byteLength, bytes } of tensors) {
      const end = written + byteLength;
      for await (const part of bytes()) {
        beforePart(written, total);
        await handle.writeFile(part);
        written += part.byteLength;
      }
      if (written !== end) {
        throw new RangeError(
          `${name} gave ${written - (end - byteLength)} bytes, not ${byteLength}.`,
        );
      }
    }
  } finally {
    await handle.close();
  }
}
