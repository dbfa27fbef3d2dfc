import { describe, expect, it } from 'vitest';
import { CancelledError, type Progress } from '../../../src/core/errors';
import { dot } from '../../../src/core/projection/dots';
import type { VocabularyFold } from '../../../src/core/projection/fold';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { byFullDecomposition } from '../../../src/core/projection/principal';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { SymmetricMatrix } from '../../../src/core/projection/symmetric';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { foldedRows, naiveCentred, naiveDot, naiveMoments } from '../../support/naiveReadings';

const TOKENS = 240;
const WIDTH = 150;

/** Float32 products of rows of size 10 around a mean of size 40, summed in float64. */
const MEAN_TOLERANCE = 1e-5;
const ALIGNMENT = 1 - 1e-6;
const PROJECTION_TOLERANCE = 1e-3;
const KURTOSIS_TOLERANCE = 1e-4;

/** Rows far from zero, with two directions of large variance. */
function vocabulary(): { rows: number; cols: number; data: Float32Array } {
  const gauss = gaussianGenerator(21);
  const [far, first, second] = Array.from({ length: 3 }, () =>
    Array.from({ length: WIDTH }, gauss),
  );
  const data = new Float32Array(TOKENS * WIDTH);
  for (let id = 0; id < TOKENS; id += 1) {
    const [a, b] = [2 * gauss(), gauss()];
    for (let j = 0; j < WIDTH; j += 1) {
      data[id * WIDTH + j] =
        3 * (far?.[j] ?? 0) + a * (first?.[j] ?? 0) + b * (second?.[j] ?? 0) + 0.3 * gauss();
    }
  }
  return { rows: TOKENS, cols: WIDTH, data };
}

const counted = Float32Array.from({ length: TOKENS }, (_, id) => (id % 7 === 0 ? 0 : 1));

const gain = Float32Array.from({ length: WIDTH }, (_, j) => 0.5 + (j % 5) / 4);
const FOLDS: readonly (readonly [string, VocabularyFold | null])[] = [
  ['unfolded', null],
  ['with gains', { gain, centre: false }],
  ['centred with gains', { gain, centre: true }],
];

function meanOf(rows: readonly (readonly number[])[]): number[] {
  return Array.from(
    { length: WIDTH },
    (_, j) => rows.reduce((sum, row) => sum + (row[j] ?? NaN), 0) / rows.length,
  );
}

function covarianceOf(rows: readonly (readonly number[])[]): SymmetricMatrix {
  const mean = meanOf(rows);
  const apart = rows.map((row) => row.map((value, j) => value - (mean[j] ?? NaN)));
  const covariance = new SymmetricMatrix(WIDTH);
  covariance.map(
    (_, i, j) =>
      apart.reduce((sum, row) => sum + (row[i] ?? NaN) * (row[j] ?? NaN), 0) / rows.length,
  );
  return covariance;
}

describe.each(BACKENDS)('a prepared space on %s', (_, backend) => {
  it.each(FOLDS)(
    '%s has mean, common directions and projections of its counted rows',
    async (_name, fold) => {
      const matrix = memoryMatrix(vocabulary(), 100);
      const { statistics } = await prepareSpace({
        matrix,
        counted,
        fold,
        centreControl: false,
        backend,
      });
      const folded = foldedRows(vocabulary(), fold);
      const rows = folded.filter((_row, id) => counted[id] === 1);
      const mean = meanOf(rows);
      mean.forEach((value, j) => {
        expect(Math.abs((statistics.mean[j] ?? NaN) - value)).toBeLessThan(MEAN_TOLERANCE);
      });
      expect(statistics.commonCount).toBe(2);
      expect(statistics.countedTokens).toBe(rows.length);
      const wanted = byFullDecomposition(covarianceOf(rows), 2);
      for (const i of [0, 1]) {
        const [ours, theirs] = [statistics.common, wanted].map((all) =>
          all.subarray(i * WIDTH, (i + 1) * WIDTH),
        );
        expect(
          Math.abs(dot(ours ?? new Float64Array(0), theirs ?? new Float64Array(0))),
        ).toBeGreaterThan(ALIGNMENT);
        folded.forEach((row, id) => {
          const apart = row.map((value, j) => value - (mean[j] ?? NaN));
          const projection = statistics.projections[id * 2 + i] ?? NaN;
          expect(Math.abs(projection - naiveDot(apart, ours ?? []))).toBeLessThan(
            PROJECTION_TOLERANCE,
          );
        });
      }
      folded.forEach((row, id) => {
        expect((statistics.norms[id] ?? NaN) / Math.hypot(...row)).toBeCloseTo(1, 5);
      });
    },
  );

  it('has the same control for the same seed, and its moments are those of Gaussian directions', async () => {
    const matrix = memoryMatrix(vocabulary());
    const request = { matrix, counted, fold: null, centreControl: true, backend };
    const [{ statistics }, again, other] = await Promise.all([
      prepareSpace({ ...request, seed: 1 }),
      prepareSpace({ ...request, seed: 1 }),
      prepareSpace({ ...request, seed: 2 }),
    ]);
    const { control } = statistics;
    expect(again.statistics.control).toEqual(control);
    expect(other.statistics.control.kurtosisMean).not.toBe(control.kurtosisMean);
    expect(control.directions).toBe(256);
    const gauss = gaussianGenerator(1);
    const folded = foldedRows(vocabulary(), null).filter((_row, id) => counted[id] === 1);
    const kurtoses = Array.from({ length: control.directions }, () => {
      const drawn = Array.from({ length: WIDTH }, gauss);
      const mean = drawn.reduce((sum, value) => sum + value, 0) / WIDTH;
      const direction = drawn.map((value) => Math.fround(value - mean));
      return naiveMoments(naiveCentred(direction, folded, statistics)).kurtosis;
    });
    const { mean, std } = naiveMoments(kurtoses);
    expect(Math.abs(control.kurtosisCenteredMean - mean)).toBeLessThan(KURTOSIS_TOLERANCE);
    expect(Math.abs(control.kurtosisCenteredStd - std)).toBeLessThan(KURTOSIS_TOLERANCE);
  });

  it('leaves rows out that are not finite', async () => {
    const broken = vocabulary();
    broken.data[5 * WIDTH + 3] = NaN;
    broken.data[9 * WIDTH] = Infinity;
    const without = counted.slice();
    without[5] = 0;
    without[9] = 0;
    const request = { fold: null, centreControl: false, backend };
    const { statistics } = await prepareSpace({
      ...request,
      matrix: memoryMatrix(broken),
      counted,
    });
    const same = await prepareSpace({
      ...request,
      matrix: memoryMatrix(vocabulary()),
      counted: without,
    });
    expect([...statistics.nonFinite]).toEqual([5, 9]);
    expect([...statistics.counted]).toEqual([...without]);
    expect(statistics.mean).toEqual(same.statistics.mean);
    expect(statistics.control).toEqual(same.statistics.control);
  });

  it.each([
    ['no token is counted', { rows: 9, cols: 3 }, 0],
    ['one token is counted', { rows: 1, cols: 3 }, 1],
    ['the width is one', { rows: 9, cols: 1 }, 1],
  ])('has a control of zeros where %s', async (_why, shape, weight) => {
    const data = Float32Array.from({ length: shape.rows * shape.cols }, gaussianGenerator(4));
    const { statistics } = await prepareSpace({
      matrix: memoryMatrix({ ...shape, data }),
      counted: new Float32Array(shape.rows).fill(weight),
      fold: null,
      centreControl: false,
      backend,
    });
    expect(statistics.control.kurtosisCenteredMean).toBe(0);
    expect(statistics.control.kurtosisCenteredStd).toBe(0);
  });

  it('tells its progress and can be cancelled', async () => {
    const matrix = memoryMatrix(vocabulary(), 100);
    const request = { matrix, counted, fold: null, centreControl: false, backend };
    const seen: Progress[] = [];
    await prepareSpace({ ...request, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 2 * TOKENS, total: 2 * TOKENS, unit: 'tokens' });
    expect(seen.map(({ done }) => done)).toEqual(
      seen.map(({ done }) => done).toSorted((a, b) => a - b),
    );
    const cancellation = { aborted: false };
    const cancelled = prepareSpace({
      ...request,
      cancellation,
      onProgress: () => {
        cancellation.aborted = true;
      },
    });
    await expect(cancelled).rejects.toThrow(CancelledError);
  });
});
