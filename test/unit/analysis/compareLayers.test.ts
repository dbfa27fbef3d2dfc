import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLayers } from '../../../src/core/analysis/compareLayers';
import { jointKernels } from '../../../src/core/analysis/jointKernels';
import { matchRows } from '../../../src/core/analysis/rowMatches';
import { embeddingMeasure, FEATURE_MEASURE } from '../../../src/core/analysis/rowMeasure';
import { shuffled } from '../../../src/core/analysis/shuffle';
import type { MatmulBackend } from '../../../src/core/projection/backend';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveScores, naiveSimilarity } from '../../support/naiveAlignment';
import { rowsOfMatrix } from '../../support/naiveReadings';

/** Kernels and products are float32: correlations are known to about six digits. */
const TOLERANCE = 1e-5;

/** Numbers about 1, or about `offset`, so that the mean is far from zero. */
function gaussian(rows: number, cols: number, seed: number, offset = 0, scale = 1): Matrix {
  const gauss = gaussianGenerator(seed);
  const data = Float32Array.from({ length: rows * cols }, () => scale * (gauss() + offset));
  return { rows, cols, data };
}

interface Case {
  readonly tokens: number;
  readonly widths: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly seed: number;
  readonly offset: number;
  readonly scale: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  tokens: fc.integer({ min: 20, max: 60 }),
  widths: fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 })),
  rows: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  offset: fc.constantFrom(0, 3, -20),
  scale: fc.constantFrom(1, 1e-4, 1e6),
});

async function both(
  { tokens, widths, rows, seed, offset, scale }: Case,
  backend: MatmulBackend,
): Promise<void> {
  const [embedA, embedB] = [
    gaussian(tokens, widths[0], seed, offset, scale),
    gaussian(tokens, widths[1], seed + 1, offset),
  ];
  const a = gaussian(rows[0], widths[0], seed + 2, 0, 1 / scale);
  const b = gaussian(rows[1], widths[1], seed + 3);
  const idsA = Int32Array.from({ length: tokens }, (_, id) => id);
  const idsB = shuffled(idsA, seed);
  const kernels = await jointKernels(
    { matrixA: memoryMatrix(embedA), matrixB: memoryMatrix(embedB), idsA, idsB },
    backend,
  );
  const measure = embeddingMeasure(kernels, backend);
  const found = await compareLayers(await measure.left(a), await measure.right(b), backend);
  const rowsB = rowsOfMatrix(embedB);
  const wanted = naiveSimilarity(
    naiveScores(rowsOfMatrix(a), rowsOfMatrix(embedA)),
    naiveScores(
      rowsOfMatrix(b),
      Array.from(idsB, (id) => rowsB[id] ?? []),
    ),
  );
  expect(Math.abs(found.best - wanted.best)).toBeLessThan(TOLERANCE);
  expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(TOLERANCE);
}

describe.each(BACKENDS)('layers compared by %s', (_, backend) => {
  it('have the correlations of their score vectors, whatever the widths', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (each) => both(each, backend)),
      { numRuns: 60 },
    );
  });

  it('have the correlations of their rows in feature space', async () => {
    const [a, b] = [gaussian(300, 12, 1, 2), gaussian(17, 12, 2)];
    const found = await compareLayers(
      await FEATURE_MEASURE.left(a),
      await FEATURE_MEASURE.right(b),
      backend,
    );
    const wanted = naiveSimilarity(rowsOfMatrix(a), rowsOfMatrix(b));
    expect(Math.abs(found.best - wanted.best)).toBeLessThan(TOLERANCE);
    expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(TOLERANCE);
  });

  it('correlate with themselves by 1 and by nothing beyond', async () => {
    const rows = gaussian(64, 33, 5);
    const same = await FEATURE_MEASURE.left(rows);
    const { ofA, rho } = await matchRows(same, same, true, backend);
    expect([...ofA.index]).toEqual(Array.from({ length: rows.rows }, (_each, row) => row));
    expect(Math.max(...(rho?.data ?? [2]))).toBeLessThanOrEqual(1);
    const { best } = await compareLayers(same, same, backend);
    expect(best).toBeLessThanOrEqual(1);
    expect(best).toBeGreaterThan(1 - TOLERANCE);
  });

  it('leave out rows that read nothing', async () => {
    const embedding = gaussian(40, 5, 7);
    const ids = Int32Array.from({ length: 40 }, (_, id) => id);
    const [matrixA, matrixB] = [memoryMatrix(embedding), memoryMatrix(gaussian(40, 5, 8))];
    // One token of A is not finite: it takes no part, and nothing else is lost.
    embedding.data[3 * 5] = NaN;
    const kernels = await jointKernels({ matrixA, matrixB, idsA: ids, idsB: ids }, backend);
    expect(kernels).toMatchObject({ tokens: 39, nonFinite: 1 });
    const measure = embeddingMeasure(kernels, backend);
    const rows = gaussian(6, 5, 9);
    rows.data.fill(0, 0, 5);
    rows.data[7] = Infinity;
    const left = await measure.left(rows);
    expect(left.silent).toBe(2);
    const right = await measure.right(gaussian(4, 5, 10));
    const alone = { rows: 4, cols: 5, data: rows.data.slice(10) };
    expect(await compareLayers(left, right, backend)).toEqual(
      await compareLayers(await measure.left(alone), right, backend),
    );
  });
});
