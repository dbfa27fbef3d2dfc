/** Search against brute force that shares no code with it: plain loops in float64 over the stored weights. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveTransformer } from '../../../src/core/architectures/resolve';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import { FAMILIES, familyFolder } from '../../support/goldens';
import { ReferenceReader } from '../architectures/support/referenceReader';
import { readConfigOf, readWeights } from '../architectures/support/weights';

const TOKEN = 40;
const MAX_ROWS = 5_000;
/** Both sum the same products of upcast weights in float64, in another order. */
const TOLERANCE = 1e-12;

let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 28 },
  });
});
afterAll(() => engine.dispose());

test.each(FAMILIES)('every row of %s has the score that plain loops give it', async (family) => {
  const folder = familyFolder(family);
  const weights = readWeights(folder);
  const transformer = resolveTransformer(readConfigOf(folder), weights.tensors);
  const reference = new ReferenceReader(transformer, weights, 'none');
  const { model, matrices } = await engine.open({ path: folder }, quietContext());
  const { results } = await engine.search(
    {
      ...{ model, tokens: [`#${String(TOKEN)}`], options: DEFAULT_OPTIONS },
      ...{ start: 0, count: MAX_ROWS, statistics: false },
    },
    quietContext(),
  );
  const rows = results[0]?.rows ?? [];
  const searched = matrices.filter(({ kind }) => kind !== 'E' && kind !== 'U' && kind !== 'P');
  expect(rows).toHaveLength(searched.reduce((sum, table) => sum + table.rows, 0));
  const wrong = rows.filter(({ component, score, rank }) => {
    const { top } = reference.read(component, transformer.shape.dVocab);
    const place = top.findIndex(({ id }) => id === TOKEN);
    const wanted = top[place]?.score ?? NaN;
    return (
      !(Math.abs(score - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted))) || rank !== place
    );
  });
  expect(wrong).toEqual([]);
  const scores = rows.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  await engine.close({ model }, quietContext());
});
