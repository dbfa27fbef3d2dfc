import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { tokenPlane, type TokenPlane } from '../../../src/core/projection/tokenPlane';
import { naivePlane } from '../../support/naivePlane';

/** Both ways solve for eigenvectors in float64; the components of these samples are well apart. */
const TOLERANCE = 1e-9;

function planeOf(rows: readonly (readonly number[])[]): TokenPlane {
  const cols = rows[0]?.length ?? 0;
  return tokenPlane({ rows: rows.length, cols, data: Float64Array.from(rows.flat()) });
}

function sample(count: number, width: number, seed: number): number[][] {
  const gauss = gaussianGenerator(seed);
  return Array.from({ length: count }, () =>
    // Falling variances keep the components apart.
    Array.from({ length: width }, (_, j) => 3 + gauss() / (1 + j)),
  );
}

function expectSame(found: Float64Array, wanted: readonly number[]): void {
  const largest = [...found].find((value) => Math.abs(value) === Math.max(...found.map(Math.abs)));
  expect(largest).toBeGreaterThan(0);
  const turned = wanted.reduce((sum, value, i) => sum + value * (found[i] ?? NaN), 0) < 0 ? -1 : 1;
  found.forEach((value, i) => {
    expect(Math.abs(value - turned * (wanted[i] ?? NaN))).toBeLessThan(TOLERANCE);
  });
}

describe('the plane of tokens', () => {
  it.each([
    [40, 16],
    [7, 64],
    [3, 2],
  ])('%i rows of width %i lie as the eigenvectors of their covariance say', (count, width) => {
    const rows = sample(count, width, count);
    const { x, y, explained } = planeOf(rows);
    const wanted = naivePlane(rows);
    expectSame(x, wanted.coordinates[0] ?? []);
    expectSame(y, wanted.coordinates[1] ?? []);
    explained.forEach((share, i) => {
      expect(share).toBeCloseTo(wanted.explained[i] ?? NaN, 9);
    });
  });

  it('keeps every distance of rows that lie in a plane', () => {
    const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
    const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(points, (given) => {
        // An orthonormal pair of directions in four dimensions, and an offset.
        const rows = given.map(([a, b]) => [0.6 * a + 5, 0.8 * a, 0.8 * b - 2, 0.6 * b]);
        const { x, y } = planeOf(rows);
        given.forEach(([a, b], i) => {
          const [a0, b0] = given[0] ?? [NaN, NaN];
          const wanted = Math.hypot(a - a0, b - b0);
          const found = Math.hypot((x[i] ?? NaN) - (x[0] ?? NaN), (y[i] ?? NaN) - (y[0] ?? NaN));
          // Squares of up to 200 are summed: half the digits of float64 are left to a small distance.
          expect(Math.abs(found - wanted)).toBeLessThan(1e-3);
        });
      }),
    );
  });

  it.each([
    ['no rows', []],
    ['one row', [[1, 2, 3]]],
    [
      'equal rows',
      [
        [1, 2],
        [1, 2],
      ],
    ],
  ])('is a point for %s', (_, rows) => {
    const { x, y, explained } = planeOf(rows);
    expect([...x, ...y]).toEqual(rows.flatMap(() => [0, 0]));
    expect(explained).toEqual([0, 0]);
  });

  it('is a line for two rows', () => {
    const { x, y, explained } = planeOf([
      [1, 0],
      [1, 4],
    ]);
    for (const value of x) expect(Math.abs(value)).toBeCloseTo(2, 12);
    expect([...y]).toEqual([0, 0]);
    expect(explained[0]).toBeCloseTo(1, 12);
    expect(explained[1]).toBe(0);
  });
});
