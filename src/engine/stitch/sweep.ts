import type { WorkContext } from '../context';
import type { HiddenStates } from '../forward/forwardModel';
import { chunksOf, type Chunk } from './batches';
import { placeLogits, runBlocks, RunCount } from './logits';
import { digestOfIds, type StitchedModels } from './stitchedModels';
import { finishStitched } from './stitchedPass';
import { Tails, type Way } from './tails';

/** One stitched model: `keep` blocks of B, then the last `transplant` blocks of A. */
export interface Stitching {
  readonly transplant: number;
  readonly keep: number;
  readonly way: Way;
}

/** Logits `[texts, labels]` of each stitched model, by `nameOf`. */
export type SweepLogits = ReadonlyMap<string, Float64Array>;

export function nameOf({ transplant, keep, way }: Stitching): string {
  return `${transplant} ${keep} ${way}`;
}

/** A stitched model whose logits of a chunk are not kept yet. */
interface Missing {
  readonly stitching: Stitching;
  readonly key: Readonly<Record<string, unknown>>;
}

interface PlannedChunk {
  readonly chunk: Chunk;
  readonly missing: readonly Missing[];
}

/**
 * Runs many stitched models over the same texts. States of B go forward block by block, once, and every stitched model
 * begins at the block where it leaves them. What is computed is kept on disk chunk by chunk and model by model, so that a
 * sweep that was cancelled goes on where it was.
 */
export class Sweep {
  private readonly tails: Tails;

  constructor(
    private readonly models: StitchedModels,
    /** `[texts]`, each as ids of B's tokens. */
    private readonly texts: readonly (readonly number[])[],
    private readonly context: WorkContext,
  ) {
    this.tails = new Tails(models, context);
  }

  /** @throws VocabScopeError `nonFinite`, `incomparable`, `runRefused`; CancelledError */
  async run(stitchings: readonly Stitching[]): Promise<SweepLogits> {
    const run = await this.plan(stitchings, new RunCount(this.context));
    return run();
  }

  /** Reads what is kept and counts the runs that are left. @returns what runs them, with the errors of `run` */
  async plan(
    stitchings: readonly Stitching[],
    count: RunCount,
  ): Promise<() => Promise<SweepLogits>> {
    const { models, texts } = this;
    const labels = models.labels.length;
    const all = new Map(
      stitchings.map((each) => [nameOf(each), new Float64Array(texts.length * labels)]),
    );
    const planned: PlannedChunk[] = [];
    for (const chunk of chunksOf(texts, (tokens) => models.maxTexts(tokens), models.width)) {
      const missing = await this.restore(chunk, stitchings, all);
      planned.push({ chunk, missing });
      count.expect(runsOf(chunk, missing));
    }
    return async () => {
      try {
        for (const { chunk, missing } of planned) {
          await this.runChunk(chunk, missing, all, count);
        }
      } finally {
        await this.tails.dispose();
      }
      return all;
    };
  }

  /** Puts what is kept into its place. Answers what is not. */
  private async restore(
    chunk: Chunk,
    stitchings: readonly Stitching[],
    all: ReadonlyMap<string, Float64Array>,
  ): Promise<Missing[]> {
    const { a, labels } = this.models;
    const texts = chunk.reduce((sum, { places }) => sum + places.length, 0);
    const isValid = (value: unknown): value is Float64Array =>
      value instanceof Float64Array && value.length === texts * labels.length;
    const common = this.models.cacheKey(digestOfIds(chunk.map(({ ids }) => ids)));
    const missing: Missing[] = [];
    for (const stitching of stitchings) {
      const key = { ...common, ...stitching };
      const kept = await a.cache?.get(key, isValid);
      if (kept === undefined) {
        missing.push({ stitching, key });
      } else {
        placeLogits(all.get(nameOf(stitching)) ?? kept, chunk, kept, labels.length);
      }
    }
    return missing;
  }

  private async runChunk(
    chunk: Chunk,
    missing: readonly Missing[],
    all: ReadonlyMap<string, Float64Array>,
    count: RunCount,
  ): Promise<void> {
    if (missing.length === 0) {
      return;
    }
    const { models } = this;
    const forward = models.b.forward();
    let states: readonly HiddenStates[] = [];
    for (const { ids } of chunk) {
      states = [...states, await forward.embed(ids)];
    }
    const last = lastKeep(missing);
    for (let keep = 0; keep <= last; keep += 1) {
      for (const each of missing) {
        if (each.stitching.keep === keep) {
          const { transplant, way } = each.stitching;
          const tail = await this.tails.of(way);
          const logits = await finishStitched(models, tail, transplant, states, count);
          const into = all.get(nameOf(each.stitching)) ?? logits;
          placeLogits(into, chunk, logits, models.labels.length);
          await models.a.cache?.put(each.key, logits);
        }
      }
      states = keep < last ? await runBlocks(forward, [keep], states, count) : states;
    }
  }
}

function lastKeep(missing: readonly Missing[]): number {
  return missing.reduce((most, { stitching }) => Math.max(most, stitching.keep), 0);
}

function runsOf(chunk: Chunk, missing: readonly Missing[]): number {
  const blocks = missing.reduce((sum, { stitching }) => sum + stitching.transplant, 0);
  return missing.length === 0 ? 0 : chunk.length * (lastKeep(missing) + blocks);
}
