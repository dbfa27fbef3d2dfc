import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { markUndertrained } from '../../../src/core/projection/undertrained';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveDot, rowsOfMatrix } from '../../support/naiveReadings';

const TOKENS = 300;
const WIDTH = 32;
const UNUSED = [3, 50, 51, 77, 200, 299];

/** Gaussian rows around a common one; unused rows, and some more, lie near one direction besides. */
function vocabulary(): { rows: number; cols: number; data: Float32Array } {
  const gauss = gaussianGenerator(5);
  const common = Array.from({ length: WIDTH }, gauss);
  const still = Array.from({ length: WIDTH }, gauss);
  const data = Float32Array.from({ length: TOKENS * WIDTH }, (_, at) => {
    const [id, j] = [Math.floor(at / WIDTH), at % WIDTH];
    const apart =
      UNUSED.includes(id) || id % 40 === 7 ? 3 * (still[j] ?? 0) + 0.8 * gauss() : gauss();
    return 2 * (common[j] ?? 0) + apart;
  });
  return { rows: TOKENS, cols: WIDTH, data };
}

interface Mixture {
  readonly seed: number;
  readonly rows: number;
  readonly cols: number;
  readonly common: number;
  readonly period: number;
  readonly unlike: number;
  readonly still: number;
  readonly zeros: number;
}

/** Rows of several kinds: runs of 64 rows, one of each `period` of them `unlike` the others. */
function mixedVocabulary({ seed, rows, cols, common, period, unlike, still, zeros }: Mixture): {
  rows: number;
  cols: number;
  data: Float32Array;
} {
  const gauss = gaussianGenerator(seed);
  const data = new Float32Array(rows * cols);
  for (let id = 0; id < rows; id += 1) {
    const away = Math.floor(id / 64) % period === 0 ? unlike : 0;
    const own = UNUSED.includes(id) || id % 40 === 7 ? still : 0;
    const factor = Math.abs(gauss()) < zeros ? 0 : 1;
    for (let j = 0; j < cols; j += 1) {
      const place = common + (j === 0 ? away : 0) + (j === 1 ? own : 0);
      data[id * cols + j] = factor * (place + gauss());
    }
  }
  return { rows, cols, data };
}

/** The definition, written down: m over all finite rows, u over the unused ones. */
function byDefinition(rows: readonly (readonly number[])[]): number[] {
  const meanOf = (some: readonly (readonly number[])[]): number[] =>
    Array.from(
      { length: rows[0]?.length ?? 0 },
      (_, j) => some.reduce((sum, row) => sum + (row[j] ?? NaN), 0) / some.length,
    );
  const finite = rows.filter((row) => row.every(Number.isFinite));
  const mean = meanOf(finite);
  const apart = (row: readonly number[]): number[] =>
    row.map((value, j) => value - (mean[j] ?? NaN));
  const direction = apart(
    meanOf(UNUSED.map((id) => rows[id] ?? []).filter((row) => row.every(Number.isFinite))),
  );
  return rows.map((row) => {
    const own = apart(row);
    const cosine =
      naiveDot(own, direction) / Math.sqrt(naiveDot(own, own) * naiveDot(direction, direction));
    return cosine > 0.6 ? 1 : 0;
  });
}

describe.each(BACKENDS)('under-trained tokens on %s', (_, backend) => {
  it('are those near the direction of the unused ones', async () => {
    const matrix = vocabulary();
    const wanted = byDefinition(rowsOfMatrix(matrix));
    expect(wanted.filter((mark) => mark === 1).length).toBeGreaterThan(UNUSED.length);
    for (const tileRows of [undefined, 64]) {
      const marks = await markUndertrained(memoryMatrix(matrix, tileRows), UNUSED, backend);
      expect([...(marks ?? [])]).toEqual(wanted);
    }
  });

  it('leave rows out that are not finite', async () => {
    const matrix = vocabulary();
    matrix.data[10 * WIDTH] = NaN;
    matrix.data[(UNUSED[0] ?? NaN) * WIDTH] = -Infinity;
    const marks = await markUndertrained(memoryMatrix(matrix), UNUSED, backend);
    expect([...(marks ?? [])]).toEqual(byDefinition(rowsOfMatrix(matrix)));
  });

  it('are found whatever the rows are that the mean is first taken from', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          rows: fc.integer({ min: 300, max: 6_000 }),
          cols: fc.integer({ min: 2, max: 12 }),
          // Far from zero; every so many rows far from the others; unused ones more or less apart; some zero.
          common: fc.constantFrom(0, 1, 30),
          period: fc.constantFrom(1, 2, 16),
          unlike: fc.constantFrom(0, 1, 100),
          still: fc.constantFrom(0.1, 1, 5),
          zeros: fc.constantFrom(0, 0.1),
        }),
        async (made) => {
          const matrix = mixedVocabulary(made);
          const marks = await markUndertrained(memoryMatrix(matrix, 500), UNUSED, backend);
          expect([...(marks ?? [])]).toEqual(byDefinition(rowsOfMatrix(matrix)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['too few are known', [1, 2, 3, 4]],
    ['ids lie beyond the matrix', [1, 2, 3, 4, TOKENS, TOKENS + 1]],
  ])('are unknown where %s', async (_why, unused) => {
    expect(await markUndertrained(memoryMatrix(vocabulary()), unused, backend)).toBeNull();
  });
});
