import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RankOption } from '../../../src/core/projection/options';
import { tokenPlaces } from '../../../src/core/projection/tokenPlaces';
import { rowsOf, type Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { naiveDot, naiveRanked, rowsOfMatrix } from '../../support/naiveReadings';

const COLS = 3;
const SEVERAL = { min: 2, max: 40 };

/** Few values, so that scores are often equal. */
function matrixOf(rows: number): fc.Arbitrary<Matrix> {
  const value = fc.constantFrom(-2, -1, 0, 0.5, 1, 3);
  return fc
    .array(value, { minLength: rows * COLS, maxLength: rows * COLS })
    .map((values) => ({ rows, cols: COLS, data: Float32Array.from(values) }));
}

const CASES = fc.integer(SEVERAL).chain((tokens) =>
  fc.record({
    vocabulary: matrixOf(tokens),
    rows: matrixOf(4),
    id: fc.nat(tokens - 1),
    allowed: fc.array(fc.constantFrom(0, 1), { minLength: tokens, maxLength: tokens }),
    rank: fc.constantFrom<RankOption>('dot', 'abs', 'specificity'),
    size: fc.constantFrom(1, 1e-30, 1e25),
  }),
);

describe.each(BACKENDS)('places of a token by %s', (_, backend) => {
  it('count the tokens before it, by score, then by id', async () => {
    await fc.assert(
      fc.asyncProperty(CASES, async ({ vocabulary, rows, id, allowed, rank, size }) => {
        const scaled = { ...vocabulary, data: vocabulary.data.map((value) => value * size) };
        const tokenScale = Float32Array.from({ length: vocabulary.rows }, (__, at) => at % 3);
        const found = await tokenPlaces(
          {
            rows,
            space: { matrix: memoryMatrix(scaled, 7), fold: null },
            k: 0,
            rank,
            withoutCommon: false,
            statistics: false,
            allowed: Float32Array.from(allowed),
            tokenScale,
          },
          { id, row: rowsOf(scaled, id, 1) },
          backend,
        );
        const tokens = rowsOfMatrix(scaled);
        const wanted = rowsOfMatrix(rows).map((x) => {
          const dots = tokens.map((token) => naiveDot(x, token));
          const keys = naiveRanked(dots, rank, x, tokens, tokenScale).map((score) =>
            rank === 'abs' ? Math.abs(score) : score,
          );
          const own = keys[id] ?? NaN;
          return keys.filter(
            (key, other) => allowed[other] === 1 && (key > own || (key === own && other < id)),
          ).length;
        });
        expect(found).toEqual(wanted);
      }),
    );
  });
});
