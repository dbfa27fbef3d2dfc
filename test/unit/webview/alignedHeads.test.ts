import { expect, test } from 'vitest';
import type { AlignHeadsResult } from '../../../src/protocol/alignment';
import { headLayers, headScale, headsOfLayers } from '../../../webview/format/alignedHeads';

/** Two layers of two heads beside one layer of three. */
const FOUND: AlignHeadsResult = {
  rows: ['L0.H0.VO', 'L0.H1.VO', 'L1.H0.VO', 'L1.H1.VO'].map((component, at) => ({
    component,
    nearest: null,
    mutual: false,
    assigned: at < 2 ? { component: `L0.H${String(2 - at)}.VO`, rho: 0.1 } : null,
  })),
  others: ['L0.H0.VO', 'L0.H1.VO', 'L0.H2.VO'],
  matrix: [
    [0.1, -0.35, 0.2],
    [0.05, 0.3, 0],
    [-0.02, 0.01, 0.03],
    [0, 0, 0],
  ],
  ...{ meanNearest: 0.2, control: 0.1 },
};

test('layers hold the largest |ρ| of their heads, and whether any are paired', () => {
  expect(headScale(FOUND)).toBe(0.4);
  expect(headLayers(FOUND)).toEqual([
    [{ a: 0, b: 0, value: 0.35, step: 7, assigned: true }],
    [{ a: 1, b: 0, value: 0.03, step: 1, assigned: false }],
  ]);
});

test('the heads of two layers keep their signs, on the same scale', () => {
  const cells = headsOfLayers(FOUND, 0, 0);
  expect(cells.map((row) => row.map(({ value }) => value))).toEqual(FOUND.matrix.slice(0, 2));
  expect(cells[0]?.map(({ step }) => step)).toEqual([2, 7, 4]);
  expect(cells.flat().filter(({ assigned }) => assigned)).toMatchObject([
    ...[
      { a: 0, b: 2 },
      { a: 1, b: 1 },
    ],
  ]);
});
