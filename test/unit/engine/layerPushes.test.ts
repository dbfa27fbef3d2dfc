import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { Displacement } from '../../../src/engine/displacement/displacement';
import { layerPushes } from '../../../src/engine/displacement/layerPushes';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import { gatherRows } from '../../../src/engine/reading/parameterRows';
import type { LayerPart } from '../../../src/protocol/displacement';
import type { RowKind } from '../../../src/core/model/componentId';
import { naiveCentred, naiveDot, rowsOfMatrix } from '../../support/naiveReadings';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
} from '../../support/syntheticModel';

/** The common direction is found from a float32 Gram matrix; sums and scores are rounded to float32 once. */
const TOLERANCE = 1e-4;

const backend = createOnnxBackend();
const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-pushes-'));
const opened: OpenModel[] = [];
afterAll(async () => {
  await Promise.all(opened.map((model) => model.close()));
  await backend.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

async function open(
  name: string,
  model: SyntheticModel,
  tensors = syntheticTensors(model),
): Promise<OpenModel> {
  const folder = writeSyntheticModel(path.join(scratch, name), model, tensors);
  const dependencies = {
    cache: null,
    budget: new MemoryBudget(2 ** 26),
    backend: () => backend,
    runtime: () => new OnnxSessions(1),
  };
  const made = await openModel(name, { path: folder }, dependencies);
  opened.push(made);
  return made;
}

const GPT2: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: Array.from({ length: 60 }, (_, i) => `w${String(i)}`),
};
/** Gated, with shared key heads, untied. */
const LLAMA: SyntheticModel = { ...GPT2, family: 'llama', heads: 4, tied: false };

async function row(
  model: OpenModel,
  kind: RowKind,
  index: number,
  head?: number,
): Promise<number[]> {
  const { transformer, checkpoint } = model.ready();
  const ref = { kind, layer: 1, row: index, ...(head === undefined ? {} : { head }) };
  const [only = []] = rowsOfMatrix(
    await gatherRows(transformer, checkpoint, [{ ref, rowFold: null }]),
  );
  return only;
}

/** The rows of a part as the design of the sum says: each, where it has a partner, times that one's average answer. */
async function partRows(
  model: OpenModel,
  part: LayerPart,
  mean: readonly number[],
): Promise<number[][]> {
  const { nHeads, dHead, dFf, gated } = model.ready().transformer.shape;
  const weighed = async (
    kind: RowKind,
    by: RowKind,
    index: number,
    head?: number,
  ): Promise<number[]> => {
    const weight = naiveDot(await row(model, by, index, head), mean);
    return (await row(model, kind, index, head)).map((value) => weight * value);
  };
  const found: number[][] = [];
  if (part === 'FF.K' || part === 'FF.V') {
    for (let index = 0; index < dFf; index += 1) {
      const isWeighed = part === 'FF.V' && gated;
      found.push(isWeighed ? await weighed(part, 'FF.Up', index) : await row(model, part, index));
    }
    return found;
  }
  for (let head = 0; head < nHeads; head += 1) {
    for (let index = 0; index < dHead; index += 1) {
      const [kind, by] = part === 'VO' ? (['O', 'V'] as const) : (['K', 'Q'] as const);
      found.push(await weighed(kind, by, index, head));
    }
  }
  return found;
}

describe.each([
  ['a plain model', GPT2],
  ['a gated one with shared heads', LLAMA],
])('what the changes of a layer push, in %s', (name, model) => {
  it.each<LayerPart>(['FF.K', 'FF.V', 'VO', 'QK'])('is the sum over %s', async (part) => {
    const base = await open(`${name} base`, model);
    const tuned = await open(`${name} tuned`, { ...model, seed: 2 });
    const displacement = await Displacement.of(base, tuned, quietContext());
    const asked = { model: 'a', other: 'b', layers: [1], options: { ...DEFAULT_OPTIONS, k: 60 } };
    const pushes = await layerPushes(displacement, asked, quietContext());
    const found = pushes.find((push) => push.part === part);
    const { spaces } = base.ready();
    const input = await spaces.prepare('input', 'none', quietContext());
    const mean = [...input.statistics.mean];
    const [own, its] = [await partRows(base, part, mean), await partRows(tuned, part, mean)];
    const deltas = its.map((values, i) => values.map((value, j) => value - (own[i]?.[j] ?? 0)));
    const { statistics, matrix } = await spaces.prepare(
      found?.space ?? 'input',
      'none',
      quietContext(),
    );
    const tokens = rowsOfMatrix(matrix.whole ?? { rows: 0, cols: 0, data: new Float32Array() });
    const scores = deltas.map((delta) => naiveCentred(delta, tokens, statistics));
    expect(found?.rows).toBe(deltas.length);
    expect(found?.plus).toHaveLength(60);
    for (const { id, score, z } of [...(found?.plus ?? []), ...(found?.minus ?? [])]) {
      const each = scores.map((row) => row[id] ?? NaN);
      const sum = each.reduce((total, value) => total + value, 0);
      expect(Math.abs(score - sum)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(sum)));
      const spread = Math.sqrt(each.reduce((total, value) => total + value * value, 0));
      expect(Math.abs((z ?? NaN) - sum / spread)).toBeLessThan(TOLERANCE);
    }
  });
});

it('keeps a part whose change is not finite, without tokens', async () => {
  const tensors = syntheticTensors(GPT2);
  const values = tensors['transformer.h.1.mlp.c_proj.weight']?.values;
  values?.set([NaN], 3);
  const base = await open('whole', GPT2);
  const tuned = await open('damaged', GPT2, tensors);
  const displacement = await Displacement.of(base, tuned, quietContext());
  const asked = { model: 'a', other: 'b', options: DEFAULT_OPTIONS };
  const pushes = await layerPushes(displacement, asked, quietContext());
  expect(pushes).toEqual([
    { layer: 1, part: 'FF.V', space: 'output', rows: 12, norm: NaN, plus: [], minus: [] },
  ]);
});
