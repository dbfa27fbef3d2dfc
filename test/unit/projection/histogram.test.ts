import { describe, expect, it } from 'vitest';
import { binOf, HISTOGRAM_BINS, HISTOGRAM_REACH } from '../../../src/core/projection/bins';
import { scoreHistogram } from '../../../src/core/projection/histogram';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveDot, naiveMoments, rowsOfMatrix } from '../../support/naiveReadings';

const TOKENS = 2000;
const WIDTH = 16;

describe('the bin of a score', () => {
  it.each([
    [-HISTOGRAM_REACH, 0],
    [-100, 0],
    [-0.01, HISTOGRAM_BINS / 2 - 1],
    [0, HISTOGRAM_BINS / 2],
    [HISTOGRAM_REACH, HISTOGRAM_BINS - 1],
    [1e9, HISTOGRAM_BINS - 1],
  ])('%d standard deviations from the mean is %i', (deviations, bin) => {
    expect(binOf(deviations)).toBe(bin);
  });
});

describe.each(BACKENDS)('histograms on %s', (_, backend) => {
  const gauss = gaussianGenerator(3);
  const vocabulary = {
    rows: TOKENS,
    cols: WIDTH,
    data: Float32Array.from({ length: TOKENS * WIDTH }, gauss),
  };
  const counted = Float32Array.from({ length: TOKENS }, (_none, id) => (id % 10 === 0 ? 0 : 1));
  const prepared = prepareSpace({
    matrix: memoryMatrix(vocabulary, 300),
    counted,
    fold: null,
    centreControl: false,
    backend,
  });

  it('count the scores of counted tokens, in standard deviations', async () => {
    const row = Float32Array.from({ length: WIDTH }, gauss);
    const histogram = await scoreHistogram(row, await prepared, backend);
    const scores = rowsOfMatrix(vocabulary)
      .filter((_token, id) => counted[id] === 1)
      .map((token) => naiveDot(token, row));
    const { mean, std } = naiveMoments(scores);
    const wanted = new Array<number>(HISTOGRAM_BINS).fill(0);
    scores.forEach((score) => {
      const bin = binOf((score - mean) / std);
      wanted[bin] = (wanted[bin] ?? 0) + 1;
    });
    const apart = wanted.map((count, bin) => Math.abs(count - (histogram?.counts[bin] ?? NaN)));
    // A score within float32 rounding of an edge may fall on its other side.
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(histogram?.counts.reduce((sum, count) => sum + count)).toBe(scores.length);
  });

  it('stand beside a control that is spread as Gaussian scores are', async () => {
    const { statistics } = await prepared;
    const { binShares } = statistics.control;
    expect(binShares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    // The bin above the mean holds a quarter of a standard deviation: Phi(0.25) - Phi(0) = 0.0987.
    expect(binShares[HISTOGRAM_BINS / 2]).toBeCloseTo(0.0987, 2);
  });

  it.each([
    ['constant', new Float32Array(WIDTH)],
    ['not finite', new Float32Array(WIDTH).fill(NaN)],
  ])('do not exist where scores are %s', async (_why, row) => {
    expect(await scoreHistogram(row, await prepared, backend)).toBeNull();
  });
});
