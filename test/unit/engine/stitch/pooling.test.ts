import { describe, expect, it } from 'vitest';
import { poolLogits, upToJudged } from '../../../../src/engine/stitch/pooling';

describe('the token that a classifier judges a text by', () => {
  it('is the last that is no padding: what stands behind it is left out', () => {
    expect(upToJudged([1, 7, 2, 8, 2], { padding: 2 })).toEqual([1, 7, 2, 8]);
    expect(upToJudged([1, 7, 2, 2], { padding: 2 })).toEqual([1, 7]);
    expect(upToJudged([1, 7, 2, 2], { padding: -1 })).toEqual([1, 7, 2, 2]);
    expect(upToJudged([1, 7, 2, 2], {})).toEqual([1, 7, 2, 2]);
  });

  it('is the first where all is padding', () => {
    expect(upToJudged([2, 2, 2], { padding: 2 })).toEqual([2]);
  });

  it('is the last or the first one of each text, or all in the mean', () => {
    const logits = Float32Array.of(1, 2, 3, 5, 6, 8, 10, 20, 30, 50, 60, 80);
    expect([...poolLogits(logits, 3, 2, 'last')]).toEqual([6, 8, 60, 80]);
    expect([...poolLogits(logits, 3, 2, 'first')]).toEqual([1, 2, 10, 20]);
    expect([...poolLogits(logits, 3, 2, 'mean')]).toEqual([10 / 3, 5, 100 / 3, 50]);
  });
});
