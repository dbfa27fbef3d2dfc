import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SCROLL_HEIGHT_PX, ScrollWindow } from '../../../webview/components/scrollWindow';

const ROW = 22;
const VIEW = 440;

function opened(rows: number): ScrollWindow {
  const window = new ScrollWindow();
  window.resize(rows, ROW, VIEW);
  return window;
}

test('a short table is scrolled pixel by pixel', () => {
  const window = opened(1000);
  expect(window.contentHeight).toBe(22_000);
  expect(window.scrolledTo(33)).toBeUndefined();
  expect(window.range(0)).toEqual({ start: 1, end: 22 });
  expect(window.rowTop(5)).toBe(110);
});

describe('a million rows', () => {
  const rows = 1_000_000;
  const last = MAX_SCROLL_HEIGHT_PX - VIEW;

  test('are no higher than browsers can draw', () => {
    expect(opened(rows).contentHeight).toBe(MAX_SCROLL_HEIGHT_PX);
  });

  test('a turn of the wheel moves by as many pixels as anywhere', () => {
    const window = opened(rows);
    window.scrolledTo(100);
    expect(window.firstRow).toBeCloseTo(100 / ROW);
    expect(window.rowTop(5) - 100).toBeCloseTo(5 * ROW - 100);
  });

  test('the thumb reaches the first and the last row', () => {
    const window = opened(rows);
    window.scrolledTo(last);
    expect(window.range(0).end).toBe(rows);
    window.scrolledTo(0);
    expect(window.range(0).start).toBe(0);
  });

  test('the wheel near the end does not stop before the last row', () => {
    const window = opened(rows);
    window.scrolledTo(last - 200);
    const corrected = window.scrolledTo(last) ?? last;
    expect(corrected).toBeLessThan(last);
    expect(window.range(0).end).toBeLessThan(rows);
  });

  test('every row can be brought into the view, near where it was asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(rows - 1), { minLength: 1, maxLength: 8 }), (wanted) => {
        const window = opened(rows);
        for (const row of wanted) {
          const scrollTop = window.reveal(row);
          if (scrollTop !== undefined) window.scrolledTo(Math.round(scrollTop));
          const { start, end } = window.range(0);
          expect(row).toBeGreaterThanOrEqual(start);
          expect(row).toBeLessThan(end);
        }
      }),
    );
  });

  test('whatever is scrolled, the rows in sight lie in the view', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: last }), { maxLength: 20 }), (positions) => {
        const window = opened(rows);
        for (const position of positions) {
          const top = window.scrolledTo(position) ?? position;
          const { start, end } = window.range(0);
          expect(end - start).toBeLessThanOrEqual(VIEW / ROW + 2);
          expect(window.rowTop(start)).toBeLessThanOrEqual(top + 2);
          expect(window.rowTop(end)).toBeGreaterThanOrEqual(top + VIEW - 2);
        }
      }),
    );
  });
});

test('the first row stays when rows become higher', () => {
  const window = opened(1000);
  window.scrolledTo(2200);
  expect(window.resize(1000, 40, VIEW)).toBe(4000);
  expect(window.firstRow).toBe(100);
});

test('fewer rows than fit are all in sight', () => {
  const window = opened(3);
  expect(window.range(6)).toEqual({ start: 0, end: 3 });
  expect(window.reveal(2)).toBeUndefined();
});
