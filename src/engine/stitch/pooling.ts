import path from 'node:path';
import { VocabScopeError } from '../../core/errors';
import type { ClassifierHead } from '../../core/model/transformer';
import { float32At } from '../../core/tensor/elements';
import { isFile } from '../../io/fileKind';
import { readSmallText } from '../../io/smallFile';
import { POOLS, type Pool, type PoolSource } from '../../protocol/stitch';
import type { OpenModel } from '../model/openModel';

const MAX_TRAIN_BYTES = 1024 * 1024;

/** What `train.json` beside a model says of pooling; undefined where there is none, or it says nothing of it. */
async function statedPool({ summary }: OpenModel): Promise<Pool | undefined> {
  const file = path.join(path.dirname(summary.canonicalPath), 'train.json');
  if (!(await isFile(file))) {
    return undefined;
  }
  const limit = { maxBytes: MAX_TRAIN_BYTES, reason: 'invalidConfig' } as const;
  let json: unknown;
  try {
    json = JSON.parse(await readSmallText(file, limit));
  } catch (error) {
    throw new VocabScopeError(
      'invalidConfig',
      `${file} is no valid JSON: correct it, or say how the classifier pools (on the command line: --pool).`,
      { cause: error },
    );
  }
  const said = typeof json === 'object' && json !== null ? (json as { pool?: unknown }).pool : null;
  return POOLS.find((pool) => pool === said);
}

/**
 * How a classifier makes logits of a text out of those of its tokens: as asked, else as `train.json` beside it says, else
 * as its architecture does.
 * @throws VocabScopeError `runRefused` where nobody knows
 */
export async function poolOf(
  model: OpenModel,
  asked: Pool | undefined,
): Promise<{ readonly pool: Pool; readonly source: PoolSource }> {
  if (asked !== undefined) {
    return { pool: asked, source: 'asked' };
  }
  const stated = await statedPool(model);
  if (stated !== undefined) {
    return { pool: stated, source: 'train.json' };
  }
  const { pool } = model.forward().classifier();
  if (pool === undefined) {
    throw new VocabScopeError(
      'runRefused',
      `${model.summary.name} judges every token by itself, and how it was trained to judge a whole text is not known: say which: mean, last or first (on the command line: --pool).`,
    );
  }
  return { pool, source: 'architecture' };
}

/**
 * A text up to the token that a classifier judges by: behind it stands only padding, such as an end-of-text token that serves
 * as both. No token sees a later one where the last judges.
 */
export function upToJudged(
  ids: readonly number[],
  { padding }: Pick<ClassifierHead, 'padding'>,
): readonly number[] {
  const last = ids.findLastIndex((id) => id !== padding);
  return ids.slice(0, Math.max(0, last) + 1);
}

/** Logits `[texts, labels]` of texts of one length, from those of their tokens `[texts * tokens, labels]`. */
export function poolLogits(
  logits: Float32Array,
  tokens: number,
  labels: number,
  pool: Pool,
): Float64Array {
  const texts = logits.length / (tokens * labels);
  const pooled = new Float64Array(texts * labels);
  for (let text = 0; text < texts; text += 1) {
    const first = text * tokens;
    const from = pool === 'last' ? first + tokens - 1 : first;
    const count = pool === 'mean' ? tokens : 1;
    for (let label = 0; label < labels; label += 1) {
      let sum = 0;
      for (let token = from; token < from + count; token += 1) {
        sum += float32At(logits, token * labels + label);
      }
      pooled[text * labels + label] = sum / count;
    }
  }
  return pooled;
}
