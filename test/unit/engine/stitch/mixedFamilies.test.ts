import { Matrix, pseudoInverse } from 'ml-matrix';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gaussianGenerator } from '../../../../src/core/projection/seeded';
import { quietContext } from '../../../../src/engine/context';
import { planBlock } from '../../../../src/engine/forward/blockPlan';
import { readBlockWeights } from '../../../../src/engine/forward/weights';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { nameOf, Sweep, type Stitching } from '../../../../src/engine/stitch/sweep';
import { useRunningModels } from '../../../support/runningModels';
import { layerNorm, linear, type Rows } from '../../../support/plainForward/arithmetic';
import { plainBlock } from '../../../support/plainForward/block';
import { PLAIN_MODELS } from '../../../support/plainForward/models';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
  type WrittenTensor,
} from '../../../support/syntheticModel';

/** Float32 through six blocks and a kernel, against float64. */
const TOLERANCE = 1e-3;
const SCALE = 0.3;
const LABELS = 3;
const EPSILON = 1e-5;
const IDS = [5, 9, 17, 3, 60, 44];

const { scratch, open } = useRunningModels();

type Tensors = Record<string, WrittenTensor>;

const TOKENS = Array.from({ length: 70 }, (_, i) => `w${i}`);
const TUNED: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 16, heads: 4, neurons: 20, seed: 11 },
  ...{ tokens: TOKENS, tied: true },
};
/** Wider, deeper, rotary, of grouped queries, with an output matrix of its own, in shards of 16 bits. */
const BASE: SyntheticModel = {
  ...{ family: 'llama', layers: 5, width: 24, heads: 4, neurons: 28, seed: 12 },
  ...{ tokens: [...TOKENS].reverse(), tied: false, dtype: 'BF16', shards: 3 },
};

function scaled(tensors: Tensors, round: (value: number) => number): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value) => round(value * SCALE)) },
    ]),
  );
}

/** The upper 16 bits of a float32. */
function cut(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  bits.setUint16(2, 0);
  return bits.getFloat32(0);
}

function rowsOf({ shape, values }: WrittenTensor): number[][] {
  const [rows = 1, cols = values.length] = shape.length === 1 ? [1, ...shape] : shape;
  return Array.from({ length: rows }, (_, row) => [
    ...values.subarray(row * cols, (row + 1) * cols),
  ]);
}

function tensor(tensors: Tensors, name: string): number[][] {
  return rowsOf(tensors[name] ?? { shape: [0], values: new Float32Array(0) });
}

/** States of the base before any block and after each, by the plain computation of its family. */
function plainHidden(tensors: Tensors, ids: readonly number[]): readonly Rows[] {
  const weights = {
    tensors: new Map(
      Object.entries(tensors).map(([name, { shape }]) => [
        name,
        { name, shape, dtype: 'F32', byteLength: 0 },
      ]),
    ),
    values: (name: string) => Float64Array.from(tensors[name]?.values ?? []),
  };
  const config = {
    ...{ model_type: 'llama', hidden_size: BASE.width, num_hidden_layers: BASE.layers },
    ...{ num_attention_heads: BASE.heads, num_key_value_heads: BASE.heads / 2, rms_norm_eps: 1e-6 },
  };
  return PLAIN_MODELS['llama']?.(weights, config, ids).hidden ?? [];
}

/** A's block on states of its width, step by step. */
async function plainTunedBlock(a: OpenModel, layer: number, x: Rows): Promise<Rows> {
  const { transformer, checkpoint } = a.ready();
  const read = await readBlockWeights(checkpoint, transformer, layer);
  const weights = Object.fromEntries(
    Object.entries(read).map(([name, { data, shape }]) => [
      name,
      rowsOf({ shape, values: data as Float32Array }),
    ]),
  );
  const bias = (_: number, query: number, key: number): number => (key > query ? -Infinity : 0);
  const plan = planBlock(transformer, layer);
  return plainBlock({ plan, weights, frequencies: [], bias }, x).y;
}

describe('a base of another family, wider and deeper, under a token classifier', () => {
  const gauss = gaussianGenerator(13);
  const random = (...shape: number[]): WrittenTensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape, values: Float32Array.from({ length }, gauss) };
  };
  const tuned = {
    ...scaled(syntheticTensors(TUNED), (value) => value),
    'classifier.weight': random(LABELS, TUNED.width),
    'classifier.bias': random(LABELS),
  };
  const base = scaled(syntheticTensors(BASE), cut);

  it.each<[keep: number, transplant: number]>([
    [0, 0],
    [3, 1],
    [5, 2],
  ])('gives the plain float64 logits for k %i and n %i', async (keep, transplant) => {
    const name = `${keep}-${transplant}`;
    const a = await open(writeSyntheticModel(path.join(scratch, name, 'a'), TUNED, tuned));
    const b = await open(writeSyntheticModel(path.join(scratch, name, 'b'), BASE, base));
    await expect(StitchedModels.of(a, b, { model: 'a', base: 'b' })).rejects.toMatchObject({
      message: expect.stringMatching(/judges every token by itself/u) as string,
    });
    const models = await StitchedModels.of(a, b, { model: 'a', base: 'b', pool: 'mean' });
    const stitching: Stitching = { keep, transplant, way: 'carried' };
    const logits = await new Sweep(models, [IDS], quietContext()).run([stitching]);

    // The base lists the same tokens the other way round.
    const output = new Matrix(tensor(base, 'lm_head.weight').reverse());
    const T = pseudoInverse(new Matrix(tensor(tuned, 'transformer.wte.weight')))
      .mmul(output)
      .transpose();
    const hidden = plainHidden(base, IDS)[keep] ?? [];
    let x: Rows = new Matrix(hidden.map((row) => [...row])).mmul(T).to2DArray();
    for (let layer = TUNED.layers - transplant; layer < TUNED.layers; layer += 1) {
      x = await plainTunedBlock(a, layer, x);
    }
    const [gain = []] = tensor(tuned, 'transformer.ln_f.weight');
    const normed = layerNorm(x, gain, [], EPSILON);
    const [constants] = tensor(tuned, 'classifier.bias');
    const wanted = linear(normed, tensor(tuned, 'classifier.weight'), constants);
    const found = [...(logits.get(nameOf(stitching)) ?? [])];
    expect(found).toHaveLength(LABELS);
    found.forEach((value, label) => {
      const mean = wanted.reduce((sum, row) => sum + (row[label] ?? NaN), 0) / wanted.length;
      expect(Math.abs(value - mean)).toBeLessThan(TOLERANCE);
    });
    expect(new Set(found.map((value) => value.toFixed(2))).size).toBe(LABELS);
  });
});
