import { describe, expect, test } from 'vitest';
import { cellTarget, rovingTarget } from '../../../webview/components/movement';
import { contrast, readColour } from '../../../webview/components/theme';

describe('cells of a table', () => {
  const extent = { rows: 100, columns: 5, rowsInView: 20 };
  test.each([
    ['ArrowDown', { row: 0, column: 2 }, { row: 1, column: 2 }],
    ['ArrowUp', { row: 0, column: 2 }, { row: -1, column: 2 }],
    ['ArrowUp', { row: -1, column: 2 }, { row: -1, column: 2 }],
    ['ArrowRight', { row: 3, column: 4 }, { row: 3, column: 4 }],
    ['Home', { row: 3, column: 4 }, { row: 3, column: 0 }],
    ['End', { row: 3, column: 1 }, { row: 3, column: 4 }],
    ['PageDown', { row: 90, column: 1 }, { row: 99, column: 1 }],
    ['PageUp', { row: 10, column: 1 }, { row: 0, column: 1 }],
    ['Ctrl+Home', { row: 50, column: 3 }, { row: 0, column: 0 }],
    ['Ctrl+End', { row: 50, column: 3 }, { row: 99, column: 4 }],
  ])('%s from %j', (chord, from, to) => {
    expect(cellTarget(chord, from, extent)).toEqual(to);
  });

  test('other keys are not handled', () => {
    expect(cellTarget('x', { row: 0, column: 0 }, extent)).toBeUndefined();
    expect(cellTarget('constructor', { row: 0, column: 0 }, extent)).toBeUndefined();
  });
});

describe('a map of six kinds', () => {
  test.each([
    ['ArrowDown', 1, 7],
    ['ArrowDown', 70, 70],
    ['ArrowUp', 3, 3],
    ['Home', 8, 6],
    ['End', 8, 11],
    ['PageDown', 2, 62],
    ['PageDown', 61, 67],
    ['PageUp', 14, 2],
    ['Ctrl+End', 0, 71],
  ])('%s from cell %i leads to %i', (chord, from, to) => {
    expect(rovingTarget(chord, from, 72, 6)).toBe(to);
  });
});

test('a list ends at its ends', () => {
  expect(rovingTarget('End', 3, 20, 1)).toBe(19);
  expect(rovingTarget('PageDown', 15, 20, 1)).toBe(19);
  expect(rovingTarget('ArrowUp', 0, 20, 1)).toBe(0);
});

test('contrast as WCAG computes it', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 1);
  expect(readColour('rgba(75, 159, 255, 0.5)')).toEqual([75, 159, 255]);
  expect(readColour('none')).toBeUndefined();
});
