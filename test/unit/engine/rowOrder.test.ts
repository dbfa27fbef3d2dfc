import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowOrder } from '../../../src/engine/search/rowOrder';

/** Keys that are often equal, nearer than float32 tells apart, beyond its range, or absent. */
const KEY = fc.constantFrom(NaN, -Infinity, -1e300, -1, -0, 0, 1, 1 + 2 ** -40, 2, 1e300, Infinity);
const SCORE = fc.constantFrom(0, 1, NaN, Infinity);

describe('RowOrder', () => {
  it('answers in pages what sorting all rows would, rows without a key last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(KEY, SCORE), { maxLength: 60 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(70), fc.nat(20)), { minLength: 1, maxLength: 5 }),
        (rows, reversed, pages) => {
          const order = new RowOrder(
            Float64Array.from(rows, ([key]) => key),
            Float64Array.from(rows, ([, score]) => score),
            reversed,
          );
          const sorted = [...rows.entries()]
            .filter(([, [, score]]) => Number.isFinite(score))
            .sort(([a, [keyA]], [b, [keyB]]) => compare(keyA, keyB, reversed) || a - b)
            .map(([row]) => row);
          expect(order.total).toBe(sorted.length);
          for (const [start, count] of pages) {
            expect([...order.page(start, count)]).toEqual(sorted.slice(start, start + count));
          }
        },
      ),
    );
  });
});

/** Negative where `a` comes first. An infinite key that sorts last is as good as none. */
function compare(a: number, b: number, reversed: boolean): number {
  const place = (key: number): number => (Number.isNaN(key) ? -Infinity : reversed ? -key : key);
  return place(a) === place(b) ? 0 : place(b) > place(a) ? 1 : -1;
}
