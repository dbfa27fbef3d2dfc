import { unlinkSync } from 'node:fs';
import path from 'node:path';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { writeOnnxFile } from '../../../src/engine/onnx/onnxFile';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import { medians, ratio, timed, type BenchCase, type BenchLine } from '../benchCase';
import { D_FF, D_MODEL } from '../gpt2Size';
import { handWrittenGpt2 } from '../handWrittenGpt2';
import { HEADS, LAYERS, writeGpt2 } from '../models';
import { float32Filler, withScratchFolder } from '../scratch';
import type { Numpy } from '../numpy';

const REPETITIONS = 3;
const TEXTS = 8;
/** Short texts leave more to what surrounds the multiplications, long ones more to attention. */
const LENGTHS = [32, 256];
/** Weights of about the size that training begins with, so that attention does not jump from token to token. */
const WEIGHT_POWER = -6;
/** Of the size of the states: float32 sums in another order. */
const TOLERANCE = 1e-4;

function textsOf(tokens: number): number[][] {
  return Array.from({ length: TEXTS }, (_, text) =>
    Array.from({ length: tokens }, (__, token) => (text * 7919 + token * 104_729) % 50_000),
  );
}

/** Our own way: block by block, weights as inputs of one graph. */
async function runBlocks(model: OpenModel, ids: number[][]): Promise<Float32Array> {
  const forward = model.forward();
  let states = await forward.embed(ids);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    states = await (await forward.block(layer)).run(states);
  }
  return (await forward.finalNorm(states)).data;
}

async function compare(
  folder: string,
  model: OpenModel,
  runtime: OnnxSessions,
  torch: Numpy | null,
  tokens: number,
): Promise<BenchLine[]> {
  const file = path.join(folder, 'model.onnx');
  const sizes = { layers: LAYERS, heads: HEADS, dModel: D_MODEL, dFf: D_FF, texts: TEXTS, tokens };
  await writeOnnxFile(file, handWrittenGpt2(model.checkpoint, sizes), () => undefined);
  const session = await runtime.openFile(file);
  const ids = textsOf(tokens);
  const input = { data: BigInt64Array.from(ids.flat(), BigInt), shape: [TEXTS, tokens] };
  const runWhole = async (): Promise<Float32Array> =>
    (await session.run({ input_ids: input }))('hidden');
  const [ours, theirs] = [await runBlocks(model, ids), await runWhole()];
  const apart = ours.reduce((sum, value, i) => sum + (value - (theirs[i] ?? NaN)) ** 2, 0);
  const size = ours.reduce((sum, value) => sum + value ** 2, 0);
  if (!(Math.sqrt(apart / size) < TOLERANCE)) {
    throw new Error(`The two runs are ${Math.sqrt(apart / size)} of their size apart.`);
  }
  const seconds = await medians(
    {
      ours: timed(() => runBlocks(model, ids)),
      whole: timed(runWhole),
      torch: () =>
        torch?.seconds({ work: 'torch_pass', ids, layers: LAYERS, heads: HEADS }) ??
        Promise.resolve(NaN),
    },
    REPETITIONS,
  );
  await session.release();
  unlinkSync(file);
  const what = `a forward pass of GPT-2's size, ${TEXTS} texts of ${tokens} tokens, block by block`;
  return [
    {
      what: `${what}, against one hand-written ONNX graph with its weights inside`,
      value: ratio(seconds.whole, seconds.ours),
      goal: '0.9x',
    },
    ...(torch === null
      ? []
      : [{ what: `${what}, against torch`, value: ratio(seconds.torch, seconds.ours) }]),
  ];
}

/** Tokens a second of the forward pass. */
export const forward: BenchCase = {
  name: 'forward',
  run: ({ numpy, threads }) =>
    withScratchFolder(async (folder) => {
      const file = writeGpt2(folder, float32Filler(1, WEIGHT_POWER));
      const runtime = new OnnxSessions(threads);
      const backend = createOnnxBackend({ threads });
      const model = await openModel(
        'gpt2',
        { path: folder },
        {
          cache: null,
          budget: new MemoryBudget(2 ** 30),
          backend: () => backend,
          runtime: () => runtime,
        },
      );
      const torch = numpy?.has('torch') === true ? numpy : null;
      await torch?.seconds({ work: 'torch_read', file, layers: LAYERS, threads });
      const lines: BenchLine[] =
        torch === null
          ? [
              {
                what: 'a forward pass against torch',
                value: 'no python3 with torch on this machine',
              },
            ]
          : [];
      for (const tokens of LENGTHS) {
        lines.push(...(await compare(folder, model, runtime, torch, tokens)));
      }
      await model.close();
      await backend.dispose();
      await runtime.dispose();
      return lines;
    }),
};
