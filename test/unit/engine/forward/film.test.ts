import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../../src/engine/memoryBudget';
import { openModel } from '../../../../src/engine/model/open';
import type { OpenModel } from '../../../../src/engine/model/openModel';
import { OnnxSessions } from '../../../../src/engine/onnx/onnxSessions';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../../support/checkpoints';
import { createPlainBackend } from '../../../support/plainBackend';

/** Float32 through six blocks against PyTorch's float64, in states of size up to ten. */
const TOLERANCE = 5e-5;

interface StitchGoldens {
  readonly pool: 'last' | 'mean';
  readonly first: {
    readonly text_ids: readonly number[];
    readonly tuned_last_hidden_first8: readonly number[];
    readonly tuned_logits: readonly number[];
    readonly base_hidden_last_token_first8: readonly (readonly number[])[];
  };
}

const runtime = new OnnxSessions(1);
afterAll(() => runtime.dispose());

function open(name: string): Promise<OpenModel> {
  return openModel(
    'test',
    { path: path.join(CHECKPOINTS, name) },
    {
      cache: null,
      budget: new MemoryBudget(2 ** 28),
      backend: createPlainBackend,
      runtime: () => runtime,
    },
  );
}

/** States of one text after each block; the first those before all. */
async function runText(model: OpenModel, ids: readonly number[]) {
  const forward = model.forward();
  let states = await forward.embed([ids]);
  const all = [states];
  for (let layer = 0; layer < 6; layer += 1) {
    const block = await forward.block(layer);
    states = await block.run(states);
    all.push(states);
  }
  return all;
}

function expectNear(found: ArrayLike<number>, wanted: readonly number[]): void {
  wanted.forEach((value, index) => {
    expect(Math.abs((found[index] ?? NaN) - value)).toBeLessThan(TOLERANCE);
  });
}

describe.skipIf(!HAS_CHECKPOINTS)(
  'trained models run as in PyTorch (skipped without their goldens)',
  () => {
    it.each(
      ['film-a-sentiment', 'film-a-sentiment-mean'].flatMap((name) =>
        ['goldens-stitch-film-b.json', 'goldens-stitch-film-b-reviews.json'].map(
          (file) => [name, file] as const,
        ),
      ),
    )('%s, %s', async (name, file) => {
      const goldens = JSON.parse(
        readFileSync(path.join(CHECKPOINTS, name, file), 'utf8'),
      ) as StitchGoldens;
      const { first } = goldens;
      const [tuned, base] = [await open(name), await open('film-b')];
      const lastToken = (first.text_ids.length - 1) * 128;

      const baseStates = await runText(base, first.text_ids);
      expect(baseStates).toHaveLength(first.base_hidden_last_token_first8.length);
      baseStates.forEach(({ data }, layer) => {
        const wanted = first.base_hidden_last_token_first8[layer] ?? [NaN];
        expectNear(data.subarray(lastToken), wanted);
      });

      const states = (await runText(tuned, first.text_ids)).at(-1);
      if (states === undefined) {
        throw new Error('nothing ran');
      }
      expectNear(states.data.subarray(lastToken), first.tuned_last_hidden_first8);
      const logits = await (await tuned.forward().head(true))(states);
      const tokens = first.text_ids.length;
      const pooled = [0, 1].map((label) => {
        const ofTokens = Array.from(
          { length: tokens },
          (_, token) => logits[2 * token + label] ?? NaN,
        );
        const sum = ofTokens.reduce((total, value) => total + value, 0);
        return goldens.pool === 'mean' ? sum / tokens : (ofTokens.at(-1) ?? NaN);
      });
      expectNear(pooled, first.tuned_logits);
      await Promise.all([tuned.close(), base.close()]);
    });
  },
);
