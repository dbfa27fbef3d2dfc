import { checkCancelled, VocabScopeError } from '../../core/errors';
import type { Pool } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import type { ForwardModel, HiddenStates } from '../forward/forwardModel';
import type { Chunk } from './batches';
import { poolLogits } from './pooling';

/** Counts runs of a block, for progress. */
export class RunCount {
  private done = 0;
  private total = 0;

  constructor(private readonly context: WorkContext) {}

  expect(runs: number): void {
    this.total += runs;
  }

  /** Before each run. @throws CancelledError */
  next(): void {
    checkCancelled(this.context.cancellation);
    this.context.onProgress({ done: this.done, total: this.total, unit: 'block runs' });
    this.done += 1;
  }
}

/** States of a chunk after some blocks, batch by batch. */
export async function runBlocks(
  forward: ForwardModel,
  layers: readonly number[],
  states: readonly HiddenStates[],
  count: RunCount,
): Promise<readonly HiddenStates[]> {
  let current = [...states];
  for (const layer of layers) {
    const block = await forward.block(layer);
    const after: HiddenStates[] = [];
    for (const each of current) {
      count.next();
      after.push(await block.run(each));
    }
    current = after;
  }
  return current;
}

/** How a classifier turns final states into logits of texts. */
export interface ClassifierEnd {
  /** How sentences call it. */
  readonly name: string;
  readonly forward: ForwardModel;
  readonly pool: Pool;
  readonly withFinalNorm: boolean;
}

/**
 * Logits `[texts of the chunk, labels]` from the states after A's last block, batch by batch.
 * @throws VocabScopeError `nonFinite`
 */
export async function logitsOf(
  { name, forward, pool, withFinalNorm }: ClassifierEnd,
  states: readonly HiddenStates[],
): Promise<Float64Array> {
  const labels = forward.classifier().labels.length;
  const head = await forward.head(withFinalNorm);
  const texts = states.reduce((sum, each) => sum + each.texts, 0);
  const logits = new Float64Array(texts * labels);
  let at = 0;
  for (const each of states) {
    const pooled = poolLogits(await head(each), each.tokens, labels, pool);
    logits.set(pooled, at);
    at += pooled.length;
  }
  if (!logits.every(Number.isFinite)) {
    throw new VocabScopeError(
      'nonFinite',
      `${name} computes logits that are not finite: weights may be damaged, or states too large for float32. vocabscope info --scan counts damaged weights.`,
    );
  }
  return logits;
}

/** Logits of a chunk put at their texts' places in those of all texts `[texts, labels]`. */
export function placeLogits(
  all: Float64Array,
  chunk: Chunk,
  logits: Float64Array,
  labels: number,
): void {
  let at = 0;
  for (const { places } of chunk) {
    for (const place of places) {
      all.set(logits.subarray(at, at + labels), place * labels);
      at += labels;
    }
  }
}
