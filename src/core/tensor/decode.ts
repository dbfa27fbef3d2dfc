/**
 * Stored little-endian numbers to float32. The fast loops view the bytes as whole words in the machine's own
 * order, which is little-endian wherever VS Code and ONNX Runtime run.
 */
import { READABLE_BYTES, type ReadableDtype } from './dtype';
import { uint16At, uint32At } from './elements';

const HALF_VALUES = 65_536;

/** Bits of the float32 of every float16, `[65,536]`, made on first use. */
let halfBits: Uint32Array | undefined;

/** Float32 bits of a float16 by IEEE 754: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) {
    return sign | 0x7f80_0000 | (fraction << 13);
  }
  if (exponent !== 0) {
    return sign | ((exponent + 112) << 23) | (fraction << 13);
  }
  if (fraction === 0) {
    return sign;
  }
  // A subnormal is fraction * 2^-24; its leading one becomes the implicit one of a normal float32.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function halfTable(): Uint32Array {
  halfBits ??= Uint32Array.from({ length: HALF_VALUES }, (_, half) => widenHalf(half));
  return halfBits;
}

/** The same bytes where a word view of that width can begin. */
function aligned(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.byteOffset % width === 0 ? bytes : bytes.slice();
}

function decodeHalf(bytes: Uint8Array, target: Float32Array): void {
  const table = halfTable();
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length);
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < words.length; index += 1) {
    bits[index] = uint32At(table, uint16At(words, index));
  }
}

/** A bfloat16 is the upper half of a float32, so two of them are one word, shifted and masked. */
function decodeBrain(bytes: Uint8Array, target: Float32Array): void {
  const pairs = new Uint32Array(bytes.buffer, bytes.byteOffset, target.length >>> 1);
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < pairs.length; index += 1) {
    const pair = uint32At(pairs, index);
    bits[2 * index] = pair << 16;
    bits[2 * index + 1] = pair & 0xffff_0000;
  }
  if (target.length % 2 === 1) {
    const last = new DataView(bytes.buffer, bytes.byteOffset + bytes.byteLength - 2);
    bits[target.length - 1] = last.getUint16(0, true) << 16;
  }
}

/**
 * Decodes `target.length` numbers of a stored format. Float64 is rounded to the nearest float32 (beyond its range
 * to infinity); all others are exact. `bytes` that begin on a multiple of the element's size (of 4 for BF16) are
 * read in place, others are copied first.
 * @throws RangeError where `bytes` is not exactly as long as the numbers are.
 */
export function decodeToFloat32(
  dtype: ReadableDtype,
  bytes: Uint8Array,
  target: Float32Array,
): void {
  if (bytes.byteLength !== target.length * READABLE_BYTES[dtype]) {
    throw new RangeError(`${bytes.byteLength} bytes are not ${target.length} numbers of ${dtype}.`);
  }
  switch (dtype) {
    case 'F32':
      new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes);
      return;
    case 'F64': {
      const source = aligned(bytes, 8);
      target.set(new Float64Array(source.buffer, source.byteOffset, target.length));
      return;
    }
    case 'F16':
      decodeHalf(aligned(bytes, 2), target);
      return;
    case 'BF16':
      decodeBrain(aligned(bytes, 4), target);
      return;
  }
}
