import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixRows, rowOfMatrix } from '../../../src/core/model/componentSet';
import { foldRows } from '../../../src/core/projection/fold';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { readTableRows, treatmentOf } from '../../../src/engine/reading/parameterRows';
import { rowIdOf } from '../../../src/engine/reading/readComponents';
import { nearestRows } from '../../../src/engine/relations/neighbours';
import { searchedTables } from '../../../src/engine/search/searchedTables';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import type { Neighbour } from '../../../src/protocol/relations';
import { familyFolder, SAMPLE_FOLDER } from '../../support/goldens';
import { foldedRows, naiveCentred, naiveDot, rowsOfMatrix } from '../../support/naiveReadings';

/** The kernel's float32 products leave about six digits of a correlation. */
const TOLERANCE = 1e-5;

const backend = createOnnxBackend();
afterAll(() => backend.dispose());

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

function correlation(a: readonly number[], b: readonly number[]): number {
  return naiveDot(a, b) / Math.sqrt(naiveDot(a, a) * naiveDot(b, b));
}

/** Score vectors of every row that is read in a space, each less its mean over the counted tokens, as they are defined. */
async function scoreVectors(
  model: OpenModel,
  space: 'input' | 'output',
  options: ReadingOptions,
): Promise<Map<string, number[]>> {
  const { transformer, checkpoint, spaces } = model.ready();
  const vectors = new Map<string, number[]>();
  for (const { ref } of searchedTables(model)) {
    const treatment = await treatmentOf(transformer, spaces, ref, options);
    if (treatment.space !== space) {
      continue;
    }
    const prepared = await spaces.prepare(space, treatment.fold, quietContext());
    const { matrix, fold, statistics } = prepared;
    const tokens = foldedRows(matrix.whole ?? { rows: 0, cols: 0, data: new Float32Array() }, fold);
    const { count } = matrixRows(transformer, ref);
    const stored = await readTableRows(transformer, checkpoint, ref, 0, count);
    rowsOfMatrix(foldRows(stored, treatment.rowFold)).forEach((x, row) => {
      const scores = options.withoutCommon
        ? naiveCentred(x, tokens, statistics)
        : tokens.map((token) => naiveDot(x, token));
      const counted = scores.filter((_, id) => statistics.counted[id] === 1);
      const mean = counted.reduce((sum, score) => sum + score, 0) / counted.length;
      const id = rowIdOf(model, rowOfMatrix(transformer, ref, row));
      vectors.set(
        id,
        counted.map((score) => score - mean),
      );
    });
  }
  return vectors;
}

function expectSame(found: readonly Neighbour[], wanted: readonly Neighbour[]): void {
  const known = new Map(wanted.map((row) => [row.component, row.correlation]));
  found.forEach(({ component, correlation: rho }, place) => {
    expect(Math.abs(rho - (known.get(component) ?? NaN)), component).toBeLessThan(TOLERANCE);
    expect(Math.abs(rho - (wanted[place]?.correlation ?? NaN)), component).toBeLessThan(TOLERANCE);
  });
}

describe('neighbours equal brute force', () => {
  it.each<[string, string, Partial<ReadingOptions>]>([
    ['gpt2', 'L1.FF.V[7]', {}],
    ['gpt2', 'L0.H2.K[3]', { fold: 'norms' }],
    ['llama', 'L2.FF.K[100]', {}],
    ['llama', 'L1.H3.V[2]', { withoutCommon: true }],
    ['gpt_neox', 'L2.H1.O[0]', { fold: 'norms', withoutCommon: true }],
    ['bert', 'L0.FF.K[5]', { withoutCommon: true }],
    ['distilbert', 'L1.H0.Q[3]', {}],
    ['llama_tied', 'L0.FF.Up[9]', { fold: 'norms' }],
    ['mistral', 'L1.FF.V[20]', { fold: 'norms' }],
    ['qwen2', 'L0.H1.O[4]', {}],
    ['roberta', 'L1.FF.V[2]', {}],
  ])('of %s, %s, %j', async (family, component, partial) => {
    const model = await open(familyFolder(family));
    const options = { ...DEFAULT_OPTIONS, ...partial };
    const space = /FF\.V|O\[/u.test(component) ? 'output' : 'input';
    const vectors = await scoreVectors(model, space, options);
    const own = vectors.get(component) ?? [];
    const wanted = [...vectors]
      .filter(([id]) => id !== component)
      .map(([id, vector]) => ({ component: id, correlation: correlation(own, vector) }))
      .sort((a, b) => b.correlation - a.correlation);
    const asked = { model: 'test', component, options, count: 40 };
    const among = await nearestRows(model, { ...asked, among: 'model' }, quietContext());
    expect(among.total).toBe(vectors.size);
    expect(among.rows).toHaveLength(40);
    expectSame(among.rows, wanted);
    expect(among.control.pairs).toBeGreaterThan(100);
    expect(among.control.highest).toBeGreaterThan(among.control.std);
    const table = component.replace(/H\d+\./u, '').replace(/\[.*/u, '');
    const within = wanted.filter(({ component: id }) =>
      id.replace(/H\d+\./u, '').startsWith(`${table}[`),
    );
    const inTable = await nearestRows(model, { ...asked, among: 'matrix' }, quietContext());
    expectSame(inTable.rows, within);
    await model.close();
  });
});

describe('the sample model', () => {
  let model: OpenModel;
  beforeAll(async () => {
    model = await open(SAMPLE_FOLDER);
  });
  afterAll(() => model.close());

  it('answers later askings from what the first computed', async () => {
    const options = { ...DEFAULT_OPTIONS, withoutCommon: true };
    const asked = { model: 'test', options, count: 5, among: 'model' as const };
    const first = await nearestRows(model, { ...asked, component: 'L5.FF.K[317]' }, quietContext());
    const nearest = first.rows[0];
    const back = await nearestRows(
      model,
      { ...asked, component: nearest?.component ?? '', count: 1000 },
      quietContext(),
    );
    const mutual = back.rows.find(({ component }) => component === 'L5.FF.K[317]');
    expect(mutual?.correlation).toBeCloseTo(nearest?.correlation ?? NaN, 9);
  });
});
