import type { TokenBatch } from '../forward/forwardModel';

/** Texts of one length that run together. */
export interface TextBatch {
  /** Their places among all texts. */
  readonly places: readonly number[];
  readonly ids: TokenBatch;
}

/** Batches whose hidden states are in memory together. */
export type Chunk = readonly TextBatch[];

/** Memory that the hidden states of a chunk may take, before and after a block. */
const CHUNK_BYTES = 128 * 1024 * 1024;
const FLOAT32_BYTES = 4;
const STATES_AT_ONCE = 3;

/**
 * Texts by length, in batches of at most `maxTexts(tokens)`, and these in chunks of bounded memory; shortest first, texts
 * of one length in their order. Nothing is padded, so that a text's numbers do not depend on its neighbours.
 *
 * @param width the wider model's d_model
 */
export function chunksOf(
  texts: readonly (readonly number[])[],
  maxTexts: (tokens: number) => number,
  width: number,
): readonly Chunk[] {
  const maxTokens = CHUNK_BYTES / (STATES_AT_ONCE * FLOAT32_BYTES * width);
  const places = [...texts.keys()].sort(
    (a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0) || a - b,
  );
  const chunks: TextBatch[][] = [];
  let held = Infinity;
  for (let at = 0; at < places.length;) {
    const tokens = texts[places[at] ?? 0]?.length ?? 0;
    const most = at + Math.max(1, maxTexts(tokens));
    let end = at + 1;
    while (end < Math.min(most, places.length) && texts[places[end] ?? 0]?.length === tokens) {
      end += 1;
    }
    const batch = places.slice(at, end);
    if (held + batch.length * tokens > maxTokens) {
      chunks.push([]);
      held = 0;
    }
    held += batch.length * tokens;
    chunks.at(-1)?.push({ places: batch, ids: batch.map((place) => texts[place] ?? []) });
    at = end;
  }
  return chunks;
}
