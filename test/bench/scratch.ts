import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that exists for the time of some work. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A tensor of a file that is made for a bench. */
export interface MadeTensor {
  readonly dtype: 'BF16' | 'F32';
  readonly shape: readonly number[];
  /** Fills the tensor's bytes piece by piece; absent: zeros, for which the file has a hole. */
  readonly fill?: (piece: Uint8Array) => void;
}

const PIECE_BYTES = 2 ** 22;
const ELEMENT_BYTES = { BF16: 2, F32: 4 } as const;

/** Writes a safetensors file. */
export function writeSafetensors(
  file: string,
  tensors: Readonly<Record<string, MadeTensor>>,
): void {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape }]) => {
    const start = end;
    end += ELEMENT_BYTES[dtype] * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 7, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const descriptor = openSync(file, 'w');
  try {
    writeSync(descriptor, Buffer.concat([length, padded]), 0, padded.length + 8, 0);
    ftruncateSync(descriptor, 8 + padded.length + end);
    const piece = new Uint8Array(PIECE_BYTES);
    for (const [
      name,
      {
        data_offsets: [start = 0, stop = 0],
      },
    ] of entries) {
      const fill = tensors[name]?.fill;
      for (let at = start; fill !== undefined && at < stop; at += PIECE_BYTES) {
        const part = piece.subarray(0, Math.min(PIECE_BYTES, stop - at));
        fill(part);
        writeSync(descriptor, part, 0, part.length, 8 + padded.length + at);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

const BF16_HALF = 126 << 7;
const BF16_SIGN_AND_FRACTION = 0x807f;

/** Numbers of either sign with a size in [0.5, 1), as bfloat16; every piece has others. */
export function bfloat16Filler(seed: number): (piece: Uint8Array) => void {
  let state = seed | 1;
  return (piece) => {
    const numbers = new Uint16Array(piece.buffer, piece.byteOffset, piece.length / 2);
    for (let i = 0; i < numbers.length; i += 1) {
      // Xorshift (Marsaglia).
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      numbers[i] = ((state >>> 8) & BF16_SIGN_AND_FRACTION) | BF16_HALF;
    }
  };
}

const FLOAT32_SIGN_AND_FRACTION = 0x807fffff;

/** The same as float32, of a size from `2 ** power` to twice that. */
export function float32Filler(seed: number, power = -1): (piece: Uint8Array) => void {
  const exponent = (127 + power) << 23;
  let state = seed | 1;
  return (piece) => {
    const numbers = new Uint32Array(piece.buffer, piece.byteOffset, piece.length / 4);
    for (let i = 0; i < numbers.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      numbers[i] = ((state & FLOAT32_SIGN_AND_FRACTION) | exponent) >>> 0;
    }
  };
}
