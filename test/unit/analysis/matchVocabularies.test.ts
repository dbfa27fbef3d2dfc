import { describe, expect, it } from 'vitest';
import { matchVocabularies } from '../../../src/core/analysis/matchVocabularies';
import type { Vocabulary, VocabularyToken } from '../../../src/core/tokenizer/vocabulary';

type Piece = Partial<VocabularyToken> | string | undefined;

/** A vocabulary of some texts, or of tokens with what is special about them; undefined: no token has that id. */
function vocabularyOf(...pieces: readonly Piece[]): Vocabulary {
  const tokens = pieces.map((piece, id): VocabularyToken | undefined => {
    if (piece === undefined) {
      return undefined;
    }
    const given = typeof piece === 'string' ? { text: piece } : piece;
    const text = given.text ?? null;
    return {
      ...{ id, text, special: false, byteToken: false, continuation: false },
      bytes: new TextEncoder().encode(text ?? ''),
      ...given,
    };
  });
  return {
    ...{ kind: 'byte-level-bpe', warnings: [], idLimit: tokens.length },
    size: tokens.filter((token) => token !== undefined).length,
    token: (id) => tokens[id],
    idsOf: () => [],
  };
}

function pairs(a: readonly Piece[], b: readonly Piece[], rowsA = a.length): [number, number][] {
  const { idsA, idsB } = matchVocabularies(
    { vocabulary: vocabularyOf(...a), dVocab: rowsA },
    { vocabulary: vocabularyOf(...b), dVocab: b.length },
  );
  return Array.from(idsA, (id, i) => [id, idsB[i] ?? -1]);
}

const byte = (value: number, text: string | null): Piece => ({
  text,
  bytes: Uint8Array.of(value),
  byteToken: true,
});

describe('tokens of two models', () => {
  it('are matched by their texts, in the order of A', () => {
    expect(pairs(['a', ' b', '##c', 'd'], ['d', '##c', ' b', 'B'])).toEqual([
      [1, 2],
      [2, 1],
      [3, 0],
    ]);
  });

  it('are matched by bytes that are no text', () => {
    const half = { text: null, bytes: Uint8Array.of(0xe2, 0x80) };
    expect(pairs(['x', half], [half, 'y'])).toEqual([[1, 0]]);
  });

  it('are matched among special ones or among the others, never across', () => {
    const special = { text: '<s>', special: true };
    expect(pairs([special, 'a'], ['<s>', 'a'])).toEqual([[1, 1]]);
    expect(pairs([special, 'a'], ['a', special])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('leave out rows without a token and tokens without a row', () => {
    expect(pairs(['a', undefined, 'b', 'c'], ['c', 'b', undefined], 3)).toEqual([[2, 1]]);
  });

  it('match by the lowest of several ids, byte tokens with byte tokens', () => {
    expect(pairs(['A', 'A', byte(65, 'A')], [byte(65, 'A'), 'B', 'A'])).toEqual([
      [0, 2],
      [2, 0],
    ]);
    // Where a model has a byte in one form only, that one stands for it.
    expect(pairs(['A', byte(65, 'A')], ['A'])).toEqual([[0, 0]]);
    expect(pairs([byte(0xc0, null)], [{ text: null, bytes: Uint8Array.of(0xc0) }])).toEqual([
      [0, 0],
    ]);
  });

  it('count ids that mean the same in both', () => {
    const found = matchVocabularies(
      { vocabulary: vocabularyOf('a', 'b', 'c'), dVocab: 3 },
      { vocabulary: vocabularyOf('a', 'c', 'b', 'd'), dVocab: 4 },
    );
    expect(found).toMatchObject({ tokensA: 3, tokensB: 4, commonIds: 3, sameIds: 1 });
  });
});
