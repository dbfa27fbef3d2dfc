import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatmulBackend } from '../../../../src/core/projection/backend';
import { projectSide } from '../../../../src/core/projection/pairs/factor';
import {
  measureFactor,
  type MeasuredFactor,
} from '../../../../src/core/projection/pairs/measuredFactor';
import type { PairKey } from '../../../../src/core/projection/pairs/pairKey';
import {
  countPairs,
  findBestPairs,
  preparePairs,
  type PreparedPairs,
} from '../../../../src/core/projection/pairs/searchPairs';
import type { PairSide } from '../../../../src/core/projection/pairs/side';
import type { PairExclusion } from '../../../../src/core/projection/pairs/visitTiles';
import { measureVocabulary } from '../../../../src/core/projection/pairs/vocabularyNorms';
import { gaussianGenerator, uniformGenerator } from '../../../../src/core/projection/seeded';
import type { Matrix } from '../../../../src/core/tensor/matrix';
import { BACKENDS } from '../../../support/backends';
import { memoryMatrix } from '../../../support/memoryMatrix';
import { NaivePairs } from '../../../support/naivePairs';

/** What rows of a vocabulary look like. */
const STYLES = [
  'gaussian',
  'skewed norms',
  'equal rows',
  'zeros',
  'small whole numbers',
  'one direction',
  'tiny',
  'huge',
] as const;
type Style = (typeof STYLES)[number];

function vocabulary(style: Style, rows: number, cols: number, seed: number): Matrix {
  const gaussian = gaussianGenerator(seed);
  const uniform = uniformGenerator(seed + 1);
  const distinct = Array.from({ length: 3 }, () => Array.from({ length: cols }, gaussian));
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i += 1) {
    const size =
      style === 'skewed norms'
        ? Math.exp(3 * gaussian())
        : style === 'tiny'
          ? 1e-30
          : style === 'huge'
            ? 1e25
            : 1;
    const blank = style === 'zeros' && uniform() < 0.5;
    const copied = distinct[Math.floor(3 * uniform())] ?? [];
    for (let j = 0; j < cols; j += 1) {
      const value = gaussian();
      data[i * cols + j] = blank
        ? 0
        : style === 'equal rows'
          ? (copied[j] ?? 0)
          : style === 'small whole numbers'
            ? Math.round(value)
            : style === 'one direction'
              ? (distinct[0]?.[j] ?? 0) * (1 + uniform())
              : value * size;
    }
  }
  return { rows, cols, data };
}

interface Case {
  readonly rows: readonly [Style, number];
  readonly columns: readonly [Style, number];
  readonly cols: number;
  readonly width: number;
  readonly wholeDirections: boolean;
  readonly offsets: boolean;
  readonly cosine: boolean;
  readonly key: PairKey;
  readonly k: number;
  readonly classes: number;
  readonly kept: number;
  readonly seed: number;
}

interface Built {
  readonly side: PairSide;
  readonly matrix: Matrix;
  readonly ids: Int32Array;
  readonly factor: MeasuredFactor;
}

async function build(
  [style, count]: readonly [Style, number],
  asked: Case,
  seed: number,
  backend: MatmulBackend,
): Promise<Built> {
  const { cols, width, cosine, wholeDirections, offsets, kept } = asked;
  const matrix = vocabulary(style, count, cols, seed);
  const gaussian = gaussianGenerator(seed + 2);
  const uniform = uniformGenerator(seed + 3);
  const memory = memoryMatrix(matrix);
  const norms = await measureVocabulary(memory, backend, {});
  const side: PairSide = {
    matrix: memory,
    norms,
    fold: null,
    directions: Array.from({ length: width }, () => ({
      vector: Float64Array.from({ length: cols }, () =>
        wholeDirections ? Math.round(gaussian()) : Math.fround(gaussian()),
      ),
      offset: offsets ? gaussian() * norms.largest : 0,
    })),
    cosine,
  };
  const every = Int32Array.from({ length: count }, (_, id) => id);
  const ids = kept < 1 ? every.filter(() => uniform() < kept) : every;
  const factor = await projectSide(side, ids, backend, {});
  return { side, matrix, ids, factor: await measureFactor(factor, backend) };
}

interface Search {
  readonly prepared: PreparedPairs;
  readonly naive: NaivePairs;
}

async function prepare(asked: Case, backend: MatmulBackend): Promise<Search> {
  const rows = await build(asked.rows, asked, asked.seed, backend);
  const columns = await build(asked.columns, asked, asked.seed + 10, backend);
  const classesOf = ({ matrix }: Built): Int32Array =>
    Int32Array.from({ length: matrix.rows }, (_, id) => id % asked.classes);
  const exclusion: PairExclusion | undefined =
    asked.classes === 0
      ? undefined
      : { rowClasses: classesOf(rows), columnClasses: classesOf(columns) };
  const prepared = await preparePairs(
    {
      rowSide: rows.side,
      columnSide: columns.side,
      rows: rows.factor,
      columns: columns.factor,
      key: asked.key,
      ...(exclusion === undefined ? {} : { exclusion }),
    },
    backend,
  );
  return { prepared, naive: new NaivePairs(rows, columns, exclusion) };
}

/** Finds what the naive search finds, and counts as it counts at thresholds on, above and below scores. */
async function expectSame(asked: Case, backend: MatmulBackend): Promise<number> {
  const { prepared, naive } = await prepare(asked, backend);
  const found = await findBestPairs(prepared, asked.k, backend, {});
  const wanted = naive.best(asked.k, asked.key);
  expect(found.pairs.map(({ row, column, score }) => ({ row, column, score }))).toEqual(wanted);
  expect(found.exact).toBe(true);
  const middle = wanted[Math.floor(wanted.length / 2)]?.score;
  if (middle !== undefined) {
    const { count } = await countPairs(prepared, middle, 1e9, backend, {});
    expect(count).toBe(naive.countOver(middle, asked.key));
  }
  return found.visited;
}

const ANY_CASE: fc.Arbitrary<Case> = fc.record({
  rows: fc.tuple(fc.constantFrom(...STYLES), fc.integer({ min: 1, max: 150 })),
  columns: fc.tuple(fc.constantFrom(...STYLES), fc.integer({ min: 1, max: 150 })),
  cols: fc.integer({ min: 1, max: 40 }),
  width: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 128 })),
  wholeDirections: fc.boolean(),
  offsets: fc.boolean(),
  cosine: fc.boolean(),
  key: fc.constantFrom<PairKey[]>('highest', 'lowest', 'magnitude'),
  k: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(2000)),
  classes: fc.constantFrom(0, 0, 1, 2, 7),
  kept: fc.constantFrom(1, 1, 0.5, 0.05),
  seed: fc.integer({ min: 0, max: 2 ** 30 }),
});

const PLAIN: Case = {
  rows: ['gaussian', 700],
  columns: ['gaussian', 2500],
  cols: 24,
  width: 8,
  wholeDirections: false,
  offsets: false,
  cosine: false,
  key: 'highest',
  k: 100,
  classes: 0,
  kept: 1,
  seed: 7,
};

describe.each(BACKENDS)('the best pairs by %s', (_, backend) => {
  it('are those of scoring every pair', async () => {
    await fc.assert(
      fc.asyncProperty(ANY_CASE, async (asked) => {
        await expectSame(asked, backend);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('many tiles', () => {
  const [, [, backend]] = BACKENDS as unknown as readonly [
    unknown,
    readonly [string, MatmulBackend],
  ];

  it.each(STYLES.map((style, i) => [style, i] as const))(
    'of %s are searched exactly',
    async (style, i) => {
      const asked: Case = { ...PLAIN, rows: [style, 560], columns: [style, 2200], seed: i };
      await expectSame(
        i % 2 === 0
          ? { ...asked, key: 'lowest', classes: 5 }
          : { ...asked, key: 'magnitude', width: 3, wholeDirections: true },
        backend,
      );
    },
    60_000,
  );

  it('with long rows need not all be visited', async () => {
    const skewed: Case = {
      ...PLAIN,
      rows: ['skewed norms', 1100],
      columns: ['skewed norms', 4500],
    };
    expect(await expectSame(skewed, backend)).toBeLessThan(0.5);
  }, 60_000);

  it('of a head that is zero end at once', async () => {
    const asked: Case = { ...PLAIN, rows: ['gaussian', 20_000], columns: ['gaussian', 20_000] };
    const rows = await build(asked.rows, asked, 1, backend);
    const side: PairSide = {
      ...rows.side,
      directions: rows.side.directions.map(({ vector }) => ({
        vector: vector.map(() => 0),
        offset: 0,
      })),
    };
    const projected = await projectSide(side, rows.ids, backend, {});
    const factor = await measureFactor(projected, backend);
    const prepared = await preparePairs(
      { rowSide: side, columnSide: side, rows: factor, columns: factor, key: 'highest' },
      backend,
    );
    const found = await findBestPairs(prepared, 3, backend, {});
    expect(found.pairs.map(({ row, column }) => [row, column])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(found.visited).toBeLessThan(0.05);
  });

  it('are counted up to a limit', async () => {
    const { prepared } = await prepare(PLAIN, backend);
    const { count } = await countPairs(prepared, 0, 1000, backend, {});
    expect(count).toBeNull();
  });
});
