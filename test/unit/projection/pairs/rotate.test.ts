import { describe, expect, it } from 'vitest';
import type { RotaryPositions } from '../../../../src/core/model/transformer';
import { rotateDirections } from '../../../../src/core/projection/pairs/rotate';
import { gaussianGenerator } from '../../../../src/core/projection/seeded';
import { naiveDot } from '../../../support/naiveReadings';

const D_MODEL = 12;
const D_HEAD = 8;

function frequencies(width: number, base: number): number[] {
  return Array.from({ length: width / 2 }, (_, j) => base ** ((-2 * j) / width));
}

/** Llama's and NeoX's way: `x cos + rotate_half(x) sin` over the first dimensions. */
function rotateHalf(x: readonly number[], width: number, base: number, position: number): number[] {
  const angles = [...frequencies(width, base), ...frequencies(width, base)];
  const turning = x.slice(0, width);
  const half = [...turning.slice(width / 2).map((value) => -value), ...turning.slice(0, width / 2)];
  return x.map((value, i) => {
    const angle = position * (angles[i] ?? 0);
    return i < width ? value * Math.cos(angle) + (half[i] ?? NaN) * Math.sin(angle) : value;
  });
}

/** GPT-J's way: neighbours turn together. */
function rotateEveryTwo(
  x: readonly number[],
  width: number,
  base: number,
  position: number,
): number[] {
  return x.map((value, i) => {
    if (i >= width) {
      return value;
    }
    const angle = position * (frequencies(width, base)[Math.floor(i / 2)] ?? NaN);
    const other = i % 2 === 0 ? -(x[i + 1] ?? NaN) : (x[i - 1] ?? NaN);
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

const WAYS = { half: rotateHalf, interleaved: rotateEveryTwo };

describe('turning a head by a distance', () => {
  it.each([
    ['half', D_HEAD, 10_000],
    ['half', 4, 500],
    ['interleaved', D_HEAD, 10_000],
    ['interleaved', 6, 100],
  ] as const)('%s, %i of 8 dimensions, base %i', (pairing, width, base) => {
    const gaussian = gaussianGenerator(width + base);
    const matrix = (): Float64Array[] =>
      Array.from({ length: D_HEAD }, () => Float64Array.from({ length: D_MODEL }, gaussian));
    const [queries, keys] = [matrix(), matrix()];
    const [x, y] = [matrix()[0] ?? new Float64Array(0), matrix()[1] ?? new Float64Array(0)];
    const rotary: RotaryPositions = {
      pairing,
      width,
      frequencies: frequencies(width, base),
      amplitude: 1,
    };
    const project = (rows: readonly Float64Array[], token: Float64Array): number[] =>
      rows.map((row) => naiveDot(row, token));
    for (const [query, key] of [
      [0, 0],
      [5, 2],
      [117, 4],
    ] as const) {
      const wanted = naiveDot(
        WAYS[pairing](project(queries, x), width, base, query),
        WAYS[pairing](project(keys, y), width, base, key),
      );
      const turned = rotateDirections(queries, rotary, query - key);
      expect(naiveDot(project(turned, x), project(keys, y))).toBeCloseTo(wanted, 9);
    }
  });
});
