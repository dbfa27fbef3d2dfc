import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../../src/engine/context';
import { MemoryBudget } from '../../../../src/engine/memoryBudget';
import { openModel } from '../../../../src/engine/model/open';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../../src/engine/onnx/onnxSessions';
import { sourceLogits } from '../../../../src/engine/stitch/sourceLogits';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { nameOf, Sweep, type Stitching } from '../../../../src/engine/stitch/sweep';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../../support/checkpoints';
import { familyFolder } from '../../../support/goldens';
import type { SyntheticModel } from '../../../support/syntheticModel';
import { writeTurnedModels } from '../../../support/turnedModels';

/** Float32 sums in another order, through kernels that float32 rounds. */
const LOGIT_TOLERANCE = 1e-4;
const TEXTS = [[5, 9, 17, 3], [7], [1, 2, 3, 4, 5, 6, 7, 8, 9, 40]];

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-translate-'));
const runtime = new OnnxSessions(0);
const backend = createOnnxBackend();
const opened: OpenModel[] = [];
afterAll(async () => {
  await Promise.all(opened.map((model) => model.close()));
  await runtime.dispose();
  await backend.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

async function open(folder: string): Promise<OpenModel> {
  const dependencies = {
    cache: null,
    budget: new MemoryBudget(2 ** 28),
    backend: () => backend,
    runtime: () => runtime,
  };
  const model = await openModel(folder, { path: folder }, dependencies);
  opened.push(model);
  return model;
}

function expectClose(found: Float64Array | undefined, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  found?.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(LOGIT_TOLERANCE);
  });
}

const MODEL: Omit<SyntheticModel, 'family'> = {
  ...{ layers: 3, width: 16, heads: 4, neurons: 20, seed: 5 },
  ...{ tokens: Array.from({ length: 60 }, (_, i) => `w${i}`), tied: false },
};
const BLOCKS = 3;

describe('a classifier translated into another model', () => {
  it.each(['gpt2', 'llama'] as const)(
    'computes what it did where the other is the same %s in another basis, whatever blocks are its own',
    async (family) => {
      const folders = writeTurnedModels(path.join(scratch, family), { ...MODEL, family });
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
