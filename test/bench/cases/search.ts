import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';
import {
  medians,
  NO_NUMPY,
  ratio,
  timed,
  type BenchCase,
  type BenchContext,
  type BenchLine,
} from '../benchCase';
import { D_FF, D_MODEL, D_VOCAB, TOP } from '../gpt2Size';
import { float32Filler, withScratchFolder, writeSafetensors, type MadeTensor } from '../scratch';

const LAYERS = 12;
const HEADS = 12;
const POSITIONS = 1024;
const BUDGET_BYTES = 2 ** 29;

/** A GPT-2 of the smallest published size, in float32. */
function writeGpt2(folder: string): void {
  const fill = float32Filler(1);
  const tensors: Record<string, MadeTensor> = {};
  const add = (name: string, ...shape: number[]): void => {
    tensors[`${name}.weight`] = { dtype: 'F32', shape, fill };
  };
  add('wte', D_VOCAB, D_MODEL);
  add('wpe', POSITIONS, D_MODEL);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    add(`h.${layer}.ln_1`, D_MODEL);
    add(`h.${layer}.attn.c_attn`, D_MODEL, 3 * D_MODEL);
    add(`h.${layer}.attn.c_proj`, D_MODEL, D_MODEL);
    add(`h.${layer}.ln_2`, D_MODEL);
    add(`h.${layer}.mlp.c_fc`, D_MODEL, D_FF);
    add(`h.${layer}.mlp.c_proj`, D_FF, D_MODEL);
  }
  add('ln_f', D_MODEL);
  writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
  const config = {
    model_type: 'gpt2',
    n_embd: D_MODEL,
    n_layer: LAYERS,
    n_head: HEADS,
    n_positions: POSITIONS,
    vocab_size: D_VOCAB,
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
}

/** Seconds of a search whose token was not searched before, everything read from the page cache. */
async function compare(
  what: string,
  folder: string,
  { numpy, threads }: BenchContext,
): Promise<readonly BenchLine[]> {
  const engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: BUDGET_BYTES,
    threads,
  });
  const { model } = await engine.open({ path: folder }, quietContext());
  const file = path.join(folder, 'model.safetensors');
  let token = 300;
  const search = (statistics: boolean): (() => Promise<number>) =>
    timed(() => {
      token += 1;
      const tokens = [`#${token}`];
      const asked = { model, tokens, options: DEFAULT_OPTIONS, start: 0, count: TOP, statistics };
      return engine.search(asked, quietContext());
    });
  const seconds = await medians({
    ours: search(false),
    judged: search(true),
    numpy: () => numpy?.seconds({ work: 'search', file, token, k: TOP }) ?? Promise.resolve(NaN),
  });
  await engine.dispose();
  return [
    {
      what: `search of a token, ${what}, with its place in ${TOP} rows, against numpy's product alone`,
      value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.ours),
      goal: '1x',
    },
    {
      what: `the same with the readability of the rows`,
      value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.judged),
    },
  ];
}

/**
 * A token against every row of a model, best 50, reading included. numpy reads the same matrices and multiplies them with
 * the token's embedding; ours also finds the token's place in the rows that it answers.
 */
export const search: BenchCase = {
  name: 'search',
  async run(context) {
    const sample = await compare('sample model', path.resolve('media/sample'), context);
    const large = await withScratchFolder((folder) => {
      writeGpt2(folder);
      return compare('GPT-2 size', folder, context);
    });
    return [...sample, ...large];
  },
};
