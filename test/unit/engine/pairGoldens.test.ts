import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, NO_FILTERS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { PairOptions } from '../../../src/protocol/pairs';
import { directionDifference, PAIR_CASES, pairDifference } from '../../support/pairGoldens';
import { createPlainBackend } from '../../support/plainBackend';

const BACKENDS = {
  'ONNX Runtime': {},
  'plain TypeScript': { backend: createPlainBackend() },
};

const PAIRS: PairOptions = {
  space: 'auto',
  fold: 'none',
  rank: 'dot',
  withoutCommon: false,
  filters: NO_FILTERS,
  excludeSame: false,
  excludeCase: false,
  k: 50,
  negative: false,
};

describe.each(Object.entries(BACKENDS))('heads by %s', (backendName, backend) => {
  let engine: EngineService;
  beforeAll(() => {
    engine = createEngineService({
      cacheFolder: null,
      cacheLimitBytes: 0,
      memoryBudgetBytes: 2 ** 28,
      ...backend,
    });
  });
  afterAll(() => engine.dispose());

  // The sample's vocabulary is large for plain loops; its pairs are compared with ONNX Runtime alone.
  const cases = PAIR_CASES.filter(
    ({ name }) => backendName === 'ONNX Runtime' || name !== 'the sample',
  );

  it.each(cases)('have the best pairs of $name', async ({ folder, goldens }) => {
    const { model } = await engine.open({ path: folder }, quietContext());
    const components = goldens.pairs.map(({ component }) => component);
    const { rows } = await engine.pairs(
      { model, components, options: PAIRS, statistics: false },
      quietContext(),
    );
    const differences = goldens.pairs.flatMap(({ component, top }, i) => {
      const difference = pairDifference(rows[i]?.top ?? [], top);
      return difference === null ? [] : [`${component}: ${difference}`];
    });
    expect(differences).toEqual([]);
    expect(rows.map(({ component, exact }) => [component, exact])).toEqual(
      components.map((component) => [component, true]),
    );
  });

  it.each(cases.filter(({ goldens }) => goldens.singular.length > 0))(
    'have the singular directions of $name',
    async ({ folder, goldens }) => {
      const { model } = await engine.open({ path: folder }, quietContext());
      const { rows } = await engine.directions(
        {
          model,
          components: goldens.singular.map(({ component }) => component),
          options: { ...DEFAULT_OPTIONS, rank: 'abs' },
        },
        quietContext(),
      );
      const differences = goldens.singular.flatMap((golden, i) => {
        const difference = directionDifference(rows[i], golden);
        return difference === null ? [] : [`${golden.component}: ${difference}`];
      });
      expect(differences).toEqual([]);
      expect(rows.some(({ degenerate }) => degenerate)).toBe(false);
    },
  );
});
