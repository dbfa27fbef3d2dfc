import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import {
  adapterTensorsOf,
  writeSyntheticAdapter,
  type SyntheticAdapter,
} from '../../support/syntheticAdapter';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
  type WrittenTensor,
} from '../../support/syntheticModel';

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-adapter-'));
let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    ...{ cacheFolder: path.join(scratch, 'cache'), cacheLimitBytes: 2 ** 24 },
    memoryBudgetBytes: 2 ** 28,
  });
  writeSyntheticModel(path.join(scratch, 'base'), BASE);
});
afterAll(async () => {
  await engine.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const BASE: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: Array.from({ length: 40 }, (_, i) => `w${String(i)}`),
};
const BLOCK = 'transformer.h.1';
const ADAPTER: SyntheticAdapter = {
  modules: { [`${BLOCK}.attn.c_attn`]: [2, 8, 24], [`${BLOCK}.mlp.c_proj`]: [2, 12, 8] },
};

const basePath = path.join(scratch, 'base');

/** What the adapter makes of a tensor `[in, out]`, in float64. */
function merged(
  tensors: Readonly<Record<string, WrittenTensor>>,
  module: string,
  scale: number,
  adapter: SyntheticAdapter = ADAPTER,
): WrittenTensor {
  const base = tensors[`${module}.weight`] ?? { shape: [], values: new Float32Array() };
  const factors = adapterTensorsOf(adapter);
  const [rank = 0, inputs = 0, outputs = 0] = adapter.modules[module] ?? [];
  const a = factors[`base_model.model.${module}.lora_A.weight`]?.values ?? [];
  const b = factors[`base_model.model.${module}.lora_B.weight`]?.values ?? [];
  const values = base.values.map((value, at) => {
    const [row, column] = [Math.floor(at / outputs), at % outputs];
    let sum = 0;
    for (let k = 0; k < rank; k += 1) {
      sum += scale * (b[column * rank + k] ?? NaN) * (a[k * inputs + row] ?? NaN);
    }
    return value + sum;
  });
  return { shape: base.shape, values };
}

const ALL_ROWS = ['E[*]', 'L*.FF.K[*]', 'L*.FF.V[*]', 'L*.H*.Q[*]', 'L*.H*.V[*]', 'L*.H*.O[*]'];

async function norms(folder: string, base?: string): Promise<number[]> {
  const params = { path: folder, ...(base === undefined ? {} : { base }) };
  const { model } = await engine.open(params, quietContext());
  const asked = { model, components: ALL_ROWS, options: { ...DEFAULT_OPTIONS, k: 3 } };
  const { rows } = await engine.readRows(asked, quietContext());
  await engine.close({ model }, quietContext());
  return rows.flatMap(({ norm, top }) => [norm, ...top.map(({ score }) => score)]);
}

/** Merged here number by number, and read merged: one rounding to float32 apart. */
const DIGITS = 5;

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] ?? NaN, DIGITS);
  });
}

describe('an adapter', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['alpha over rank', {}, 2],
    ['alpha over its root', { use_rslora: true }, 4 / Math.sqrt(2)],
    ['an alpha of its own', { alpha_pattern: { c_attn: 1, 'mlp.c_proj': 1 } }, 0.5],
    ['an alpha by an expression', { alpha_pattern: { '.*attn.c_attn': 1, c_proj: 1 } }, 0.5],
  ])('is read merged, with %s', async (name, config, scale) => {
    const tensors = syntheticTensors(BASE);
    const changed = Object.fromEntries(
      Object.keys(ADAPTER.modules).map((module) => [
        `${module}.weight`,
        merged(tensors, module, scale),
      ]),
    );
    const whole = writeSyntheticModel(path.join(scratch, `whole ${name}`), BASE, {
      ...tensors,
      ...changed,
    });
    const adapter = writeSyntheticAdapter(path.join(scratch, name), { ...ADAPTER, config });
    expectClose(await norms(adapter, basePath), await norms(whole));
  });

  it.each([true, false])(
    'is laid over square weights as its base keeps them, where fan_in_fan_out is %s',
    async (flag) => {
      const square = { modules: { [`${BLOCK}.attn.c_proj`]: [2, 8, 8] } } as const;
      const tensors = syntheticTensors(BASE);
      const name = `${BLOCK}.attn.c_proj`;
      const whole = writeSyntheticModel(path.join(scratch, `square whole ${String(flag)}`), BASE, {
        ...tensors,
        [`${name}.weight`]: merged(tensors, name, 2, square),
      });
      const config = { fan_in_fan_out: flag };
      const folder = path.join(scratch, `square ${String(flag)}`);
      const adapter = writeSyntheticAdapter(folder, { ...square, config });
      expectClose(await norms(adapter, basePath), await norms(whole));
    },
  );

  it('says what it is laid over, from any of its paths', async () => {
    const folder = writeSyntheticAdapter(path.join(scratch, 'paths'), ADAPTER);
    for (const name of ['', 'adapter_config.json', 'adapter_model.safetensors']) {
      const found = await engine.open(
        { path: path.join(folder, name), base: basePath },
        quietContext(),
      );
      expect(found.name).toBe('paths');
      expect(found.adapter).toEqual({
        ...{ basePath: path.join(basePath, 'model.safetensors'), adapted: 2 },
        ...{ ranks: [2], replaced: 0 },
      });
      expect(found.canonicalPath).toBe(path.join(folder, 'adapter_model.safetensors'));
      expect(found.tokenizer?.size).toBe(40);
    }
  });

  it('brings whole tensors: a classifier, and one in place of the base', async () => {
    const score = { shape: [2, 8], values: Float32Array.from({ length: 16 }, (_, i) => i) };
    const gains = { shape: [8], values: new Float32Array(8).fill(2) };
    const folder = writeSyntheticAdapter(path.join(scratch, 'whole'), {
      ...ADAPTER,
      whole: {
        'base_model.model.score.modules_to_save.default.weight': score,
        'base_model.model.score.original_module.weight': gains,
        'base_model.model.transformer.ln_f.weight': gains,
      },
    });
    const tuned = await engine.open({ path: folder, base: basePath }, quietContext());
    expect(tuned.labels).toEqual(['0', '1']);
    expect(tuned.adapter?.replaced).toBe(2);
    const base = await engine.open({ path: basePath }, quietContext());
    const asked = { model: tuned.model, other: base.model };
    const { tensors, tables } = await engine.diff(asked, quietContext());
    expect(tensors).toEqual({ total: 16, changed: 3, new: 1, reshaped: 0, gone: 0 });
    expect(tables.filter(({ changedRows }) => changedRows > 0).map(({ matrix }) => matrix)).toEqual(
      ['C', 'L1.FF.V', 'L1.Q', 'L1.K', 'L1.V'],
    );
    const { rows } = await engine.diffTensors({ ...asked, start: 0, count: 99 }, quietContext());
    const proj = rows.find(({ tensor }) => tensor === `${BLOCK}.mlp.c_proj.weight`);
    const delta = merged({ [`${BLOCK}.mlp.c_proj.weight`]: ZERO }, `${BLOCK}.mlp.c_proj`, 2);
    const size = Math.hypot(...delta.values);
    expect(proj).toMatchObject({ status: 'changed', share: 1 });
    expect(proj?.norm).toBeCloseTo(size, DIGITS);
    const own = syntheticTensors(BASE)[`${BLOCK}.mlp.c_proj.weight`]?.values ?? [];
    expect(proj?.relative).toBeCloseTo(size / Math.hypot(...own), DIGITS);
  });

  it('brings biases of the layers that it adapts, in place of those of the base', async () => {
    const filled = (value: number): WrittenTensor => {
      return { shape: [BASE.width], values: new Float32Array(BASE.width).fill(value) };
    };
    const name = `${BLOCK}.mlp.c_proj.bias`;
    const biased = writeSyntheticModel(path.join(scratch, 'biased'), BASE, {
      ...syntheticTensors(BASE),
      [name]: filled(1),
    });
    const folder = writeSyntheticAdapter(path.join(scratch, 'biases'), {
      ...ADAPTER,
      whole: {
        [`base_model.model.${BLOCK}.mlp.c_proj.base_layer.bias`]: filled(3),
        [`base_model.model.${BLOCK}.mlp.c_proj.base_layer.weight`]: ZERO,
      },
    });
    const changeFrom = async (to: string): Promise<unknown> => {
      const tuned = await engine.open({ path: folder, base: to }, quietContext());
      expect(tuned.adapter).toMatchObject({ adapted: 2, replaced: 1 });
      const base = await engine.open({ path: to }, quietContext());
      const { rows } = await engine.diffTensors(
        { model: tuned.model, other: base.model, start: 0, count: 99 },
        quietContext(),
      );
      return rows.find(({ tensor }) => tensor === name);
    };
    expect(await changeFrom(biased)).toMatchObject({
      status: 'changed',
      norm: expect.closeTo((3 - 1) * Math.sqrt(BASE.width), DIGITS) as number,
      relative: expect.closeTo(3 - 1, DIGITS) as number,
    });
    expect(await changeFrom(basePath)).toMatchObject({ status: 'new' });
  });

  it('is found where base and adapter are saved with other prefixes', async () => {
    const modules = { 'h.1.mlp.c_proj': [2, 12, 8] } as const;
    const folder = writeSyntheticAdapter(path.join(scratch, 'prefix'), { modules });
    const { adapter } = await engine.open({ path: folder, base: basePath }, quietContext());
    expect(adapter?.adapted).toBe(1);
  });

  it('changes what was computed of it when its config changes', async () => {
    const folder = writeSyntheticAdapter(path.join(scratch, 'settings'), ADAPTER);
    const before = await norms(folder, basePath);
    writeSyntheticAdapter(folder, { ...ADAPTER, config: { lora_alpha: 40 } });
    expect(await norms(folder, basePath)).not.toEqual(before);
  });
});

const ZERO: WrittenTensor = { shape: [12, 8], values: new Float32Array(96) };

describe('what is no adapter of this base', () => {
  const module = `${BLOCK}.mlp.c_proj`;
  it.each<[string, SyntheticAdapter, string, RegExp]>([
    [
      'a module that the base lacks',
      { modules: { 'transformer.h.7.mlp.c_proj': [2, 12, 8] } },
      'incomparable',
      /lacks a module that the adapter changes: "transformer\.h\.7/u,
    ],
    [
      'a rank that disagrees with the config',
      { modules: { [module]: [3, 12, 8] } },
      'incomparable',
      /rank of ".*c_proj" disagrees: lora_A has 3, lora_B 3, and adapter_config\.json says 2/u,
    ],
    [
      'another width',
      { modules: { [module]: [2, 12, 10] } },
      'incomparable',
      /as if it were \[12, 10\], but in the base it is \[12, 8\]/u,
    ],
    [
      'the other layout, whatever the config says',
      { modules: { [module]: [2, 8, 12] }, config: { fan_in_fan_out: false } },
      'incomparable',
      /as if it were \[8, 12\], but in the base it is \[12, 8\]/u,
    ],
    [
      'one factor alone',
      {
        modules: {},
        whole: { [`${module}.lora_A.weight`]: { shape: [2, 12], values: new Float32Array(24) } },
      },
      'incomparable',
      /only lora_A is there/u,
    ],
    [
      'nothing',
      { modules: {}, whole: { 'x.original_module.y': ZERO } },
      'incomparable',
      /no tensor/u,
    ],
    ['DoRA', { ...ADAPTER, config: { use_dora: true } }, 'unsupportedFormat', /DoRA.*Merge it/u],
    [
      'magnitudes',
      { ...ADAPTER, whole: { [`${module}.lora_magnitude_vector`]: ZERO } },
      'unsupportedFormat',
      /lora_magnitude_vector/u,
    ],
    [
      'what is added to biases',
      {
        ...ADAPTER,
        whole: { [`${module}.lora_B.bias`]: { shape: [8], values: new Float32Array(8) } },
      },
      'unsupportedFormat',
      /c_proj\.lora_B\.bias", which it adds to a bias.*Merge it/u,
    ],
    ['another kind', { ...ADAPTER, config: { peft_type: 'IA3' } }, 'unsupportedFormat', /"IA3"/u],
    ['no rank', { ...ADAPTER, config: { r: 'eight' } }, 'unsupportedFormat', /says r "eight"/u],
    [
      'layers that are repeated first',
      { ...ADAPTER, config: { layer_replication: [[0, 2]] } },
      'unsupportedFormat',
      /layer_replication: .*Merge it/u,
    ],
    [
      'rows of single tokens besides',
      { ...ADAPTER, config: { trainable_token_indices: { wte: [1] } } },
      'unsupportedFormat',
      /trainable_token_indices: .*Merge it/u,
    ],
    [
      'a base that was changed first',
      { ...ADAPTER, config: { init_lora_weights: 'pissa_niter_4' } },
      'unsupportedFormat',
      /"pissa_niter_4".*Merge it/u,
    ],
    [
      'an expression that may never end',
      { ...ADAPTER, config: { rank_pattern: { '(a+)+$': 2 } } },
      'unsupportedFormat',
      /pattern that this version does not read/u,
    ],
  ])('is refused: %s', async (name, adapter, reason, sentence) => {
    const folder = writeSyntheticAdapter(path.join(scratch, `bad ${name}`), adapter);
    const opening = engine.open({ path: folder, base: basePath }, quietContext());
    await expect(opening).rejects.toMatchObject({ reason });
    await expect(opening).rejects.toThrow(sentence);
  });

  it('asks for its base, and names the one that its config suggests', async () => {
    const config = { base_model_name_or_path: 'org/base' };
    const folder = writeSyntheticAdapter(path.join(scratch, 'alone'), { ...ADAPTER, config });
    const opening = engine.open({ path: folder }, quietContext());
    await expect(opening).rejects.toMatchObject({ reason: 'missingBase' });
    await expect(opening).rejects.toThrow(/--base PATH.*"org\/base"/u);
  });

  it('says that a model needs no base, that weights are missing, and that pickles are not read', async () => {
    const opening = (folder: string): Promise<unknown> =>
      engine.open({ path: folder, base: basePath }, quietContext());
    await expect(opening(basePath)).rejects.toThrow(/is no adapter.*Leave --base out/u);
    const folder = writeSyntheticAdapter(path.join(scratch, 'pickled'), ADAPTER);
    rmSync(path.join(folder, 'adapter_model.safetensors'));
    await expect(opening(folder)).rejects.toThrow(/no adapter_model\.safetensors/u);
    writeFileSync(path.join(folder, 'adapter_model.bin'), Buffer.from([0x80, 0x02, 0x2e]));
    await expect(opening(folder)).rejects.toThrow(/adapter_model\.bin is a PyTorch file/u);
  });
});
