/** A stitched model's way through both models: B's first blocks, the kernel, A's last blocks and head. */
import type { HiddenStates, TokenBatch } from '../forward/forwardModel';
import { logitsOf, runBlocks, type RunCount } from './logits';
import type { StitchedModels, TransposedKernel } from './stitchedModels';

/**
 * Carries states of B into A and runs A's last `transplant` blocks and head: logits `[texts, labels]`, batch by batch.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function finishStitched(
  models: StitchedModels,
  kernel: TransposedKernel,
  transplant: number,
  states: readonly HiddenStates[],
  count: RunCount,
): Promise<Float64Array> {
  const { a, layersA, pool, withFinalNorm } = models;
  const carried: HiddenStates[] = [];
  for (const each of states) {
    carried.push(await models.carry(each, kernel));
  }
  const layers = Array.from({ length: transplant }, (_, i) => layersA - transplant + i);
  const after = await runBlocks(a.forward(), layers, carried, count);
  return logitsOf({ model: a, pool, withFinalNorm }, after);
}

/**
 * Logits `[texts, labels]` of texts of one length, nothing kept.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function runStitched(
  models: StitchedModels,
  kernel: TransposedKernel,
  { transplant, keep }: { readonly transplant: number; readonly keep: number },
  ids: TokenBatch,
  count: RunCount,
): Promise<Float64Array> {
  const forward = models.b.forward();
  const layers = Array.from({ length: keep }, (_, layer) => layer);
  const states = await runBlocks(forward, layers, [await forward.embed(ids)], count);
  return finishStitched(models, kernel, transplant, states, count);
}
