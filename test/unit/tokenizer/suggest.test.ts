import { describe, expect, it } from 'vitest';
import { nearestTokens, piecesOf } from '../../../src/core/tokenizer/suggest';
import { TableVocabulary } from '../../../src/core/tokenizer/tableVocabulary';
import type { Vocabulary, VocabularyKind } from '../../../src/core/tokenizer/vocabulary';

function vocabularyOf(kind: VocabularyKind, pieces: readonly string[]): Vocabulary {
  return new TableVocabulary({
    kind,
    spelling: kind === 'wordpiece' ? { wordPiece: true } : { sentencePiece: true },
    pieces: new Map(pieces.map((piece, id) => [id, piece])),
    literal: new Set(),
    special: new Set([0]),
    warnings: [],
  });
}

const SENTENCEPIECE = vocabularyOf('sentencepiece-bpe', [
  '<s>',
  '▁she',
  'ep',
  'dog',
  's',
  'h',
  'e',
  'she',
  '▁SHE',
  '<0x41>',
  '▁shed',
]);
const WORDPIECE = vocabularyOf('wordpiece', ['[PAD]', 'she', '##ep', '##dog', 'dog', '##s']);

describe('pieces of a text', () => {
  it.each([
    ['the longest first', SENTENCEPIECE, ' sheepdogs', [' she', 'ep', 'dog', 's']],
    [
      'those that continue a word behind the first',
      WORDPIECE,
      'sheepdogs',
      ['she', 'ep', 'dog', 's'],
    ],
    ['a token itself', SENTENCEPIECE, 'she', ['she']],
    ['nothing of nothing', SENTENCEPIECE, '', []],
    ['what no token spells as it is', SENTENCEPIECE, 'she𝄞', ['she', '𝄞']],
  ])('are %s', (_, vocabulary, text, pieces) => {
    const found = piecesOf(text, vocabulary);
    expect(found.map((piece) => piece.text)).toEqual(pieces);
    expect(found.map(({ id }) => id === undefined)).toEqual(pieces.map((piece) => piece === '𝄞'));
  });
});

describe('tokens spelled like a text', () => {
  it('come by edits, then by case, then by id; special tokens and bytes are none', () => {
    expect(nearestTokens('She', SENTENCEPIECE, 4)).toEqual([1, 7, 8, 10]);
    expect(nearestTokens('shed', SENTENCEPIECE, 2)).toEqual([10, 1]);
    expect(nearestTokens('A', SENTENCEPIECE, 9)).not.toContain(9);
  });

  it('are none of a text like nothing', () => {
    expect(nearestTokens('x'.repeat(10_000), SENTENCEPIECE, 9)).toEqual([]);
  });
});
