import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldIntoDirection, foldRows, foldVocabularyRow } from '../../../src/core/projection/fold';
import { naiveDot } from '../../support/naiveReadings';

const rows = { rows: 2, cols: 3, data: Float32Array.of(1, 2, 3, 4, 5, 9) };

describe('folding', () => {
  it.each([
    ['nothing', null, [1, 2, 3, 4, 5, 9]],
    ['gains', { gain: Float32Array.of(2, 1, 0), centre: false }, [2, 2, 0, 8, 5, 0]],
    ['the mean', { centre: true }, [-1, 0, 1, -2, -1, 3]],
    [
      'gains, then the mean',
      { gain: Float32Array.of(2, 1, 2), centre: true },
      [-4, -4, 8, -7, -16, 23].map((v) => v / 3),
    ],
  ])('of rows takes %s', (_, fold, wanted) => {
    [...foldRows(rows, fold).data].forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i] ?? NaN, 5);
    });
  });

  it('of vocabulary rows takes the mean first', () => {
    const fold = { gain: Float32Array.of(2, 1, 2), centre: true };
    expect([...foldVocabularyRow(Float64Array.of(1, 2, 6), fold)]).toEqual([-4, -1, 6]);
  });

  it('moves from vocabulary rows to the row that is read', () => {
    const numbers = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(numbers, numbers, numbers, fc.boolean(), (x, token, gain, centre) => {
        const fold = { gain: Float32Array.from(gain), centre };
        const moved = foldIntoDirection(Float64Array.from(x), fold);
        const folded = foldVocabularyRow(Float64Array.from(token), fold);
        expect(naiveDot(moved, token)).toBeCloseTo(naiveDot(x, folded), 9);
      }),
    );
  });
});
