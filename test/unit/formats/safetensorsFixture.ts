import { dtypeBits } from '../../../src/core/tensor/dtype';
import { elementCount } from '../../../src/core/tensor/tensorInfo';

/** A tensor to be written; `bytes` absent: zeros. */
export interface FixtureTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes?: Uint8Array;
}

/** A file of a header, given as text or as what JSON writes, and data. */
export function safetensorsFile(header: unknown, data: Uint8Array | number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, typeof data === 'number' ? Buffer.alloc(data) : data]);
}

/** A valid file of these tensors, one after another. */
export function validSafetensors(
  tensors: readonly FixtureTensor[],
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  const header: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  const data: Uint8Array[] = [];
  let begin = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    const length = (elementCount(shape) * (dtypeBits(dtype) ?? 0)) / 8;
    const end = begin + length;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
    data.push(bytes ?? new Uint8Array(length));
    begin = end;
  }
  return safetensorsFile(Object.fromEntries(header), Buffer.concat(data));
}

/** Little-endian bytes of float32 numbers. */
export function float32Bytes(values: Iterable<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
