import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftedBias, shiftFor, turned, withGains } from '../../../src/core/analysis/translation';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { Matrix, Matrix64 } from '../../../src/core/tensor/matrix';
import { createPlainBackend } from '../../support/plainBackend';

/** Sums of at most 9 x 9 products of numbers near 1, rounded to float32 three times. */
const TOLERANCE = 1e-4;

const sizes = fc.record({
  ...{ rows: fc.integer({ min: 1, max: 4 }), dA: fc.integer({ min: 1, max: 9 }) },
  ...{ dB: fc.integer({ min: 1, max: 9 }), seed: fc.integer() },
});

function random(rows: number, cols: number, seed: number): Matrix {
  const gauss = gaussianGenerator(seed);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, gauss) };
}

function numberAt({ cols, data }: Matrix | Matrix64, row: number, col: number): number {
  return data[row * cols + col] ?? NaN;
}

/** Sum over `count` of what `term` gives, in float64. */
function sum(count: number, term: (i: number) => number): number {
  return Array.from({ length: count }, (_, i) => term(i)).reduce((all, each) => all + each, 0);
}

describe('rows rewritten into another space', () => {
  it('speak for a token of B as the row of A does for that token carried by the kernel', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rows, dA, dB, seed }) => {
        const [w, T, E] = [
          random(rows, dA, seed),
          random(dB, dA, seed + 1),
          random(3, dB, seed + 2),
        ];
        const gain = random(1, dA, seed + 3).data;
        const translated = await createPlainBackend().multiplyTransposed(withGains(w, { gain }), T);
        for (let row = 0; row < rows; row += 1) {
          for (let token = 0; token < 3; token += 1) {
            const found = sum(dB, (j) => numberAt(translated, row, j) * numberAt(E, token, j));
            const carried = (i: number): number =>
              sum(dB, (j) => numberAt(E, token, j) * numberAt(T, j, i));
            const wanted = sum(dA, (i) => carried(i) * (gain[i] ?? NaN) * numberAt(w, row, i));
            expect(Math.abs(found - wanted)).toBeLessThan(TOLERANCE);
          }
        }
      }),
    );
  });

  it('keep the sums that a norm with gains and shifts gave them', () => {
    fc.assert(
      fc.property(sizes, ({ rows, dA, seed }) => {
        const w = random(rows, dA, seed);
        const [gain, shift, x, bias] = [1, 2, 3, 4].map(
          (step) => random(1, Math.max(dA, rows), seed + step).data,
        ) as [Float32Array, Float32Array, Float32Array, Float32Array];
        const folded = withGains(w, { gain });
        const constants = shiftedBias(w, shift, bias);
        for (let row = 0; row < rows; row += 1) {
          const found =
            sum(dA, (i) => numberAt(folded, row, i) * (x[i] ?? NaN)) + (constants[row] ?? NaN);
          const normed = (i: number): number =>
            (x[i] ?? NaN) * (gain[i] ?? NaN) + (shift[i] ?? NaN);
          const wanted = sum(dA, (i) => numberAt(w, row, i) * normed(i)) + (bias[row] ?? NaN);
          expect(Math.abs(found - wanted)).toBeLessThan(TOLERANCE);
        }
      }),
    );
  });

  it('keep their constants in the shortest shift of the norm before them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer(), (rows, seed) => {
        const W = random(rows, 9, seed);
        const constants = random(1, rows, seed + 1).data;
        const shift = shiftFor(W, constants);
        const size = Math.hypot(...(shift ?? []));
        for (let row = 0; row < rows; row += 1) {
          const found = sum(9, (i) => numberAt(W, row, i) * (shift?.[i] ?? NaN));
          expect(Math.abs(found - (constants[row] ?? NaN))).toBeLessThan(TOLERANCE * (1 + size));
        }
      }),
    );
    // Rows along two axes alone: a longer shift would have something along the third.
    const W = { rows: 2, cols: 3, data: Float32Array.of(1, 0, 0, 0, 2, 0) };
    expect(shiftFor(W, Float32Array.of(3, 4))).toEqual(Float32Array.of(3, 2, 0));
    const same = { rows: 2, cols: 2, data: Float32Array.of(1, 2, 1, 2) };
    expect(shiftFor(same, Float32Array.of(3, 4))).toBeUndefined();
  });

  it('turn a matrix over', () => {
    const matrix = { rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
    expect(turned(matrix)).toEqual({ rows: 3, cols: 2, data: Float32Array.of(1, 4, 2, 5, 3, 6) });
  });
});
