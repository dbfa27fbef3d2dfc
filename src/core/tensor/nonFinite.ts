import { READABLE_BYTES, type ReadableDtype } from './dtype';
import { uint16At, uint32At } from './elements';

const FLOAT32_EXPONENT = 0x7f80_0000;

/** How many numbers are NaN, and how many are infinite. */
export interface NonFiniteCount {
  readonly nan: number;
  readonly inf: number;
}

/** Numbers of 16 bits. */
function countIn16(words: Uint16Array, exponentMask: number): NonFiniteCount {
  let nan = 0;
  let inf = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = uint16At(words, index);
    if ((word & exponentMask) === exponentMask) {
      const isInfinite = (word & 0x7fff) === exponentMask;
      nan += isInfinite ? 0 : 1;
      inf += isInfinite ? 1 : 0;
    }
  }
  return { nan, inf };
}

/** Numbers of `step` words of 32 bits, the last of which holds the exponent. */
function countIn32(words: Uint32Array, step: 1 | 2, exponentMask: number): NonFiniteCount {
  let nan = 0;
  let inf = 0;
  for (let index = step - 1; index < words.length; index += step) {
    const word = uint32At(words, index);
    if ((word & exponentMask) === exponentMask) {
      const lower = step === 2 ? uint32At(words, index - 1) : 0;
      const isInfinite = (word & 0x7fff_ffff) === exponentMask && lower === 0;
      nan += isInfinite ? 0 : 1;
      inf += isInfinite ? 1 : 0;
    }
  }
  return { nan, inf };
}

/**
 * Counts NaN and infinities on the stored bits, without decoding: their exponent is all ones, and of those a NaN
 * is what has any fraction. `bytes` begin on a multiple of 4 and hold whole numbers, little-endian.
 */
export function countNonFiniteBits(dtype: ReadableDtype, bytes: Uint8Array): NonFiniteCount {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength % READABLE_BYTES[dtype] !== 0) {
    throw new RangeError(`${byteLength} bytes are no whole numbers of ${dtype}.`);
  }
  switch (dtype) {
    case 'BF16':
      return countIn16(new Uint16Array(buffer, byteOffset, byteLength / 2), 0x7f80);
    case 'F16':
      return countIn16(new Uint16Array(buffer, byteOffset, byteLength / 2), 0x7c00);
    case 'F32':
      return countIn32(new Uint32Array(buffer, byteOffset, byteLength / 4), 1, FLOAT32_EXPONENT);
    case 'F64':
      return countIn32(new Uint32Array(buffer, byteOffset, byteLength / 4), 2, 0x7ff0_0000);
  }
}

/** Whether no number is NaN or infinite. */
export function allFinite(numbers: Float32Array): boolean {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let index = 0; index < bits.length; index += 1) {
    if ((uint32At(bits, index) & FLOAT32_EXPONENT) === FLOAT32_EXPONENT) {
      return false;
    }
  }
  return true;
}
