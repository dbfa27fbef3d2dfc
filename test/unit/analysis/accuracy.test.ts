import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracyOf,
  calibratedPredictions,
  chanceOf,
  predictions,
  softmax,
} from '../../../src/core/analysis/accuracy';

/** Interval ends published to so many digits. */
const DIGITS = 4;
/** The end of a Wilson interval solves its equation up to float64 rounding. */
const ROUNDING = 1e-9;
const QUANTILE = 1.959963984540054;

function hits(right: number, n: number): ReturnType<typeof accuracyOf> {
  const truth = new Int32Array(n);
  return accuracyOf(
    truth.map((_, i) => (i < right ? 0 : 1)),
    truth,
  );
}

describe('the interval of an accuracy', () => {
  it('is that of published tables', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20 and 1 of 29.
    for (const [right, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const found = hits(right, n);
      expect(found.low).toBeCloseTo(low, DIGITS);
      expect(found.high).toBeCloseTo(high, DIGITS);
      expect(found.accuracy).toBe(right / n);
    }
  });

  it('ends where the share is 1.96 standard errors away, whatever the counts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, part) => {
          const right = Math.round(part * n);
          const { low, high, accuracy } = hits(right, n);
          for (const end of [low, high]) {
            if (end > ROUNDING && end < 1 - ROUNDING) {
              const away = (accuracy - end) ** 2 - (QUANTILE ** 2 * end * (1 - end)) / n;
              expect(Math.abs(away)).toBeLessThan(ROUNDING);
            }
          }
          expect(low).toBeLessThanOrEqual(accuracy);
          expect(high).toBeGreaterThanOrEqual(accuracy);
        },
      ),
    );
  });
});

describe('predictions', () => {
  it('take the largest logit, the lowest of equals', () => {
    const logits = { labels: 3, data: Float64Array.of(0, 2, 1, 5, 5, 1, -1, -2, -0.5) };
    expect([...predictions(logits)]).toEqual([1, 0, 2]);
  });

  it('calibrated give half of the texts either label, of two labels only', () => {
    const margins = [3, 4, 5, 6, 7];
    const data = Float64Array.from(margins.flatMap((margin) => [0, margin]));
    expect([...(calibratedPredictions({ labels: 2, data }) ?? [])]).toEqual([0, 0, 0, 1, 1]);
    expect(calibratedPredictions({ labels: 5, data })).toBeUndefined();
  });

  it('of chance are the commonest label', () => {
    expect(chanceOf(Int32Array.of(0, 2, 2, 1, 2), 3)).toBe(0.6);
  });

  it('as probabilities add up to one, however large the logits', () => {
    const [small = NaN, large = NaN] = softmax(Float64Array.of(1000, 1000 + Math.log(3)));
    expect(small).toBeCloseTo(0.25, 12);
    expect(large).toBeCloseTo(0.75, 12);
  });
});
