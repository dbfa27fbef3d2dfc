import { describe, expect, it } from 'vitest';
import { gaussianGenerator } from '../../../src/core/projection/seeded';

describe('the seeded generator', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, gaussianGenerator(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('draws from the standard normal distribution', () => {
    const count = 100_000;
    const numbers = Array.from({ length: count }, gaussianGenerator(1));
    const mean = (power: number): number =>
      numbers.reduce((sum, value) => sum + value ** power, 0) / count;
    // Four standard errors of each moment: sqrt(1, 2, 15, 96) / sqrt(count).
    expect(Math.abs(mean(1))).toBeLessThan(0.013);
    expect(Math.abs(mean(2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(mean(3))).toBeLessThan(0.049);
    expect(Math.abs(mean(4) - 3)).toBeLessThan(0.124);
  });
});
