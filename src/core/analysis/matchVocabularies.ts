import type { Vocabulary, VocabularyToken } from '../tokenizer/vocabulary';

/** One model's side of a match: its tokens, and how many rows its embedding has. */
export interface VocabularySide {
  readonly vocabulary: Vocabulary;
  readonly dVocab: number;
}

/** Tokens that two models share: `idsA[i]` and `idsB[i]` are one token, `idsA` ascending. */
export interface SharedTokens {
  readonly idsA: Int32Array;
  readonly idsB: Int32Array;
  /** Tokens of each model that have a row: what the shares are of. */
  readonly tokensA: number;
  readonly tokensB: number;
  /** Ids below both vocabularies' ends, and those of them that mean the same token in both. */
  readonly commonIds: number;
  readonly sameIds: number;
}

/** Ids of one model that have the same bytes. */
interface SameBytes {
  plain?: number;
  byte?: number;
}

/** Bytes as a key: a text stands for its UTF-8. Special tokens are matched by text, among themselves. */
function keyOf({ text, bytes, special }: VocabularyToken): string {
  if (text !== null) {
    return `${special ? 's' : 't'}${text}`;
  }
  return `x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

interface KeyedTokens {
  readonly byKey: ReadonlyMap<string, SameBytes>;
  readonly tokens: number;
}

function keyed({ vocabulary, dVocab }: VocabularySide): KeyedTokens {
  const byKey = new Map<string, SameBytes>();
  const limit = Math.min(dVocab, vocabulary.idLimit);
  let tokens = 0;
  for (let id = 0; id < limit; id += 1) {
    const token = vocabulary.token(id);
    if (token === undefined) {
      continue;
    }
    tokens += 1;
    const key = keyOf(token);
    const same = byKey.get(key) ?? {};
    const kind = token.byteToken ? 'byte' : 'plain';
    same[kind] ??= id;
    byKey.set(key, same);
  }
  return { byKey, tokens };
}

/** The pairs of ids that have the same bytes: plain with plain, byte token with byte token, else the one with the other. */
function* pairsOf(a: SameBytes, b: SameBytes): Generator<readonly [number, number]> {
  let found = false;
  for (const kind of ['plain', 'byte'] as const) {
    const [idA, idB] = [a[kind], b[kind]];
    if (idA !== undefined && idB !== undefined) {
      found = true;
      yield [idA, idB];
    }
  }
  const [idA, idB] = [a.plain ?? a.byte, b.plain ?? b.byte];
  if (!found && idA !== undefined && idB !== undefined) {
    yield [idA, idB];
  }
}

/** Ids from 0 to here have a row and may have a token in both models. */
function commonLimit(a: VocabularySide, b: VocabularySide): number {
  const limits = [a, b].map(({ dVocab, vocabulary }) => Math.min(dVocab, vocabulary.idLimit));
  return Math.min(...limits);
}

function countSameIds(a: VocabularySide, b: VocabularySide): { common: number; same: number } {
  const common = commonLimit(a, b);
  let same = 0;
  for (let id = 0; id < common; id += 1) {
    const [tokenA, tokenB] = [a.vocabulary.token(id), b.vocabulary.token(id)];
    same += tokenA !== undefined && tokenB !== undefined && keyOf(tokenA) === keyOf(tokenB) ? 1 : 0;
  }
  return { common, same };
}

/** How many ids that both models have a row for stand for tokens of other bytes, special or not. */
export function differingIds(a: VocabularySide, b: VocabularySide): number {
  const common = commonLimit(a, b);
  let differing = 0;
  for (let id = 0; id < common; id += 1) {
    const [own, its] = [a.vocabulary.token(id)?.bytes, b.vocabulary.token(id)?.bytes];
    const isSame =
      own !== undefined &&
      its?.length === own.length &&
      own.every((byte, position) => byte === its[position]);
    differing += isSame || (own === undefined && its === undefined) ? 0 : 1;
  }
  return differing;
}

/**
 * Matches the tokens of two models by their bytes, special ones by text among special ones (design section 4). Where
 * several ids of a model have the same bytes, byte tokens (`<0xNN>`) match byte tokens and the others by their lowest
 * id. Rows without a token take no part.
 */
export function matchVocabularies(a: VocabularySide, b: VocabularySide): SharedTokens {
  const [keyedA, keyedB] = [keyed(a), keyed(b)];
  const pairs: (readonly [number, number])[] = [];
  for (const [key, own] of keyedA.byKey) {
    const its = keyedB.byKey.get(key);
    if (its !== undefined) {
      pairs.push(...pairsOf(own, its));
    }
  }
  pairs.sort(([left], [right]) => left - right);
  const { common, same } = countSameIds(a, b);
  return {
    idsA: Int32Array.from(pairs, ([idA]) => idA),
    idsB: Int32Array.from(pairs, ([, idB]) => idB),
    tokensA: keyedA.tokens,
    tokensB: keyedB.tokens,
    commonIds: common,
    sameIds: same,
  };
}
