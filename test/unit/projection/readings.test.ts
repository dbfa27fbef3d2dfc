import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatmulBackend } from '../../../src/core/projection/backend';
import type { VocabularyFold } from '../../../src/core/projection/fold';
import type { RankOption } from '../../../src/core/projection/options';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { readRows, type RowResult } from '../../../src/core/projection/readings';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { PreparedSpace } from '../../../src/core/projection/space';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import {
  foldedRows,
  naiveBest,
  naiveCentred,
  naiveDot,
  naiveMoments,
  naiveRanked,
  rowsOfMatrix,
} from '../../support/naiveReadings';

/** Scores are summed in float64 on both sides, in another order: they agree to rounding of d terms. */
const SCORE_TOLERANCE = 1e-11;
/**
 * Moments come from float32 scores whose rounding, about sqrt(d) 2^-24 of |x| |t|, is at most 1e-5 of the
 * standard deviation here; third and fourth powers multiply that by a few.
 */
const MOMENT_TOLERANCE = 2e-4;

/** Common directions come from float32 products: what is left below this share of |x| |t| is their rounding. */
const COMMON_PRECISION = 1e-4;

/** Hundreds of spaces are prepared: seconds, on a busy machine many. */
const TIMEOUT_MS = 120_000;

interface Case {
  readonly vocabulary: Matrix;
  readonly rows: Matrix;
  readonly counted: Float32Array;
  readonly allowed: Float32Array | undefined;
  readonly tokenScale: Float32Array;
  readonly fold: VocabularyFold | null;
  readonly k: number;
  readonly rank: RankOption;
  readonly withoutCommon: boolean;
  readonly tileRows: number | undefined;
}

/** Matrices of Gaussian numbers; some vocabulary rows repeat others, some are zero, all are shifted by a common row. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    seed: fc.nat(),
    tokens: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 300 })),
    width: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 })),
    rows: fc.integer({ min: 1, max: 5 }),
    shift: fc.constantFrom(0, 0, 1, 50),
    repeated: fc.constantFrom(0, 0, 0.3, 1),
    zeros: fc.constantFrom(0, 0, 0.2),
    allowed: fc.constantFrom(undefined, 0.05, 0.9),
    folded: fc.constantFrom('none', 'gain', 'centred'),
    k: fc.constantFrom(1, 5, 20, 400),
    rank: fc.constantFrom<RankOption>('dot', 'cosine', 'abs', 'specificity'),
    withoutCommon: fc.boolean(),
    tileRows: fc.constantFrom(undefined, 17, 64),
  })
  .map((shape) => {
    const gauss = gaussianGenerator(shape.seed);
    const matrix = (rows: number, cols: number): Matrix => ({
      rows,
      cols,
      data: Float32Array.from({ length: rows * cols }, gauss),
    });
    const { tokens, width } = shape;
    const vocabulary = matrix(tokens, width);
    const common = matrix(1, width).data;
    for (let id = 0; id < tokens; id += 1) {
      const row = vocabulary.data.subarray(id * width, (id + 1) * width);
      row.forEach((value, j) => {
        row[j] = value + shape.shift * (common[j] ?? 0);
      });
      if (id > 0 && Math.abs(gauss()) < shape.repeated) {
        row.set(vocabulary.data.subarray(0, width));
      }
      if (Math.abs(gauss()) < shape.zeros) {
        row.fill(0);
      }
    }
    const { allowed } = shape;
    const uniform = (): number => Math.abs(gauss() % 1);
    return {
      vocabulary,
      rows: matrix(shape.rows, width),
      counted: Float32Array.from({ length: tokens }, (_, id) => (id % 11 === 3 ? 0 : 1)),
      allowed:
        allowed === undefined
          ? undefined
          : Float32Array.from({ length: tokens }, () => (uniform() < allowed ? 1 : 0)),
      tokenScale: Float32Array.from({ length: tokens }, () => 0.1 + uniform()),
      fold:
        shape.folded === 'none'
          ? null
          : {
              gain: Float32Array.from({ length: width }, () => 0.2 + uniform()),
              centre: shape.folded === 'centred',
            },
      k: shape.k,
      rank: shape.rank,
      withoutCommon: shape.withoutCommon,
      tileRows: shape.tileRows,
    };
  });

async function readCase(made: Case, backend: MatmulBackend): Promise<[PreparedSpace, RowResult[]]> {
  const { vocabulary, counted, fold, rows, k, rank, withoutCommon, allowed, tokenScale } = made;
  const matrix = memoryMatrix(vocabulary, made.tileRows);
  const space = await prepareSpace({ matrix, counted, fold, centreControl: false, backend });
  const read = await readRows(
    {
      rows,
      space,
      k,
      rank,
      withoutCommon,
      statistics: true,
      tokenScale,
      ...(allowed === undefined ? {} : { allowed }),
    },
    backend,
  );
  return [space, read];
}

function expectLists(
  made: Case,
  space: PreparedSpace,
  x: readonly number[],
  read: RowResult,
): void {
  const folded = foldedRows(made.vocabulary, made.fold);
  const dots = folded.map((row) => naiveDot(row, x));
  const values = made.withoutCommon ? naiveCentred(x, folded, space.statistics) : dots;
  const ranked = naiveRanked(values, made.rank, x, folded, made.tokenScale);
  const entries = ranked.map((score, id) => ({ id, score, dot: dots[id] ?? NaN }));
  const keyOf = made.rank === 'abs' ? Math.abs : (score: number) => score;
  const best = naiveBest(entries, keyOf, made.k, made.allowed);
  const worst = made.rank === 'abs' ? [] : naiveBest(entries, (s) => -s, made.k, made.allowed);
  const size = Math.max(1, ...entries.map(({ score }) => Math.abs(score)));
  for (const [ours, theirs] of [
    [read.top, best],
    [read.bottom, worst],
  ] as const) {
    expect(ours.length).toBe(theirs.length);
    theirs.forEach(({ score, dot }, place) => {
      const own = ours[place];
      expect(Math.abs(keyOf(own?.score ?? NaN) - keyOf(score))).toBeLessThanOrEqual(
        SCORE_TOLERANCE * size,
      );
      const reference = entries[own?.id ?? -1];
      // Ids may differ only where the reference's own rounding separates equal scores.
      expect(Math.abs((reference?.score ?? NaN) - (own?.score ?? NaN))).toBeLessThanOrEqual(
        SCORE_TOLERANCE * size,
      );
      expect(Math.abs((own?.dot ?? NaN) - (reference?.dot ?? NaN))).toBeLessThanOrEqual(
        SCORE_TOLERANCE * Math.max(size, Math.abs(dot)),
      );
    });
    expectTiesById(ours);
  }
}

/** Equal scores stand in the order of their ids. */
function expectTiesById(entries: RowResult['top']): void {
  entries.slice(1).forEach((entry, i) => {
    const before = entries[i];
    if (before?.score === entry.score) {
      expect(before.id).toBeLessThan(entry.id);
    }
  });
}

function expectMoments(
  made: Case,
  space: PreparedSpace,
  x: readonly number[],
  read: RowResult,
): void {
  const folded = foldedRows(made.vocabulary, made.fold);
  const counted = folded.filter((_, id) => made.counted[id] === 1);
  const reference = naiveMoments(counted.map((row) => naiveDot(row, x)));
  const size = Math.sqrt(naiveDot(x, x)) * Math.max(...folded.map((row) => Math.hypot(...row)));
  expect(Math.abs((read.mean ?? NaN) - reference.mean)).toBeLessThanOrEqual(1e-6 * size);
  expect(Math.abs((read.std ?? NaN) - reference.std)).toBeLessThanOrEqual(1e-6 * size);
  if (!(reference.std > 1e-9 * size)) {
    expect([read.skewness, read.kurtosis]).toEqual([null, null]);
    return;
  }
  expectNear(read.skewness, reference.skewness);
  expectNear(read.kurtosis, reference.kurtosis);
  const centred = naiveMoments(naiveCentred(x, counted, space.statistics));
  if (!(centred.std > 1e-9 * size)) {
    expect([read.kurtosisCentered, read.z, read.speaks]).toEqual([null, null, null]);
    return;
  }
  if (centred.std < COMMON_PRECISION * size) {
    return;
  }
  expectNear(read.kurtosisCentered, centred.kurtosis);
  if (Math.abs(centred.skewness) > MOMENT_TOLERANCE) {
    expect(read.speaks).toBe(centred.skewness > 0 ? 'top' : 'bottom');
  }
}

function expectNear(ours: number | null, theirs: number): void {
  expect(Math.abs((ours ?? NaN) - theirs)).toBeLessThanOrEqual(
    MOMENT_TOLERANCE * (1 + Math.abs(theirs)),
  );
}

describe.each(BACKENDS)('readings on %s', (_, backend) => {
  it('lists and judges rows as the definitions say', { timeout: TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (made) => {
        const [space, read] = await readCase(made, backend);
        rowsOfMatrix(made.rows).forEach((x, i) => {
          const result = read[i];
          expect(result).toBeDefined();
          if (result !== undefined) {
            expect(result.norm).toBeCloseTo(Math.sqrt(naiveDot(x, x)), 10);
            expectLists(made, space, x, result);
            expectMoments(made, space, x, result);
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});
