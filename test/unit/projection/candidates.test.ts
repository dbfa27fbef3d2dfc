import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandidateLists, kthLargest } from '../../../src/core/projection/candidates';

/** A tile of tokens: their exact scores, and how far the float32 ones may lie from them. */
interface Tile {
  readonly exact: readonly number[];
  readonly error: number;
}

/** Float32 scores are scaled to lie near 1: numbers that it rounds to zero or to subnormal ones do not occur. */
function isNormal(value: number): boolean {
  return value === 0 || Math.abs(value) > 1e-30;
}

/** Few distinct scores, so that many are equal. */
const score = fc.oneof(
  fc.integer({ min: -6, max: 6 }),
  fc.double({ min: -6, max: 6, noNaN: true }).filter(isNormal),
);

const tile: fc.Arbitrary<Tile> = fc.record({
  exact: fc.array(score, { maxLength: 120 }),
  error: fc.constantFrom(0, 1e-3, 0.7, 3),
});

/** A score as float32 arithmetic might have it: anywhere within the error, deterministically. */
function perturbed(exact: number, error: number, id: number): number {
  const wave = Math.sin(id * 12.9898) * 0.999;
  return Math.fround(exact + wave * error * 0.999999);
}

function offerTile(lists: CandidateLists, { exact, error }: Tile, firstId: number): void {
  lists.begin(0, error, 1);
  exact.forEach((value, i) => {
    const key = perturbed(value, error, firstId + i);
    if (key >= (lists.topLimits[0] ?? NaN)) {
      lists.offerTop(0, firstId + i, key);
    }
    if (-key >= (lists.bottomLimits[0] ?? NaN)) {
      lists.offerBottom(0, firstId + i, key);
    }
  });
}

function settle(
  lists: CandidateLists,
  exact: readonly number[],
  keyOf: (s: number) => number,
): void {
  const sides = lists.sides === 'magnitude' ? [lists.top] : [lists.top, lists.bottom];
  sides.forEach(([side], index) => {
    for (const id of side?.pending() ?? []) {
      const value = exact[id] ?? NaN;
      side?.insert(id, index === 0 ? keyOf(value) : -value, value, 0);
    }
    side?.settled();
  });
}

function best(exact: readonly number[], k: number, keyOf: (score: number) => number): number[] {
  return [...exact.keys()]
    .sort((a, b) => keyOf(exact[b] ?? NaN) - keyOf(exact[a] ?? NaN) || a - b)
    .slice(0, k);
}

describe('candidates', () => {
  it('always list what exact scores would, whatever float32 made of them', () => {
    fc.assert(
      fc.property(
        fc.array(tile, { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('both', 'magnitude'),
        fc.boolean(),
        (tiles, k, sides, settleEachTile) => {
          const lists = new CandidateLists(1, k, sides);
          const keyOf = sides === 'magnitude' ? Math.abs : (value: number) => value;
          const exact: number[] = [];
          for (const each of tiles) {
            const firstId = exact.length;
            exact.push(...each.exact);
            offerTile(lists, each, firstId);
            if (settleEachTile) {
              settle(lists, exact, keyOf);
            }
          }
          settle(lists, exact, keyOf);
          expect(lists.top[0]?.entries().map(({ id }) => id)).toEqual(best(exact, k, keyOf));
          if (sides === 'both') {
            const worst = best(exact, k, (value) => -value);
            expect(lists.bottom[0]?.entries().map(({ id }) => id)).toEqual(worst);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('raise their limit to scores that are known to exist', () => {
    const lists = new CandidateLists(1, 2, 'both');
    lists.begin(0, 0.5, 1);
    lists.top[0]?.expect(7);
    // Exact scores of two tokens are at least 6.5, so that below 6 nothing can be listed.
    expect(lists.topLimits[0]).toBeCloseTo(6, 5);
    lists.top[0]?.expect(3);
    expect(lists.topLimits[0]).toBeCloseTo(6, 5);
  });

  it('take nothing where nothing is asked for', () => {
    const lists = new CandidateLists(1, 0, 'both');
    lists.begin(0, 1, 1);
    expect(lists.topLimits[0]).toBe(Infinity);
    lists.top[0]?.insert(1, 2, 2, 2);
    expect(lists.top[0]?.entries()).toEqual([]);
  });
});

describe('kthLargest', () => {
  it('finds what sorting finds', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, noNaN: true }), fc.nat(), (values, nth) => {
        const k = (nth % values.length) + 1;
        const sorted = values.toSorted((a, b) => b - a);
        // Zeros of both signs are equal.
        expect(kthLargest(values, k) + 0).toBe((sorted[k - 1] ?? NaN) + 0);
      }),
    );
  });
});
