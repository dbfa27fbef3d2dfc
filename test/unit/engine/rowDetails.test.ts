import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixRows } from '../../../src/core/model/componentSet';
import { VocabScopeError } from '../../../src/core/errors';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import { readHistogram, readShapes } from '../../../src/engine/reading/histogram';
import { readTableRows } from '../../../src/engine/reading/parameterRows';
import { readComponents } from '../../../src/engine/reading/readComponents';
import { readWeights } from '../../../src/engine/reading/weights';
import { readTokenMap } from '../../../src/engine/relations/tokenMap';
import type { TokenMap, TokenMapParams } from '../../../src/protocol/rowDetails';
import { familyFolder, SAMPLE_FOLDER } from '../../support/goldens';
import { naivePlane } from '../../support/naivePlane';
import { foldedRows } from '../../support/naiveReadings';

/** Power iteration and ml-matrix agree to the rounding of float64 where components are apart. */
const TOLERANCE = 1e-8;
/** Multiplying several rows at once may round a score to the other side of an edge. */
const EDGE_TOKENS = 2;

const backend = createOnnxBackend();
afterAll(() => backend.dispose());

const OPTIONS: ReadingOptions = {
  ...DEFAULT_OPTIONS,
  filters: { ...DEFAULT_OPTIONS.filters, excludeUndertrained: true },
};

function open(folder: string): Promise<OpenModel> {
  return openModel(
    'test',
    { path: folder },
    {
      cache: null,
      budget: new MemoryBudget(2 ** 28),
      backend: () => backend,
      runtime: () => new OnnxSessions(1),
    },
  );
}

function refusal(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof VocabScopeError && error.reason === reason;
}

let sample: OpenModel;
beforeAll(async () => {
  sample = await open(SAMPLE_FOLDER);
});
afterAll(() => sample.close());

/** Rows of the vocabulary matrix by definition, without the common directions where asked. */
async function vocabularyRows(
  model: OpenModel,
  { points, space }: TokenMap,
  { fold, withoutCommon }: ReadingOptions,
): Promise<number[][]> {
  const prepared = await model.ready().spaces.prepare(space, fold, quietContext());
  const rows = await prepared.matrix.rowsById(points.map(({ id }) => id));
  const { mean, common, commonCount, cols } = prepared.statistics;
  return foldedRows(rows, prepared.fold).map((row) => {
    if (!withoutCommon) return row;
    const apart = row.map((value, j) => value - (mean[j] ?? NaN));
    return Array.from({ length: commonCount }, (_, i) => i).reduce((left, i) => {
      const direction = [...common.subarray(i * cols, (i + 1) * cols)];
      const along = left.reduce((sum, value, j) => sum + value * (direction[j] ?? NaN), 0);
      return left.map((value, j) => value - along * (direction[j] ?? NaN));
    }, apart);
  });
}

describe('the map of a row’s tokens', () => {
  it.each<[string, string | null, Partial<ReadingOptions>, TokenMapParams['side']]>([
    ['L5.FF.V[98]', null, {}, 'top'],
    ['L5.FF.K[317]', null, { withoutCommon: true }, 'bottom'],
    ['L2.H1.O[3]', null, { fold: 'norms' }, 'both'],
    ['L1.FF.V[7]', 'gpt_neox', { fold: 'norms', withoutCommon: true }, 'both'],
    ['E[262]', null, { rank: 'cosine' }, 'top'],
  ])('of %s (%s), %j, %s is that of their rows', async (component, family, partial, side) => {
    const model = family === null ? sample : await open(familyFolder(family));
    const options = { ...OPTIONS, ...partial };
    const asked = { model: 'test', component, options, side, count: 40 };
    const map = await readTokenMap(model, asked, quietContext());
    expect(map.points.length).toBeGreaterThan(10);
    const wanted = naivePlane(await vocabularyRows(model, map, options));
    for (const [axis, name] of (['x', 'y'] as const).entries()) {
      const found = map.points.map((point) => point[name]);
      const coordinates = wanted.coordinates[axis] ?? [];
      const product = coordinates.reduce((sum, value, i) => sum + value * (found[i] ?? NaN), 0);
      found.forEach((value, i) => {
        const apart = value - Math.sign(product) * (coordinates[i] ?? NaN);
        expect(Math.abs(apart)).toBeLessThan(TOLERANCE);
      });
      expect(map.explained[axis]).toBeCloseTo(wanted.explained[axis] ?? NaN, 9);
    }
    if (model !== sample) await model.close();
  });

  it('holds the tokens of the lists, half from each side where both are asked', async () => {
    const component = 'L5.FF.K[464]';
    const [reading] = await readComponents(
      sample,
      [component],
      { ...OPTIONS, k: 40 },
      false,
      quietContext(),
    );
    const asked = { model: 'test', component, options: OPTIONS };
    const ids = async (side: TokenMapParams['side'], count: number): Promise<number[]> =>
      (await readTokenMap(sample, { ...asked, side, count }, quietContext())).points.map(
        ({ id }) => id,
      );
    const top = reading?.top.map(({ id }) => id) ?? [];
    const bottom = reading?.bottom.map(({ id }) => id) ?? [];
    expect(await ids('top', 40)).toEqual(top);
    expect(await ids('both', 25)).toEqual([...top.slice(0, 13), ...bottom.slice(0, 12)]);
    await expect(ids('top', 1000)).rejects.toSatisfy(refusal('limit'));
  });
});

describe('the weights of a row', () => {
  it('are those of its table, by range', async () => {
    const ref = { kind: 'FF.V', layer: 3 } as const;
    const { transformer, checkpoint } = sample.ready();
    const { data, cols } = await readTableRows(transformer, checkpoint, ref, 17, 1);
    const asked = { model: 'test', component: 'L3.FF.V[17]' };
    const all = await readWeights(sample, { ...asked, start: 0, count: 10_000 });
    expect(all.values).toEqual([...data]);
    expect(all).toMatchObject({
      total: cols,
      nonFinite: 0,
      lowest: Math.min(...data),
      highest: Math.max(...data),
    });
    expect(all.norm).toBeCloseTo(Math.hypot(...data), 10);
    const part = await readWeights(sample, { ...asked, start: 100, count: 5 });
    expect(part.values).toEqual([...data.subarray(100, 105)]);
    expect(part).toMatchObject({ start: 100, total: cols, lowest: all.lowest });
  });

  it('are columns of W_Q where the row is one', async () => {
    const llama = await open(familyFolder('llama'));
    const { transformer } = llama.ready();
    const { view } = matrixRows(transformer, { kind: 'Q', layer: 0, head: 1 });
    const { values } = await readWeights(llama, {
      ...{ model: 'test', component: 'L0.H1.Q[2]', start: 0, count: 10_000 },
    });
    expect(values).toHaveLength(view.cols);
    await llama.close();
  });

  it('that do not exist, and too many of them, are refused', async () => {
    const asked = { model: 'test', component: 'L9.FF.V[17]', start: 0 };
    await expect(readWeights(sample, { ...asked, count: 8 })).rejects.toSatisfy(
      refusal('unknownComponent'),
    );
    await expect(readWeights(sample, { ...asked, count: 1e6 })).rejects.toSatisfy(refusal('limit'));
  });
});

describe('the shapes of rows', () => {
  it('are their histograms', async () => {
    const components = ['L5.FF.V[98]', 'L0.FF.K[3]', 'L2.H1.Q[5]', 'L5.FF.V[4]', 'E[262]'];
    const options = { ...OPTIONS, fold: 'norms' as const };
    const shapes = await readShapes(sample, components, options, quietContext());
    expect(shapes.map(({ component }) => component)).toEqual(components);
    for (const { component, counts } of shapes) {
      const wanted = await readHistogram(sample, component, options, quietContext());
      const apart = wanted.counts.map((count, bin) => Math.abs(count - (counts?.[bin] ?? NaN)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(EDGE_TOKENS);
    }
  });

  it('of too many rows are refused', async () => {
    const components = Array.from({ length: 300 }, (_, row) => `L5.FF.V[${String(row)}]`);
    await expect(readShapes(sample, components, OPTIONS, quietContext())).rejects.toSatisfy(
      refusal('limit'),
    );
  });
});
