import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowKeys } from '../../../webview/components/rowKeys';

const VIEW_ROWS = 40;

/** Rows in sight from `first`, and the one with the focus wherever it is. */
function mounted(first: number, count: number, focused: number): number[] {
  const rows = new Set([focused, ...Array.from({ length: count }, (_, at) => first + at)]);
  return [...rows].sort((a, b) => a - b);
}

test('each row in the document has a key of its own, and keeps it for as long as it stays', () => {
  const view = fc.record({
    first: fc.nat({ max: 1000 }),
    count: fc.integer({ min: 1, max: VIEW_ROWS }),
    focused: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(view, { minLength: 2, maxLength: 20 }), (views) => {
      let last = 0;
      let keys: ReadonlyMap<number, number> = new Map();
      for (const { first, count, focused } of views) {
        const rows = mounted(first, count, focused);
        const next = rowKeys(keys, rows, focused, () => (last += 1));
        expect([...next.keys()]).toEqual(rows);
        expect(new Set(next.values()).size).toBe(rows.length);
        for (const row of rows) if (keys.has(row)) expect(next.get(row)).toBe(keys.get(row));
        keys = next;
      }
    }),
  );
});

test('after a jump elements are used again, in their order, but not that with the focus', () => {
  let last = 100;
  const fresh = (): number => (last += 1);
  const before = new Map([3, 4, 5, 6].map((row) => [row, row]));
  const jumped = rowKeys(before, [4, 900, 901, 902, 903], 4, fresh);
  expect([...jumped.values()]).toEqual([4, 3, 5, 6, 101]);
});

test('on a short way new rows are new elements', () => {
  const before = new Map([3, 4, 5].map((row) => [row, row]));
  expect([...rowKeys(before, [4, 5, 6], 4, () => 100).values()]).toEqual([4, 5, 100]);
});
