import path from 'node:path';
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
import { peakBytes } from '../children';
import { writeGpt2 } from '../models';
import { withScratchFolder } from '../scratch';

const COMMAND = path.resolve('dist/vocabscope.js');
const BUDGET_BYTES = 2 ** 29;
const GB = 1e9;
/** A run takes half a minute: one round warms up, one counts. */
const ROUNDS = 1;

async function compare(a: string, b: string, { numpy, threads }: BenchContext): Promise<BenchLine> {
  const settings = { cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: BUDGET_BYTES };
  const [left, right] = [path.join(a, 'model.safetensors'), path.join(b, 'model.safetensors')];
  const seconds = await medians(
    {
      // A new engine each time: nothing is kept from the round before.
      ours: timed(async () => {
        const engine = createEngineService({ ...settings, threads });
        const [model, other] = [
          await engine.open({ path: a }, quietContext()),
          await engine.open({ path: b }, quietContext()),
        ];
        await engine.align(
          {
            ...{ model: model.model, other: other.model, groups: ['FF.V'] },
            ...{ spaces: ['embedding'], excludeUndertrained: false },
          },
          quietContext(),
        );
        await engine.dispose();
      }),
      numpy: () => numpy?.seconds({ work: 'align', a: left, b: right }) ?? Promise.resolve(NaN),
    },
    ROUNDS,
  );
  return {
    what: 'layers of two models of GPT-2 size, FF.V, reading included, against numpy by the same kernels',
    value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.ours),
    goal: '2x',
  };
}

async function memory(a: string, b: string): Promise<BenchLine> {
  const peak = await peakBytes(COMMAND, ['align', a, b, '--groups', 'FF.K,FF.V', '--no-cache']);
  return {
    what: 'peak memory of vocabscope align at GPT-2 size',
    value: `${(peak / GB).toFixed(2)} GB`,
    goal: '0.5 GB',
  };
}

/** Two models of 12 layers, width 768, 3,072 neurons and 50,257 tokens. */
export const align: BenchCase = {
  name: 'align',
  run: (context) =>
    withScratchFolder((a) =>
      withScratchFolder(async (b) => {
        writeGpt2(a);
        writeGpt2(b);
        return [await compare(a, b, context), await memory(a, b)];
      }),
    ),
};
