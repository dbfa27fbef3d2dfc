import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi, type MockInstance } from 'vitest';
import { CancelledError } from '../../../../src/core/errors';
import { quietContext } from '../../../../src/engine/context';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import { classify } from '../../../../src/engine/stitch/classify';
import { exportStitched } from '../../../../src/engine/stitch/export/exportStitched';
import { sourceLogits } from '../../../../src/engine/stitch/sourceLogits';
import { stitch } from '../../../../src/engine/stitch/stitch';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { nameOf, Sweep, type Stitching } from '../../../../src/engine/stitch/sweep';
import { formProblem } from '../../../../src/engine/stitch/translation/checkpointForm';
import { partOf } from '../../../../src/protocol/export';
import { readComponents } from '../../../../src/engine/reading/readComponents';
import { DEFAULT_OPTIONS } from '../../../../src/core/projection/options';
import { useRunningModels } from '../../../support/runningModels';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../../support/checkpoints';
import { familyFolder } from '../../../support/goldens';
import {
  syntheticTensors,
  writeSyntheticModel,
  writeTensors,
  type SyntheticModel,
  type WrittenTensor,
} from '../../../support/syntheticModel';
import { readConfigOf, readWeights } from '../../architectures/support/weights';
import { gaussianGenerator } from '../../../../src/core/projection/seeded';
import { MAX_RUN_ROWS } from '../../../../src/core/projection/workPlan';
import { readMatrix } from '../../../../src/engine/forward/weights';
import { writeTurnedModels } from '../../../support/turnedModels';

/** Float32 sums in another order, through kernels that float32 rounds. */
const LOGIT_TOLERANCE = 1e-4;
/** Rows went through a kernel in float32 before they were read. */
const SCORE_TOLERANCE = 1e-4;
const TEXTS = [[5, 9, 17, 3], [7], [1, 2, 3, 4, 5, 6, 7, 8, 9, 40]];

const { scratch, runtime, open } = useRunningModels();

function expectClose(found: Float64Array | undefined, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  found?.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(LOGIT_TOLERANCE);
  });
}

/** All scores of four rows of each kind, token by token. */
async function scoresOf(model: OpenModel): Promise<readonly number[]> {
  const kinds = { norms: ['FF.K', 'H1.Q', 'H2.K'], none: ['FF.V', 'H1.O'] } as const;
  const all: number[] = [];
  for (const fold of ['norms', 'none'] as const) {
    const options = { ...DEFAULT_OPTIONS, fold, k: MODEL.tokens.length };
    const ids = kinds[fold].map((kind) => `L1.${kind}[0:4]`);
    const readings = await readComponents(model, ids, options, false, quietContext());
    for (const { top } of readings) {
      all.push(...[...top].sort((one, two) => one.id - two.id).map(({ score }) => score));
    }
  }
  return all;
}

const MODEL: Omit<SyntheticModel, 'family'> = {
  ...{ layers: 3, width: 16, heads: 4, neurons: 20, seed: 5 },
  ...{ tokens: Array.from({ length: 60 }, (_, i) => `w${i}`), tied: false },
};
const BLOCKS = 3;
/** Neurons that are translated in several runs. */
const MANY_NEURONS = MAX_RUN_ROWS + 20;

/** A family's model with a random head for three labels. */
function withHead(from: string, folder: string): string {
  cpSync(from, folder, { recursive: true });
  const weights = readWeights(from);
  const stored = [...weights.tensors].map(([name, { shape }]): [string, WrittenTensor] => [
    name,
    { shape, values: Float32Array.from(weights.values(name)) },
  ]);
  const config = readConfigOf(from);
  const width = Number(config['hidden_size'] ?? config['n_embd']);
  const head = Float32Array.from({ length: 3 * width }, gaussianGenerator(21));
  writeTensors(path.join(folder, 'model.safetensors'), {
    ...Object.fromEntries(stored),
    'score.weight': { shape: [3, width], values: head },
  });
  const architectures = ['OfTheFamilyForSequenceClassification'];
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, architectures }));
  return folder;
}

describe('a classifier translated into another model', () => {
  it.each(['gpt2', 'llama'] as const)(
    'computes what it did where the other is the same %s in another basis, whatever blocks are its own',
    async (family) => {
      const form = { family, neurons: MANY_NEURONS };
      const folders = writeTurnedModels(path.join(scratch, family), { ...MODEL, ...form });
      const [a, b] = [await open(folders.classifier), await open(folders.turned)];
      const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
      const stitchings = Array.from({ length: BLOCKS + 1 }, (_, keep): Stitching => {
        return { keep, transplant: BLOCKS - keep, way: 'translated' };
      });
      const logits = await new Sweep(models, TEXTS, quietContext()).run(stitchings);
      const own = await sourceLogits(models, TEXTS, quietContext());
      expect(new Set(Array.from(own, (value) => value.toFixed(3))).size).toBe(own.length);
      for (const stitching of stitchings) {
        expectClose(logits.get(nameOf(stitching)), own);
      }
    },
  );

  it.each([
    ['gpt2', 'F32'],
    ['llama', 'F32'],
    ['llama', 'BF16'],
  ] as const)(
    'is written as a checkpoint like the other %s in shards of %s, which computes the same and says the same of the vocabulary',
    async (family, dtype) => {
      const form = { family, dtype, shards: 2 };
      const folders = writeTurnedModels(path.join(scratch, `${family}-${dtype}`), {
        ...MODEL,
        ...form,
      });
      const [a, b] = [await open(folders.classifier), await open(folders.turned)];
      const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
      const folder = path.join(scratch, `${family}-${dtype}-out`);
      const blocks = { keep: 1, transplant: BLOCKS - 1 };
      const { files, checkpointProblem } = await exportStitched(
        a,
        b,
        {
          ...{ ...blocks, model: 'a', base: 'b', translate: true, measured: null },
          ...{ folder, part: partOf(folder, 'test') },
        },
        quietContext(),
      );
      expect(checkpointProblem).toBeUndefined();
      expect(readdirSync(folder).sort()).toEqual([...files].sort());
      const written = await open(folder);
      expect(written.summary).toMatchObject({ architecture: family, warnings: [] });
      const asOne = await StitchedModels.of(written, b, { model: 'written', base: 'b' });
      const own = await sourceLogits(asOne, TEXTS, quietContext());
      const stitching: Stitching = { ...blocks, way: 'translated' };
      const run = await new Sweep(models, TEXTS, quietContext()).run([stitching]);
      expectClose(run.get(nameOf(stitching)), own);
      if (dtype === 'F32') {
        expectClose(own, await sourceLogits(models, TEXTS, quietContext()));
        const [found, wanted] = [await scoresOf(written), await scoresOf(a)];
        expect(found).toHaveLength(20 * MODEL.tokens.length);
        found.forEach((score, i) => {
          expect(Math.abs(score - (wanted[i] ?? NaN))).toBeLessThan(SCORE_TOLERANCE);
        });
      }
    },
  );

  it.each(['gpt2', 'gpt_neox', 'llama', 'mistral', 'qwen2'])(
    'is written in the layout of %s',
    async (family) => {
      const folder = path.join(scratch, 'layouts', family);
      const a = await open(withHead(familyFolder(family), path.join(folder, 'classifier')));
      const b = await open(familyFolder(family));
      const out = path.join(folder, 'out');
      const params = { model: 'a', base: 'b', keep: 1, transplant: 2, translate: true };
      const { checkpointProblem } = await exportStitched(
        a,
        b,
        { ...params, folder: out, part: partOf(out, 'test'), measured: null },
        quietContext(),
      );
      expect(checkpointProblem).toBeUndefined();
      const own = await sourceLogits(await StitchedModels.of(a, b, params), TEXTS, quietContext());
      const written = await StitchedModels.of(await open(out), b, params);
      expectClose(await sourceLogits(written, TEXTS, quietContext()), own);
    },
  );

  it('is written without a token for padding, so that all judge by the last token, be it the padding of the other', async () => {
    const folders = writeTurnedModels(path.join(scratch, 'padded'), { ...MODEL, family: 'llama' });
    const [padding = -1] = TEXTS[0]?.slice(-1) ?? [];
    const config = { ...readConfigOf(folders.turned), pad_token_id: padding };
    writeFileSync(path.join(folders.turned, 'config.json'), JSON.stringify(config));
    const [a, b] = [await open(folders.classifier), await open(folders.turned)];
    const folder = path.join(scratch, 'padded', 'out');
    const params = { model: 'a', base: 'b', keep: 1, transplant: 1, translate: true };
    await exportStitched(
      a,
      b,
      { ...params, folder, part: partOf(folder, 'test'), measured: null },
      quietContext(),
    );
    const written = await open(folder);
    expect(written.forward().classifier()).toMatchObject({ pool: 'last' });
    expect(written.forward().classifier().padding).toBeUndefined();
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain('no token is padding');
  });

  it('is written as ONNX where the other is of another kind, and says why', async () => {
    const [ofGpt2, ofLlama] = (['gpt2', 'llama'] as const).map((family) =>
      writeTurnedModels(path.join(scratch, `${family}-onnx`), { ...MODEL, family }),
    );
    const [a, b] = [await open(ofGpt2?.classifier ?? ''), await open(ofLlama?.turned ?? '')];
    const folder = path.join(scratch, 'onnx-out');
    const blocks = { keep: 2, transplant: 1 };
    const { files, checkpointProblem } = await exportStitched(
      a,
      b,
      {
        ...{ ...blocks, model: 'a', base: 'b', translate: true, measured: null },
        ...{ folder, part: partOf(folder, 'test') },
      },
      quietContext(),
    );
    expect(checkpointProblem).toMatch(
      /^A checkpoint like turned cannot hold these blocks: there norms are rmsnorm .* of classifier layernorm/u,
    );
    expect(files).toContain('model.onnx');
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain(checkpointProblem);
    const stitching: Stitching = { ...blocks, way: 'translated' };
    const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
    const run = await new Sweep(models, TEXTS, quietContext()).run([stitching]);
    const session = await runtime.openFile(path.join(folder, 'model.onnx'));
    const found: number[] = [];
    for (const ids of TEXTS) {
      const input = { data: BigInt64Array.from(ids, BigInt), shape: [1, ids.length] };
      found.push(...(await session.run({ input_ids: input }))('logits'));
    }
    await session.release();
    expectClose(run.get(nameOf(stitching)), found);
  });

  it('is written as ONNX where the final norm of the other is of another kind, though no block is', async () => {
    const [ofGpt2, ofLlama] = (['gpt2', 'llama'] as const).map((family) =>
      writeTurnedModels(path.join(scratch, `${family}-end`), { ...MODEL, family }),
    );
    const [a, b] = [await open(ofGpt2?.classifier ?? ''), await open(ofLlama?.turned ?? '')];
    const params = {
      ...{ model: 'a', base: 'b', keep: 1, transplant: 0, translate: true, measured: null },
      folder: path.join(scratch, 'end-out'),
      part: path.join(scratch, 'end-out.part'),
    };
    const { files, checkpointProblem } = await exportStitched(a, b, params, quietContext());
    expect(checkpointProblem).toBe(
      'A checkpoint like turned cannot hold this model: its final norm is of another kind than that before the head.',
    );
    expect(files).toContain('model.onnx');
  });

  it('judges texts no longer than its context, as its description wants it, and is closed where it cannot', async () => {
    const folders = writeTurnedModels(path.join(scratch, 'judged'), { ...MODEL, family: 'gpt2' });
    const [a, b] = [await open(folders.classifier), await open(folders.turned)];
    const folder = path.join(scratch, 'judged', 'out');
    const params = { model: 'a', base: 'b', keep: 1, transplant: 1, translate: true };
    await exportStitched(
      a,
      b,
      { ...params, folder, part: partOf(folder, 'test'), measured: null },
      quietContext(),
    );
    const change = (name: string, by: (json: Record<string, unknown>) => object): void => {
      const file = path.join(folder, name);
      const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...json, ...by(json) }));
    };
    const asked = { folder, texts: [MODEL.tokens.join(' ')], words: false };
    const closings: MockInstance<OpenModel['close']>[] = [];
    const openIn = async (from: string): Promise<OpenModel> => {
      const model = await open(from);
      closings.push(vi.spyOn(model, 'close'));
      return model;
    };
    const judge = (): ReturnType<typeof classify> =>
      classify(asked, runtime, openIn, quietContext());
    change('tokenizer.json', () => ({ pre_tokenizer: { type: 'WhitespaceSplit' } }));
    change('stitched.json', () => ({ max_tokens: MODEL.tokens.length }));
    expect((await judge()).rows).toMatchObject([{ truncated: true }]);
    change('config.json', () => ({ activation_function: 'unheard of' }));
    await expect(judge()).rejects.toMatchObject({ reason: 'runRefused' });
    change('stitched.json', ({ recipe }) => ({
      recipe: { ...(recipe as object), pool: 'middle' },
    }));
    await expect(judge()).rejects.toThrow(/does not describe a stitched model/u);
    expect(closings.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('is computed in runs, between which it can be cancelled', async () => {
    const folders = writeTurnedModels(path.join(scratch, 'runs'), { ...MODEL, family: 'gpt2' });
    const [a, b] = [await open(folders.classifier), await open(folders.turned)];
    const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
    const controller = new AbortController();
    const context = { ...quietContext(), cancellation: controller.signal };
    const { transformer, checkpoint } = await models.translated(context);
    const [W_Q] = transformer.blocks.map(({ attention }) => attention.W_Q);
    const read = (): Promise<unknown> | undefined => W_Q && readMatrix(checkpoint, W_Q);
    await expect(read()).resolves.toMatchObject({ rows: MODEL.width, cols: MODEL.width });
    controller.abort();
    await expect(read()).rejects.toBeInstanceOf(CancelledError);
  });

  it('fits no checkpoint whose positions turn otherwise, be it at one frequency that is not the slowest', async () => {
    const folders = writeTurnedModels(path.join(scratch, 'rotary'), { ...MODEL, family: 'llama' });
    const { transformer } = (await open(folders.turned)).ready();
    const { rotary } = transformer;
    const names = { tuned: 'a', base: 'b' };
    expect(formProblem(transformer, transformer, [0], names)).toBeUndefined();
    const [, ...slower] = rotary?.frequencies ?? [];
    const frequencies = [0.5, ...slower];
    const other = { ...transformer, ...(rotary && { rotary: { ...rotary, frequencies } }) };
    expect(formProblem(transformer, other, [0], names)).toMatch(
      /positions inside blocks are rotary/u,
    );
  });

  it('says the ridge of either way where an embedding spans less than its width', async () => {
    const folder = path.join(scratch, 'flat');
    const flat = (tensors: Record<string, WrittenTensor>): Record<string, WrittenTensor> => {
      const { shape = [], values = new Float32Array(0) } = tensors['lm_head.weight'] ?? {};
      const kept = values.map((value, i) => (i % MODEL.width === 0 ? 0 : value));
      return { ...tensors, 'lm_head.weight': { shape, values: kept } };
    };
    const model: SyntheticModel = { ...MODEL, family: 'gpt2', seed: 8 };
    const base = writeSyntheticModel(
      path.join(folder, 'base'),
      model,
      flat(syntheticTensors(model)),
    );
    const { classifier } = writeTurnedModels(folder, { ...MODEL, family: 'gpt2' });
    const data = path.join(folder, 'data.csv');
    writeFileSync(data, 'text,label\nw1,0\nw2,1\n');
    const { warnings } = await stitch(
      await open(classifier),
      await open(base),
      {
        ...{ model: 'a', base: 'b', transplants: [1], keeps: [1], translate: true },
        ...{ control: false, calibrate: false },
        data: { file: data, textColumn: 'text', labelColumn: 'label', maxTexts: 2 },
      },
      quietContext(),
    );
    expect(warnings).toContainEqual(
      expect.stringMatching(/^On the way back, .* ridge of \S+ was/u),
    );
  });

  it('leaves nothing where its writing is cancelled', async () => {
    const folders = writeTurnedModels(path.join(scratch, 'cancelled'), {
      ...MODEL,
      family: 'gpt2',
    });
    const [a, b] = [await open(folders.classifier), await open(folders.turned)];
    const controller = new AbortController();
    const params = {
      ...{ model: 'a', base: 'b', keep: 1, transplant: 1, translate: true, measured: null },
      folder: path.join(scratch, 'cancelled', 'out'),
      part: path.join(scratch, 'cancelled', 'out.part'),
    };
    const context = {
      cancellation: controller.signal,
      onProgress: ({ unit }: { readonly unit: string }) => {
        if (unit === 'bytes') {
          controller.abort();
        }
      },
    };
    await expect(exportStitched(a, b, params, context)).rejects.toBeInstanceOf(CancelledError);
    expect(readdirSync(path.join(scratch, 'cancelled')).sort()).toEqual(['classifier', 'turned']);
  });

  it.skipIf(!HAS_CHECKPOINTS)(
    'gives the logits that numpy computes in float64 from the same files (skipped without them)',
    async () => {
      const name = path.join(CHECKPOINTS, 'film-a-sentiment');
      const { first } = JSON.parse(
        readFileSync(path.join(name, 'goldens-stitch-film-b-reviews.json'), 'utf8'),
      ) as { first: { text_ids: number[] } };
      const [a, b] = [await open(name), await open(path.join(CHECKPOINTS, 'film-b'))];
      const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
      const stitchings = BY_NUMPY.map(([transplant, keep]): Stitching => {
        return { transplant, keep, way: 'translated' };
      });
      const logits = await new Sweep(models, [first.text_ids], quietContext()).run(stitchings);
      BY_NUMPY.forEach(([transplant, keep, wanted]) => {
        expectClose(logits.get(nameOf({ transplant, keep, way: 'translated' })), wanted);
      });
    },
  );

  it('is refused where norms stand on the hidden state itself', async () => {
    const [a, b] = [await open(familyFolder('bert_classifier')), await open(familyFolder('bert'))];
    const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
    const sweep = new Sweep(models, TEXTS, quietContext());
    await expect(sweep.run([{ transplant: 1, keep: 1, way: 'translated' }])).rejects.toMatchObject({
      reason: 'runRefused',
      message: expect.stringMatching(/cannot be translated: norms of bert stand after/u) as string,
    });
  });
});

/** Transplanted blocks, kept blocks, and the logits of the first text of the goldens, translated. */
const BY_NUMPY: readonly (readonly [number, number, readonly [number, number]])[] = [
  [1, 0, [-0.423487, 0.637767]],
  [1, 6, [-0.153831, 0.125136]],
  [2, 2, [-0.514475, 0.328309]],
  [2, 4, [-0.474179, 0.148389]],
  [3, 3, [-0.519011, 0.288155]],
  [3, 6, [-0.224663, 0.044524]],
];
