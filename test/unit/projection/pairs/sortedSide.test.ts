import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GramMatrix } from '../../../../src/core/projection/pairs/balance';
import type { MeasuredFactor } from '../../../../src/core/projection/pairs/measuredFactor';
import { SortedSide } from '../../../../src/core/projection/pairs/sortedSide';
import { createPlainBackend } from '../../../support/plainBackend';

/** The order is by all bits but these. */
const IGNORED_BITS = 10;
/** Between ids, which rise with the tokens' numbers. */
const ID_STEP = 3;
const ERROR = 0.5;

function factorOf(lengths: Float32Array): MeasuredFactor {
  const n = lengths.length;
  return {
    ids: Int32Array.from({ length: n }, (_, i) => ID_STEP * i),
    values: { rows: n, cols: 1, data: new Float32Array(n) },
    unit: 1,
    reach: Float64Array.from({ length: n }, (_, i) => (i * 7) % n),
    weights: Float64Array.of(1),
    roundings: 1,
    gram: new GramMatrix(Float64Array.of(1), 1),
    error: ERROR,
    lengths,
  };
}

const highBits = (length: number): number =>
  (new Uint32Array(Float32Array.of(length).buffer)[0] ?? NaN) >>> IGNORED_BITS;

/** Lengths that differ in their lowest bits alone, any others, zero and Infinity. */
const LENGTHS = fc
  .array(
    fc.oneof(
      fc.nat(2 ** (IGNORED_BITS + 1)).map((bits) => 1 + bits * 2 ** -23),
      fc.float({ min: 0, noNaN: true }),
      fc.constantFrom(0, Infinity),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((lengths) => Float32Array.from(lengths));

describe('the tokens of one side of a search', () => {
  it('stand by falling length to the bits that count, and no bound is below that of a later one', async () => {
    await fc.assert(
      fc.asyncProperty(LENGTHS, async (lengths) => {
        const side = await SortedSide.sort(factorOf(lengths), null, createPlainBackend());
        const order = Array.from({ length: side.count }, (_, place) => side.idAt(place) / ID_STEP);
        const wanted = Array.from(lengths, (length, i) => ({ i, bits: highBits(length) }))
          .sort((one, two) => two.bits - one.bits || one.i - two.i)
          .map(({ i }) => i);
        expect(order).toEqual(wanted);
        order.forEach((_, place) => {
          const later = order.slice(place).map((i) => lengths[i] ?? NaN);
          expect(side.lengthAt(place)).toBe(later[0]);
          expect(side.boundAt(place)).toBe(Math.max(...later));
        });
      }),
    );
  });

  it('say of neighbours what is true of every one of them', async () => {
    await fc.assert(
      fc.asyncProperty(LENGTHS, fc.nat(), fc.nat(), async (lengths, from, more) => {
        const factor = factorOf(lengths);
        const side = await SortedSide.sort(factor, null, createPlainBackend());
        const start = from % side.count;
        const count = 1 + (more % (side.count - start));
        const places = Array.from({ length: count }, (_, i) => start + i);
        expect(side.extent(start, count)).toEqual({
          length: Math.max(...places.map((place) => side.lengthAt(place))),
          error: Math.max(...places.map((place) => side.errorAt(place))),
          lowestId: Math.min(...places.map((place) => side.idAt(place))),
        });
        const { rows } = side.part(start, count);
        expect(Array.from(rows, (i) => factor.ids[i])).toEqual(
          places.map((place) => side.idAt(place)),
        );
      }),
    );
  });
});
