/** A stitched model's way through both models: B's first blocks, then a tail. */
import type { HiddenStates, TokenBatch } from '../forward/forwardModel';
import { logitsOf, runBlocks, type RunCount } from './logits';
import type { StitchedModels } from './stitchedModels';
import type { Tail } from './tails';

/**
 * Takes states of B on by a tail, A's last `transplant` blocks and head: logits `[texts, labels]`, batch by batch.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function finishStitched(
  models: StitchedModels,
  tail: Tail,
  transplant: number,
  states: readonly HiddenStates[],
  count: RunCount,
): Promise<Float64Array> {
  const { a, layersA, pool, withFinalNorm } = models;
  const { carry, forward } = tail;
  const carried: HiddenStates[] = [];
  for (const each of states) {
    carried.push(await carry(each));
  }
  const layers = Array.from({ length: transplant }, (_, i) => layersA - transplant + i);
  const after = await runBlocks(forward, layers, carried, count);
  return logitsOf({ name: a.summary.name, forward, pool, withFinalNorm }, after);
}

/**
 * Logits `[texts, labels]` of texts of one length, nothing kept.
 * @throws VocabScopeError `nonFinite`; CancelledError
 */
export async function runStitched(
  models: StitchedModels,
  tail: Tail,
  { transplant, keep }: { readonly transplant: number; readonly keep: number },
  ids: TokenBatch,
  count: RunCount,
): Promise<Float64Array> {
  const forward = models.b.forward();
  const layers = Array.from({ length: keep }, (_, layer) => layer);
  const states = await runBlocks(forward, layers, [await forward.embed(ids)], count);
  return finishStitched(models, tail, transplant, states, count);
}
