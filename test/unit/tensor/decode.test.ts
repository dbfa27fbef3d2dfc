import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToFloat32 } from '../../../src/core/tensor/decode';
import { dtypeBits, READABLE_BYTES, READABLE_DTYPES } from '../../../src/core/tensor/dtype';

const ALL_HALVES = Uint16Array.from({ length: 65_536 }, (_, value) => value);

/** The definition of IEEE 754 binary16, as slow as it is plain. */
function halfValue(half: number): number {
  const sign = half >= 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A bfloat16 is a float32 whose lower half is zero. */
function brainValue(brain: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, brain);
  return view.getFloat32(0);
}

function decodeAll(dtype: 'F16' | 'BF16', halves: Uint16Array): Float32Array {
  const target = new Float32Array(halves.length);
  decodeToFloat32(dtype, new Uint8Array(halves.buffer), target);
  return target;
}

/** `Object.is` for every element: tells -0 from 0 and takes NaN for NaN. */
function firstDifference(actual: Float32Array, expected: (index: number) => number): number {
  return actual.findIndex((value, index) => !Object.is(value, expected(index)));
}

describe('decodeToFloat32', () => {
  it('decodes every float16 exactly', () => {
    const decoded = decodeAll('F16', ALL_HALVES);
    expect(firstDifference(decoded, halfValue)).toBe(-1);
  });

  it('decodes every bfloat16 exactly, payloads of NaN kept', () => {
    const decoded = decodeAll('BF16', ALL_HALVES);
    expect(firstDifference(decoded, brainValue)).toBe(-1);
    const bits = new Uint32Array(decoded.buffer);
    expect(bits.findIndex((word, index) => word !== index * 65_536)).toBe(-1);
  });

  it('decodes any length at any place in a buffer', () => {
    const dtype = fc.constantFrom(...READABLE_DTYPES);
    fc.assert(
      fc.property(dtype, fc.nat(40), fc.nat(9), fc.nat(3), (name, count, shift, targetShift) => {
        const bytes = Uint8Array.from({ length: 400 }, (_, index) => (index * 89 + count) % 256);
        const source = bytes.subarray(shift, shift + count * READABLE_BYTES[name]);
        const target = new Float32Array(count + targetShift).subarray(targetShift);
        decodeToFloat32(name, source, target);
        const view = new DataView(bytes.buffer, shift);
        const expected = {
          F64: (index: number) => Math.fround(view.getFloat64(index * 8, true)),
          F32: (index: number) => view.getFloat32(index * 4, true),
          F16: (index: number) => halfValue(view.getUint16(index * 2, true)),
          BF16: (index: number) => brainValue(view.getUint16(index * 2, true)),
        };
        expect(firstDifference(target, expected[name])).toBe(-1);
      }),
    );
  });

  it('refuses bytes that are not as long as the numbers', () => {
    for (const dtype of READABLE_DTYPES) {
      const bytes = new Uint8Array(READABLE_BYTES[dtype] * 3 + 1);
      expect(() => {
        decodeToFloat32(dtype, bytes, new Float32Array(3));
      }).toThrow(RangeError);
    }
  });
});

describe('dtypeBits', () => {
  it.each([
    [4, ['F4']],
    [6, ['F6_E2M3', 'F6_E3M2']],
    [8, ['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ']],
    [16, ['I16', 'U16', 'F16', 'BF16']],
    [32, ['I32', 'U32', 'F32']],
    [64, ['I64', 'U64', 'F64', 'C64']],
  ])('knows the dtypes of %i bits', (bits, dtypes) => {
    expect(dtypes.map(dtypeBits)).toEqual(dtypes.map(() => bits));
  });

  it('agrees with what is read, and knows nothing else', () => {
    expect(READABLE_DTYPES.map(dtypeBits)).toEqual(
      READABLE_DTYPES.map((dtype) => READABLE_BYTES[dtype] * 8),
    );
    expect(['f32', 'F128', '', '__proto__', 'constructor'].map(dtypeBits)).toEqual(
      Array(5).fill(undefined),
    );
  });
});
