import type { WorkContext } from '../context';
import type { HiddenStates } from '../forward/forwardModel';
import { chunksOf } from './batches';
import { logitsOf, placeLogits, runBlocks, RunCount } from './logits';
import { digestOfIds, type StitchedModels } from './stitchedModels';

/**
 * The classifier's own logits `[texts, labels]` of texts as ids of its tokens, kept on disk.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function sourceLogits(
  models: StitchedModels,
  texts: readonly (readonly number[])[],
  context: WorkContext,
): Promise<Float64Array> {
  const { a, pool, withFinalNorm, labels } = models;
  const forward = a.forward();
  const layers = Array.from({ length: models.layersA }, (_, layer) => layer);
  const { dModel } = a.ready().transformer.shape;
  const chunks = chunksOf(texts, (tokens) => forward.maxTexts(tokens), dModel);
  const count = new RunCount(context);
  count.expect(layers.length * chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  const all = new Float64Array(texts.length * labels.length);
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
    let logits = kept;
    if (logits === undefined) {
      const states: HiddenStates[] = [];
      for (const { ids } of chunk) {
        states.push(await forward.embed(ids));
      }
      const after = await runBlocks(forward, layers, states, count);
      logits = await logitsOf({ name: a.summary.name, forward, pool, withFinalNorm }, after);
      await a.cache?.put(key, logits);
    }
    placeLogits(all, chunk, logits, labels.length);
  }
  return all;
}
