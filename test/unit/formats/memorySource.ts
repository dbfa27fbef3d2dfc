import type { ByteSource } from '../../../src/io/byteSource';

/** Bytes in memory as a source, for what would be too many files. Reading past the end is a fault of the reader. */
export function memorySource(bytes: Uint8Array, name = 'memory.safetensors'): ByteSource {
  const read = (offset: number, target: Uint8Array): Promise<void> => {
    if (offset + target.length > bytes.length) {
      throw new Error(`Read of ${target.length} bytes at ${offset} of ${bytes.length}.`);
    }
    target.set(bytes.subarray(offset, offset + target.length));
    return Promise.resolve();
  };
  return {
    name,
    size: bytes.length,
    read,
    readStrided: async (offset, chunk, stride, count, target) => {
      for (let index = 0; index < count; index += 1) {
        await read(offset + index * stride, target.subarray(index * chunk, (index + 1) * chunk));
      }
    },
    close: () => Promise.resolve(),
  };
}
