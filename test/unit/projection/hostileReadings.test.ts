import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import type { MatmulBackend } from '../../../src/core/projection/backend';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { readRows, type RowResult } from '../../../src/core/projection/readings';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveBest, naiveDot, naiveMoments, rowsOfMatrix } from '../../support/naiveReadings';

const TOKENS = 90;
const WIDTH = 12;
const K = 7;

/** Relative: float64 sums in another order. */
const SCORE_TOLERANCE = 1e-12;
/** Relative: float32 scores, their fourth powers. */
const MOMENT_TOLERANCE = 1e-4;

const NO_MOMENTS = {
  mean: null,
  std: null,
  skewness: null,
  kurtosis: null,
  kurtosisCentered: null,
  z: null,
  speaks: null,
};

function gaussian(rows: number, cols: number, seed: number, scale = 1): Matrix {
  const gauss = gaussianGenerator(seed);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => scale * gauss()) };
}

async function read(
  vocabulary: Matrix,
  rows: Matrix,
  backend: MatmulBackend,
  k = K,
): Promise<readonly RowResult[]> {
  const matrix = memoryMatrix(vocabulary, 40);
  const counted = new Float32Array(vocabulary.rows).fill(1);
  const space = await prepareSpace({ matrix, counted, fold: null, centreControl: false, backend });
  const request = { rows, space, k, rank: 'dot', withoutCommon: false, statistics: true } as const;
  return readRows(request, backend);
}

function expectPlainReading(result: RowResult | undefined, vocabulary: Matrix, x: number[]): void {
  const scores = rowsOfMatrix(vocabulary).map((token) => naiveDot(token, x));
  const entries = scores.map((score, id) => ({ id, score, dot: score }));
  const wanted = naiveBest(entries, (score) => score, K, undefined);
  expect(result?.top.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
  wanted.forEach(({ score }, place) => {
    expect((result?.top[place]?.score ?? NaN) / score).toBeCloseTo(
      1,
      -Math.log10(SCORE_TOLERANCE) - 1,
    );
  });
  const moments = naiveMoments(scores);
  expect((result?.std ?? NaN) / moments.std).toBeCloseTo(1, 4);
  expect(Math.abs((result?.kurtosis ?? NaN) - moments.kurtosis)).toBeLessThan(MOMENT_TOLERANCE);
}

describe.each(BACKENDS)('readings of hostile numbers on %s', (_, backend) => {
  it('do not read rows that are not finite', async () => {
    const rows = gaussian(3, WIDTH, 1);
    rows.data[2] = NaN;
    rows.data[2 * WIDTH] = -Infinity;
    const results = await read(gaussian(TOKENS, WIDTH, 2), rows, backend);
    for (const place of [0, 2]) {
      expect(results[place]).toEqual({
        ...NO_MOMENTS,
        norm: NaN,
        nonFinite: TOKENS,
        top: [],
        bottom: [],
      });
    }
    expect(results[1]?.nonFinite).toBe(0);
    expect(results[1]?.top.length).toBe(K);
    expect(results[1]?.kurtosis).not.toBeNull();
  });

  it('count vocabulary rows that are not finite, list the others, and give no moments', async () => {
    const vocabulary = gaussian(TOKENS, WIDTH, 2);
    const rows = gaussian(2, WIDTH, 1);
    const whole = await read(vocabulary, rows, backend, TOKENS);
    vocabulary.data[3 * WIDTH] = NaN;
    vocabulary.data[70 * WIDTH + 5] = Infinity;
    const results = await read(vocabulary, rows, backend, TOKENS);
    results.forEach((result, i) => {
      expect(result).toMatchObject({ ...NO_MOMENTS, nonFinite: 2 });
      const finite = whole[i]?.top.filter(({ id }) => id !== 3 && id !== 70);
      expect(result.top).toEqual(finite);
    });
  });

  it.each([
    ['overflow float32', 1e30, 1e30],
    ['underflow float32', 1e-30, 1e-30],
    ['have fourth powers beyond float32', 1e12, 1e4],
    ['have rows that are subnormal', 1e-41, 1],
    ['have tokens that are subnormal', 1, 1e-41],
  ])('are exact where scores %s', async (_why, rowScale, tokenScale) => {
    const rows = gaussian(2, WIDTH, 1, rowScale);
    const vocabulary = gaussian(TOKENS, WIDTH, 2, tokenScale);
    const results = await read(vocabulary, rows, backend);
    rowsOfMatrix(rows).forEach((x, i) => {
      expectPlainReading(results[i], vocabulary, x);
    });
  });

  it('are exact where one token is larger than all others by far', async () => {
    const rows = gaussian(2, WIDTH, 1);
    const vocabulary = gaussian(TOKENS, WIDTH, 2);
    vocabulary.data.subarray(0, WIDTH).forEach((value, j) => {
      vocabulary.data[j] = value * 1e20;
    });
    const results = await read(vocabulary, rows, backend);
    rowsOfMatrix(rows).forEach((x, i) => {
      expectPlainReading(results[i], vocabulary, x);
    });
  });

  it('keep their precision where the mean is far from zero', async () => {
    const rows = gaussian(2, WIDTH, 1);
    const vocabulary = gaussian(TOKENS, WIDTH, 2);
    for (let at = 0; at < vocabulary.data.length; at += 1) {
      vocabulary.data[at] = (vocabulary.data[at] ?? NaN) + 1e5 * (1 + (at % WIDTH));
    }
    const results = await read(vocabulary, rows, backend);
    rowsOfMatrix(rows).forEach((x, i) => {
      expectPlainReading(results[i], vocabulary, x);
    });
  });

  it('of a row of zeros list the first tokens and find all scores equal', async () => {
    const zeros = { rows: 1, cols: WIDTH, data: new Float32Array(WIDTH) };
    const [result] = await read(gaussian(TOKENS, WIDTH, 2), zeros, backend);
    const first = Array.from({ length: K }, (_none, id) => ({ id, score: 0, dot: 0 }));
    expect(result?.top).toEqual(first);
    expect(result?.bottom.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(result).toMatchObject({
      norm: 0,
      mean: 0,
      std: 0,
      skewness: null,
      kurtosis: null,
      z: null,
    });
  });

  it('of equal tokens list the first ones and find all scores equal', async () => {
    const vocabulary = gaussian(TOKENS, WIDTH, 2);
    for (let id = 1; id < TOKENS; id += 1) {
      vocabulary.data.copyWithin(id * WIDTH, 0, WIDTH);
    }
    const rows = gaussian(1, WIDTH, 1);
    const [result] = await read(vocabulary, rows, backend);
    expect(result?.top.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(result).toMatchObject({
      std: 0,
      skewness: null,
      kurtosis: null,
      kurtosisCentered: null,
    });
  });

  it('stop between runs when they are cancelled', async () => {
    const matrix = memoryMatrix(gaussian(TOKENS, WIDTH, 2));
    const cancellation = { aborted: false };
    const request = {
      rows: gaussian(300, WIDTH, 1),
      space: { matrix, fold: null },
      k: K,
      rank: 'dot',
      withoutCommon: false,
      statistics: false,
    } as const;
    let runs = 0;
    const reading = readRows(request, backend, {
      cancellation,
      onProgress: () => {
        runs += 1;
        cancellation.aborted = true;
      },
    });
    await expect(reading).rejects.toThrow(CancelledError);
    expect(runs).toBe(1);
  });

  it('refuse moments without a prepared space', async () => {
    const request = {
      rows: gaussian(1, WIDTH, 1),
      space: { matrix: memoryMatrix(gaussian(TOKENS, WIDTH, 2)), fold: null },
      k: K,
      rank: 'dot',
      withoutCommon: false,
      statistics: true,
    } as const;
    await expect(readRows(request, backend)).rejects.toThrow('prepared space');
  });
});
