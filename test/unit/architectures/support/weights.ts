import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TensorInfo } from '../../../../src/core/tensor/tensorInfo';

/** The tensors of a small checkpoint, and their numbers. */
export interface Weights {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  values(name: string): Float64Array;
}

function float16(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const DECODERS: Readonly<Record<string, (bytes: DataView, index: number) => number>> = {
  F32: (bytes, index) => bytes.getFloat32(4 * index, true),
  F16: (bytes, index) => float16(bytes.getUint16(2 * index, true)),
};

/** A plain reader of trusted safetensors files, written apart from the project's own. */
export function readWeights(folder: string): Weights {
  const file = readFileSync(path.join(folder, 'model.safetensors'));
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, headerEnd)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const spans = new Map(entries);
  const decoded = new Map<string, Float64Array>();
  const read = (name: string): Float64Array => {
    const entry = spans.get(name);
    const decode = DECODERS[entry?.dtype ?? ''];
    if (entry === undefined || decode === undefined) {
      throw new Error(`${name} cannot be read`);
    }
    const [start, end] = entry.data_offsets;
    const bytes = new DataView(file.buffer, file.byteOffset + headerEnd + start, end - start);
    const count = entry.shape.reduce((product, size) => product * size, 1);
    return Float64Array.from({ length: count }, (_, index) => decode(bytes, index));
  };
  return {
    tensors: new Map(
      entries.map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [start, end],
          },
        ]) => [name, { name, dtype, shape, byteLength: end - start }],
      ),
    ),
    values(name) {
      const values = decoded.get(name) ?? read(name);
      decoded.set(name, values);
      return values;
    },
  };
}

/** The config.json beside them. */
export function readConfigOf(folder: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as Record<
    string,
    unknown
  >;
}
