import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToFloat32 } from '../../../src/core/tensor/decode';
import { READABLE_BYTES } from '../../../src/core/tensor/dtype';
import { allFinite, countNonFiniteBits } from '../../../src/core/tensor/nonFinite';

function count(values: ArrayLike<number>): { nan: number; inf: number } {
  const list = Array.from(values);
  return {
    nan: list.filter((value) => Number.isNaN(value)).length,
    inf: list.filter((value) => Math.abs(value) === Infinity).length,
  };
}

/** Bytes in which all-ones exponents are frequent. */
const loadedBytes = fc
  .array(fc.constantFrom(0x00, 0x01, 0x7c, 0x7f, 0x80, 0xf0, 0xff), { maxLength: 128 })
  .map((bytes) => Uint8Array.from(bytes));

describe('countNonFiniteBits', () => {
  it.each(['F16', 'BF16', 'F32'] as const)('counts %s as its decoded numbers are', (dtype) => {
    fc.assert(
      fc.property(loadedBytes, (bytes) => {
        const numbers = new Float32Array(Math.floor(bytes.length / READABLE_BYTES[dtype]));
        const whole = bytes.slice(0, numbers.length * READABLE_BYTES[dtype]);
        decodeToFloat32(dtype, whole, numbers);
        expect(countNonFiniteBits(dtype, whole)).toEqual(count(numbers));
      }),
    );
  });

  it('counts F64 by its own range, not by that of float32', () => {
    const values = Float64Array.of(1e300, -Infinity, NaN, 0, Infinity, -1e-310, Number.MAX_VALUE);
    expect(countNonFiniteBits('F64', new Uint8Array(values.buffer))).toEqual({ nan: 1, inf: 2 });
    fc.assert(
      fc.property(loadedBytes, (bytes) => {
        const whole = bytes.slice(0, bytes.length - (bytes.length % 8));
        const numbers = new Float64Array(whole.buffer);
        expect(countNonFiniteBits('F64', whole)).toEqual(count(numbers));
      }),
    );
  });

  it('tells a NaN by the lower half of its fraction too', () => {
    const words = Uint32Array.of(1, 0x7ff0_0000, 0, 0x7ff0_0000);
    expect(countNonFiniteBits('F64', new Uint8Array(words.buffer))).toEqual({ nan: 1, inf: 1 });
  });

  it('refuses half of a number', () => {
    expect(() => countNonFiniteBits('F32', new Uint8Array(6))).toThrow(RangeError);
  });
});

describe('allFinite', () => {
  it('finds any non-finite number', () => {
    fc.assert(
      fc.property(fc.array(fc.float()), (values) => {
        const numbers = Float32Array.from(values);
        expect(allFinite(numbers)).toBe(values.every((value) => Number.isFinite(value)));
      }),
    );
  });
});
