import { describe, expect, it } from 'vitest';
import { binOf, HISTOGRAM_BINS, HISTOGRAM_REACH } from '../../../src/core/projection/bins';
import { scoreHistograms } from '../../../src/core/projection/histogram';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveDot, naiveMoments, rowsOfMatrix } from '../../support/naiveReadings';

/** Scores within float32 rounding of an edge, which may fall on its other side. */
const EDGE_TOKENS = 1;
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

  // More rows than one run of the backend takes.
  const rows = { rows: 130, cols: WIDTH, data: Float32Array.from({ length: 130 * WIDTH }, gauss) };
  rows.data.fill(0, 0, WIDTH);
  rows.data.fill(NaN, WIDTH, WIDTH + 1);

  it('count the scores of counted tokens, in standard deviations, whatever rows stand beside', async () => {
    const histograms = await scoreHistograms(rows, await prepared, backend);
    expect(histograms).toHaveLength(rows.rows);
    const tokens = rowsOfMatrix(vocabulary).filter((_token, id) => counted[id] === 1);
    for (const row of [2, 77, 127, 128, 129]) {
      const own = rowsOfMatrix(rows)[row] ?? [];
      const scores = tokens.map((token) => naiveDot(token, own));
      const { mean, std } = naiveMoments(scores);
      const wanted = new Array<number>(HISTOGRAM_BINS).fill(0);
      scores.forEach((score) => {
        const bin = binOf((score - mean) / std);
        wanted[bin] = (wanted[bin] ?? 0) + 1;
      });
      const counts = histograms[row] ?? [];
      const apart = wanted.map((count, bin) => Math.abs(count - (counts[bin] ?? NaN)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(EDGE_TOKENS);
      expect(counts.reduce((sum, count) => sum + count)).toBe(scores.length);
    }
  });

  it('do not exist of rows whose scores are constant or not finite', async () => {
    const histograms = await scoreHistograms(rows, await prepared, backend);
    expect(histograms.map((counts) => counts === null).indexOf(false)).toBe(2);
    expect(histograms.filter((counts) => counts === null)).toHaveLength(2);
  });

  it('stand beside a control that is spread as Gaussian scores are', async () => {
    const { statistics } = await prepared;
    const { binShares } = statistics.control;
    expect(binShares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    // The bin above the mean holds a quarter of a standard deviation: Phi(0.25) - Phi(0) = 0.0987.
    expect(binShares[HISTOGRAM_BINS / 2]).toBeCloseTo(0.0987, 2);
  });
});
