import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farTokens, SPARKLINE_HEIGHT, sparklinePath } from '../../../webview/format/sparkline';

/** Heights of the steps of a path, in its own order. */
function tops(path: string): number[] {
  return [...path.matchAll(/V([\d.]+)H/gu)].map(([, top]) => Number(top));
}

test('a sparkline has a step for each pair of bins, higher where there are more tokens', () => {
  const counts = fc.array(fc.nat({ max: 60_000 }), { minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(counts, (given) => {
      const heights = tops(sparklinePath(given));
      expect(heights).toHaveLength(32);
      const pairs = heights.map((_, bar) => (given[2 * bar] ?? 0) + (given[2 * bar + 1] ?? 0));
      heights.forEach((top, a) => {
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top).toBeLessThanOrEqual(SPARKLINE_HEIGHT);
        const other = (a * 7 + 3) % 32;
        if ((pairs[a] ?? 0) > (pairs[other] ?? 0)) {
          expect(top).toBeLessThanOrEqual(heights[other] ?? NaN);
        }
      });
    }),
  );
});

test('one token can be seen, none cannot, and all together are the full height', () => {
  const counts = new Array<number>(64).fill(0);
  counts[10] = 1;
  counts[32] = 50_000;
  const heights = tops(sparklinePath(counts));
  expect(heights[0]).toBe(SPARKLINE_HEIGHT);
  expect(SPARKLINE_HEIGHT - (heights[5] ?? NaN)).toBeGreaterThan(0.8);
  expect(heights[16]).toBeLessThan(0.01);
});

test('tokens beyond four standard deviations are far, on both sides', () => {
  const counts = new Array<number>(64).fill(0);
  counts[15] = 1;
  counts[16] = 10;
  counts[47] = 100;
  counts[48] = 1000;
  expect(farTokens(counts)).toBe(1001);
});
