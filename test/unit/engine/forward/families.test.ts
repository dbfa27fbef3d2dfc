import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../../src/core/architectures/registry';
import type { ForwardModel, HiddenStates } from '../../../../src/engine/forward/forwardModel';
import { MemoryBudget } from '../../../../src/engine/memoryBudget';
import { openModel } from '../../../../src/engine/model/open';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import { OnnxSessions } from '../../../../src/engine/onnx/onnxSessions';
import { createPlainBackend } from '../../../support/plainBackend';
import type { Rows } from '../../../support/plainForward/arithmetic';
import { PLAIN_MODELS } from '../../../support/plainForward/models';
import { readConfigOf, readWeights } from '../../architectures/support/weights';

/** Float32 through three blocks, against float64, in states of size about one to ten. */
const TOLERANCE = 2e-5;

const FAMILIES = path.resolve(import.meta.dirname, '../../../fixtures/families');
const FOLDERS = [
  ...['bert', 'bert_classifier', 'distilbert', 'gpt2', 'gpt2_base', 'gpt_neox'],
  ...['llama', 'llama_tied', 'mistral', 'qwen2', 'roberta'],
];

const runtime = new OnnxSessions(1);
afterAll(() => runtime.dispose());

function open(folder: string, budgetBytes = 2 ** 28): Promise<OpenModel> {
  return openModel(
    'test',
    { path: folder },
    {
      cache: null,
      budget: new MemoryBudget(budgetBytes),
      backend: createPlainBackend,
      runtime: () => runtime,
    },
  );
}

/** Texts of one length, reproducibly. */
function texts(count: number, tokens: number, dVocab: number): number[][] {
  return Array.from({ length: count }, (_, text) =>
    Array.from({ length: tokens }, (__, token) => (text * 97 + token * 31 + 7) % dVocab),
  );
}

/** The largest difference of a text's states from plain ones. */
function difference(states: HiddenStates, text: number, plain: Rows): number {
  const d = plain[0]?.length ?? 0;
  return plain.reduce(
    (most, row, token) =>
      row.reduce(
        (worst, value, j) =>
          Math.max(
            worst,
            Math.abs(value - (states.data[(text * states.tokens + token) * d + j] ?? NaN)),
          ),
        most,
      ),
    0,
  );
}

async function expectAgreement(forward: ForwardModel, folder: string): Promise<void> {
  const config = readConfigOf(folder);
  const weights = readWeights(folder);
  const plain = PLAIN_MODELS[String(config['model_type'])];
  const batch = texts(2, 35, Number(config['vocab_size']));
  const wanted = batch.map((ids) => plain?.(weights, config, ids));
  let states = await forward.embed(batch);
  for (const text of batch.keys()) {
    expect(difference(states, text, wanted[text]?.hidden[0] ?? [[NaN]])).toBeLessThan(TOLERANCE);
  }
  const layers = wanted[0]?.neurons.length ?? 0;
  expect(layers).toBe(3);
  for (let layer = 0; layer < layers; layer += 1) {
    const block = await forward.block(layer);
    const { states: after, neurons } = await block.runWithNeurons(states);
    const alone = await block.run(states);
    expect(alone.data).toEqual(after.data);
    for (const text of batch.keys()) {
      const { hidden = [], neurons: active = [] } = wanted[text] ?? {};
      expect(difference(after, text, hidden[layer + 1] ?? [[NaN]])).toBeLessThan(TOLERANCE);
      const readings = { ...states, data: neurons };
      expect(difference(readings, text, active[layer] ?? [[NaN]])).toBeLessThan(TOLERANCE);
    }
    states = after;
  }
  const final = await forward.finalNorm(states);
  for (const text of batch.keys()) {
    expect(difference(final, text, wanted[text]?.final ?? [[NaN]])).toBeLessThan(TOLERANCE);
  }
}

describe('a model that runs in ONNX Runtime agrees with its plain float64 computation', () => {
  it.each(FOLDERS)('%s', async (name) => {
    const folder = path.join(FAMILIES, name);
    const model = await open(folder);
    await expectAgreement(model.forward(), folder);
    await model.close();
  });

  it('also where no weights may be kept in memory', async () => {
    const folder = path.join(FAMILIES, 'llama');
    const model = await open(folder, 0);
    await expectAgreement(model.forward(), folder);
    await model.close();
  });

  it('of every family that is read', () => {
    const covered = ADAPTERS.flatMap(({ modelTypes }) => modelTypes);
    expect(Object.keys(PLAIN_MODELS).sort()).toEqual([...covered].sort());
  });
});
