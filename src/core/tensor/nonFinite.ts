import { READABLE_BYTES, type ReadableDtype } from './dtype';
import { at } from './matrix';

/** How many numbers are NaN, and how many are infinite. */
export interface NonFiniteCount {
  readonly nan: number;
  readonly inf: number;
}

/** Where a format keeps its exponent: in the last of `words` words of `width` bits. */
interface ExponentLayout {
  readonly words: Uint16Array | Uint32Array;
  /** Words of one number. */
  readonly step: number;
  readonly exponentMask: number;
  readonly fractionMask: number;
}

function exponentLayout(dtype: ReadableDtype, bytes: Uint8Array): ExponentLayout {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (dtype) {
    case 'BF16': {
      const words = new Uint16Array(buffer, byteOffset, byteLength / 2);
      return { words, step: 1, exponentMask: 0x7f80, fractionMask: 0x7f };
    }
    case 'F16': {
      const words = new Uint16Array(buffer, byteOffset, byteLength / 2);
      return { words, step: 1, exponentMask: 0x7c00, fractionMask: 0x3ff };
    }
    case 'F32': {
      const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
      return { words, step: 1, exponentMask: 0x7f80_0000, fractionMask: 0x7f_ffff };
    }
    case 'F64': {
      const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
      return { words, step: 2, exponentMask: 0x7ff0_0000, fractionMask: 0xf_ffff };
    }
  }
}

/**
 * Counts NaN and infinities on the stored bits, without decoding: their exponent is all ones, and of those a NaN
 * is what has any fraction. `bytes` begin on a multiple of 4 and hold whole numbers, little-endian.
 */
export function countNonFiniteBits(dtype: ReadableDtype, bytes: Uint8Array): NonFiniteCount {
  if (bytes.byteLength % READABLE_BYTES[dtype] !== 0) {
    throw new RangeError(`${bytes.byteLength} bytes are no whole numbers of ${dtype}.`);
  }
  const { words, step, exponentMask, fractionMask } = exponentLayout(dtype, bytes);
  let nan = 0;
  let inf = 0;
  for (let index = step - 1; index < words.length; index += step) {
    const word = at(words, index);
    if ((word & exponentMask) === exponentMask) {
      const hasFraction = (word & fractionMask) !== 0 || (step === 2 && at(words, index - 1) !== 0);
      nan += hasFraction ? 1 : 0;
      inf += hasFraction ? 0 : 1;
    }
  }
  return { nan, inf };
}

const FLOAT32_EXPONENT = 0x7f80_0000;

/** Whether no number is NaN or infinite. */
export function allFinite(numbers: Float32Array): boolean {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let index = 0; index < bits.length; index += 1) {
    if ((at(bits, index) & FLOAT32_EXPONENT) === FLOAT32_EXPONENT) {
      return false;
    }
  }
  return true;
}
