import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { findToken } from '../../../src/core/tokenizer/findToken';
import { copyOf, pairClasses } from '../../../src/core/tokenizer/pairClasses';
import type { Vocabulary, VocabularyToken } from '../../../src/core/tokenizer/vocabulary';

const TEXTS = [' she', 'She', 'she', ' shell', '##she', null, null, ' walk', ' walked', 'walkable'];

function tokenOf(text: string | null, id: number): VocabularyToken {
  return {
    id,
    text,
    bytes: text === null ? Uint8Array.of(200 + id) : new TextEncoder().encode(text),
    special: false,
    byteToken: false,
    continuation: text?.startsWith('##') === true,
  };
}

const TOKENS = TEXTS.map(tokenOf);
const VOCABULARY: Vocabulary = {
  kind: 'byte-level-bpe',
  size: TOKENS.length,
  idLimit: TOKENS.length,
  token: (id) => TOKENS[id],
  idsOf: (text) => TOKENS.filter((token) => token.text === text).map(({ id }) => id),
  warnings: [],
};
/** Two rows of the embedding have no token. */
const ROWS = TOKENS.length + 2;

function alike(likeness: 'same' | 'case', a: number, b: number): boolean {
  const classes = pairClasses(VOCABULARY, ROWS, likeness);
  return classes[a] === classes[b];
}

describe('tokens of a pair', () => {
  it('are the same with equal texts, or without a text with equal bytes', () => {
    expect(alike('same', 0, 0)).toBe(true);
    expect(alike('same', 0, 2)).toBe(false);
    expect(alike('same', 5, 6)).toBe(false);
    expect(alike('same', ROWS - 1, ROWS - 2)).toBe(false);
  });

  it('are case variants without one leading space or ##, case ignored', () => {
    for (const id of [1, 2, 4]) {
      expect(alike('case', 0, id)).toBe(true);
    }
    expect(alike('case', 0, 3)).toBe(false);
    expect(alike('case', 5, 6)).toBe(false);
  });

  it('need texts for case, not for being the same', () => {
    expect(pairClasses(null, 3, 'same')).toEqual(Int32Array.of(0, 1, 2));
    expect(() => pairClasses(null, 3, 'case')).toThrow(VocabScopeError);
  });

  it.each([
    [0, 0, 'same'],
    [5, 5, 'same'],
    [0, 1, 'case'],
    [7, 8, 'stem'],
    [8, 7, 'stem'],
    [7, 9, null],
    [2, 3, null],
    [5, 6, null],
  ])('%i and %i copy: %s', (a, b, copy) => {
    const [first, second] = [TOKENS[a], TOKENS[b]];
    expect(first && second ? copyOf(first, second) : undefined).toBe(copy);
  });
});

describe('a token that a person names', () => {
  it('is found by text and by id', () => {
    expect(findToken(VOCABULARY, ROWS, ' she')).toBe(0);
    expect(findToken(VOCABULARY, ROWS, '#11')).toBe(11);
  });

  it.each([
    [VOCABULARY, 'SHE', /"SHE" is no token.*Nearest are.*"She"/u],
    [VOCABULARY, '#12', /0 to 11/u],
    [null, 'she', /tokenizer/u],
  ])('is refused with what there is instead', (vocabulary, asked, sentence) => {
    expect(() => findToken(vocabulary, ROWS, asked)).toThrow(sentence);
  });
});
