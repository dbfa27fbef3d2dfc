/** How the two tokens of a pair are alike. */
import { VocabScopeError } from '../errors';
import { bareText } from './bare';
import type { Vocabulary, VocabularyToken } from './vocabulary';

/** `same`: equal exact texts. `case`: equal after one leading space or `##` is removed and case is ignored. */
export type PairLikeness = 'same' | 'case';

const MIN_STEM_LETTERS = 4;
const MAX_ENDING_LETTERS = 3;

function bytesKey({ bytes }: VocabularyToken): string {
  return `bytes ${bytes.join(' ')}`;
}

function textKey(token: VocabularyToken): string {
  return token.text === null ? bytesKey(token) : `text ${token.text}`;
}

function caseKey(token: VocabularyToken): string {
  const bare = bareText(token);
  return bare === null ? bytesKey(token) : `text ${bare.toLowerCase()}`;
}

/**
 * `[rows]`: a number per token, equal where two tokens are alike. Rows without a token are like none but themselves.
 * @throws VocabScopeError `missingTokenizer` where texts are needed and there are none.
 */
export function pairClasses(
  vocabulary: Vocabulary | null,
  rows: number,
  likeness: PairLikeness,
): Int32Array {
  if (vocabulary === null && likeness === 'case') {
    throw new VocabScopeError(
      'missingTokenizer',
      'Without a tokenizer tokens have no texts whose case could vary; choose a tokenizer or leave --exclude-case out.',
    );
  }
  const keyOf = likeness === 'same' ? textKey : caseKey;
  const known = new Map<string, number>();
  return Int32Array.from({ length: rows }, (_, id) => {
    const token = vocabulary?.token(id);
    if (token === undefined) {
      return id;
    }
    const key = keyOf(token);
    const first = known.get(key) ?? id;
    known.set(key, first);
    return first;
  });
}

/**
 * How a pair copies: the same token, a case variant, or the same stem (bare and lower-cased, one begins with the
 * other, which has at least 4 letters, and goes on for at most 3); null where it does not.
 */
export function copyOf(a: VocabularyToken, b: VocabularyToken): PairLikeness | 'stem' | null {
  if (textKey(a) === textKey(b)) {
    return 'same';
  }
  if (caseKey(a) === caseKey(b)) {
    return 'case';
  }
  const texts = [bareText(a), bareText(b)].map((text) => text?.toLowerCase() ?? '');
  const [shorter = '', longer = ''] = texts.sort((x, y) => x.length - y.length);
  const sharesStem =
    longer.startsWith(shorter) &&
    shorter.length >= MIN_STEM_LETTERS &&
    longer.length - shorter.length <= MAX_ENDING_LETTERS;
  return sharesStem ? 'stem' : null;
}
