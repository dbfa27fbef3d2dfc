import type { WorkContext } from '../context';
import type { HiddenStates } from '../forward/forwardModel';
import { chunksOf, type Chunk } from './batches';
import { logitsOf, placeLogits, runBlocks, RunCount } from './logits';
import { digestOfIds, type StitchedModels } from './stitchedModels';

/** A chunk whose logits are not kept yet. */
interface Missing {
  readonly chunk: Chunk;
  readonly key: Readonly<Record<string, unknown>>;
}

/**
 * The classifier's own logits `[texts, labels]` of texts as ids of its tokens, kept on disk.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function sourceLogits(
  models: StitchedModels,
  texts: readonly (readonly number[])[],
  context: WorkContext,
): Promise<Float64Array> {
  const run = await planSource(models, texts, new RunCount(context));
  return run();
}

/** Reads what is kept of `sourceLogits` and counts the runs that are left. @returns what runs them */
export async function planSource(
  models: StitchedModels,
  texts: readonly (readonly number[])[],
  count: RunCount,
): Promise<() => Promise<Float64Array>> {
  const { a, pool, withFinalNorm, labels } = models;
  const forward = a.forward();
  const layers = Array.from({ length: models.layersA }, (_, layer) => layer);
  const { dModel } = a.ready().transformer.shape;
  const chunks = chunksOf(texts, (tokens) => forward.maxTexts(tokens), dModel);
  const all = new Float64Array(texts.length * labels.length);
  const missing: Missing[] = [];
  for (const chunk of chunks) {
    const key = {
      what: 'classifier logits',
      model: a.identity,
      pass: forward.description,
      pool,
      withFinalNorm,
      texts: digestOfIds(chunk.map(({ ids }) => ids)),
    };
    const length = chunk.reduce((sum, { places }) => sum + places.length, 0) * labels.length;
    const kept = await a.cache?.get(
      key,
      (value): value is Float64Array => value instanceof Float64Array && value.length === length,
    );
    if (kept === undefined) {
      missing.push({ chunk, key });
      count.expect(layers.length * chunk.length);
    } else {
      placeLogits(all, chunk, kept, labels.length);
    }
  }
  return async () => {
    for (const { chunk, key } of missing) {
      const states: HiddenStates[] = [];
      for (const { ids } of chunk) {
        states.push(await forward.embed(ids));
      }
      const after = await runBlocks(forward, layers, states, count);
      const end = { name: a.summary.name, forward, pool, withFinalNorm };
      const logits = await logitsOf(end, after);
      await a.cache?.put(key, logits);
      placeLogits(all, chunk, logits, labels.length);
    }
    return all;
  };
}
