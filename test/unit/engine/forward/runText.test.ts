import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../../src/core/projection/options';
import { quietContext } from '../../../../src/engine/context';
import { runText } from '../../../../src/engine/forward/runText';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import type { RunParams, RunResult } from '../../../../src/protocol/run';
import { useRunningModels } from '../../../support/runningModels';
import { familyFolder, SAMPLE_FOLDER } from '../../../support/goldens';
import { PLAIN_MODELS, type PlainRun } from '../../../support/plainForward/models';
import { readConfigOf, readWeights } from '../../architectures/support/weights';

/** Sums of 128 products of float32 states, which agree with float64 ones to five digits. */
const TOLERANCE = 2e-4;

const TEXT = 'The movie was a complete waste of';
const TOP = 8;

const { open } = useRunningModels();

function run(model: OpenModel, params: Partial<RunParams> = {}): Promise<RunResult> {
  const options: ReadingOptions = { ...DEFAULT_OPTIONS, k: TOP };
  const defaults = { model: 'm', text: TEXT, options, neurons: 4, position: -1 };
  return runText(model, { ...defaults, layers: 'all', ...params }, quietContext());
}

/** The plain computation of the same tokens by a family's own reference. */
function plainRun(folder: string, { tokens }: RunResult): PlainRun {
  const config = readConfigOf(folder);
  const plain = PLAIN_MODELS[String(config['model_type'])];
  if (plain === undefined) {
    throw new Error('no reference');
  }
  return plain(
    readWeights(folder),
    config,
    tokens.map(({ id }) => id),
  );
}

/** Scores of a state against W_U, best first. */
function ranked(state: readonly number[], W_U: Float64Array): { id: number; score: number }[] {
  const d = state.length;
  return Array.from({ length: W_U.length / d }, (_, id) => ({
    id,
    score: state.reduce((sum, value, j) => sum + value * (W_U[id * d + j] ?? NaN), 0),
  })).sort((a, b) => b.score - a.score || a.id - b.id);
}

describe('a text that a model runs', () => {
  let model: OpenModel;
  let result: RunResult;
  let plain: PlainRun;
  beforeAll(async () => {
    model = await open(SAMPLE_FOLDER);
    result = await run(model);
    plain = plainRun(SAMPLE_FOLDER, result);
  });

  it('says what it would say next', () => {
    const last = result.layers.at(-1);
    expect(last?.layer).toBe(5);
    expect(last?.top[0]?.text).toBe(' time');
    expect(last?.top.map(({ text }) => text)).toContain(' money');
    expect(result.tokens.map(({ text }) => text).join('')).toBe(TEXT);
    expect(result).toMatchObject({ cut: 0, position: result.tokens.length - 1 });
  });

  it('after its last layer by the final norm and W_U, as computed plainly', () => {
    const W_U = readWeights(SAMPLE_FOLDER).values('transformer.wte.weight');
    const wanted = ranked([...(plain.final[result.position] ?? [])], W_U);
    const found = result.layers.at(-1)?.top ?? [];
    expect(found).toHaveLength(TOP);
    found.forEach(({ id, score }, place) => {
      expect(id).toBe(wanted[place]?.id);
      expect(Math.abs(score - (wanted[place]?.score ?? NaN))).toBeLessThan(TOLERANCE);
    });
  });

  it('in every layer, and before the first', () => {
    expect(result.layers.map(({ layer }) => layer)).toEqual([null, 0, 1, 2, 3, 4, 5]);
    expect(result.layers[0]?.neurons).toEqual([]);
    const weights = readWeights(SAMPLE_FOLDER);
    const W_U = weights.values('transformer.wte.weight');
    const gain = weights.values('transformer.ln_f.weight');
    const shift = weights.values('transformer.ln_f.bias');
    result.layers.forEach(({ top }, index) => {
      const state = plain.hidden[index]?.[result.position] ?? [];
      const mean = state.reduce((sum, value) => sum + value, 0) / state.length;
      const variance = state.reduce((sum, value) => sum + (value - mean) ** 2, 0) / state.length;
      const normed = state.map(
        (value, j) =>
          ((value - mean) / Math.sqrt(variance + 1e-5)) * (gain[j] ?? NaN) + (shift[j] ?? NaN),
      );
      const best = ranked(normed, W_U)[0];
      expect(Math.abs((top[0]?.score ?? NaN) - (best?.score ?? NaN))).toBeLessThan(TOLERANCE);
    });
  });

  it('has the neurons of largest magnitude, and what they write', async () => {
    for (const { layer, neurons } of result.layers.slice(1)) {
      const active = plain.neurons[layer ?? 0]?.[result.position] ?? [];
      const wanted = active
        .map((activation, neuron) => ({ neuron, activation }))
        .sort((a, b) => Math.abs(b.activation) - Math.abs(a.activation))
        .slice(0, 4);
      expect(neurons.map(({ component }) => component)).toEqual(
        wanted.map(({ neuron }) => `L${String(layer)}.FF.V[${String(neuron)}]`),
      );
      neurons.forEach(({ activation }, place) => {
        expect(Math.abs(activation - (wanted[place]?.activation ?? NaN))).toBeLessThan(TOLERANCE);
      });
    }
    const first = result.layers[1]?.neurons[0];
    const { transformer } = model.ready();
    expect(transformer.shape.dFf).toBe(512);
    expect(first?.promotes).toHaveLength(5);
    expect(await run(model, { neurons: 1, layers: 'last' })).toMatchObject({
      layers: [{ layer: 5, neurons: [result.layers.at(-1)?.neurons[0]] }],
    });
  });

  it('can be read at another token', async () => {
    const second = await run(model, { position: 1 });
    const fromEnd = await run(model, { position: 1 - result.tokens.length });
    expect(second).toEqual(fromEnd);
    expect(second.position).toBe(1);
    expect(second.layers.at(-1)?.top).not.toEqual(result.layers.at(-1)?.top);
  });

  it('is cut where the model takes no more, and says so', async () => {
    const long = await run(model, { text: `${'word '.repeat(300)}end`, layers: 'last' });
    expect(long.tokens).toHaveLength(128);
    expect(long.cut).toBeGreaterThan(100);
  });
});

describe('models whose states are read otherwise', () => {
  it.each(['bert', 'llama', 'gpt_neox'])('%s agrees with its plain computation', async (family) => {
    const folder = familyFolder(family);
    const model = await open(folder);
    const result = await run(model, { text: 'the film is good' });
    const { final } = plainRun(folder, result);
    const { W_U } = model.ready().transformer;
    const wanted = ranked(
      [...(final[result.position] ?? [])],
      readWeights(folder).values(W_U.tensor),
    );
    const found = result.layers.at(-1)?.top ?? [];
    found.forEach(({ score }, place) => {
      expect(Math.abs(score - (wanted[place]?.score ?? NaN))).toBeLessThan(TOLERANCE);
    });
    expect(found).toHaveLength(TOP);
  });

  it('names the side of a neuron that its sign speaks for', async () => {
    const model = await open(familyFolder('llama'));
    const { layers } = await run(model, { text: 'the film is good', neurons: 100 });
    const neurons = layers.flatMap((layer) => layer.neurons);
    const negative = neurons.find(({ activation }) => activation < 0);
    const positive = neurons.find(({ activation }) => activation > 0);
    const scores = (list: typeof negative): number[] =>
      list?.promotes.map(({ score }) => score) ?? [];
    expect(scores(negative).every((score) => score < 0)).toBe(true);
    expect(scores(positive).every((score) => score > 0)).toBe(true);
    expect(scores(negative)).toHaveLength(5);
  });
});

describe('what cannot be run', () => {
  it('a text without tokens', async () => {
    const model = await open(SAMPLE_FOLDER);
    await expect(run(model, { text: '' })).rejects.toThrow(/empty/u);
  });

  it('work that was cancelled', async () => {
    const model = await open(SAMPLE_FOLDER);
    const cancellation = AbortSignal.abort();
    const options = { ...DEFAULT_OPTIONS, k: 1 };
    await expect(
      runText(
        model,
        { model: 'm', text: TEXT, options, layers: 'all', neurons: 1, position: -1 },
        { cancellation, onProgress: () => undefined },
      ),
    ).rejects.toThrow(/Cancelled/u);
  });
});
