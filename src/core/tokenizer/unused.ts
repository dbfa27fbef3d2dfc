import type { Vocabulary, VocabularyToken } from './vocabulary';

/** Bytes that stand nowhere in UTF-8. */
function isNeverUtf8(byte: number): boolean {
  return byte === 0xc0 || byte === 0xc1 || byte >= 0xf5;
}

/** Whole tokens that tokenizers keep in reserve. */
const RESERVED = /^(?:\[unused\d+\]|<unused\d+>|<\|reserved.*\|>|<extra_id_\d+>|madeupword\d+)$/u;
const MAX_RESERVED_LENGTH = 64;

function isUnused({ text, bytes }: VocabularyToken): boolean {
  if (text === null) {
    return bytes.length === 1 && bytes.every(isNeverUtf8);
  }
  return text.length <= MAX_RESERVED_LENGTH && RESERVED.test(text);
}

/**
 * Ids in `[0, dVocab)` whose rows training cannot have moved (design section 4): rows without a token, tokens of
 * one byte that UTF-8 never uses, and tokens kept in reserve. Ascending. Whether they are enough to say anything
 * is the caller's to judge.
 */
export function knownUnusedIds(vocabulary: Vocabulary, dVocab: number): number[] {
  const ids: number[] = [];
  for (let id = 0; id < dVocab; id += 1) {
    const token = vocabulary.token(id);
    if (token === undefined || isUnused(token)) {
      ids.push(id);
    }
  }
  return ids;
}
