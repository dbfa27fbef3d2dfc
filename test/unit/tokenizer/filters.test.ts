import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { NO_FILTERS, type TokenFilters } from '../../../src/core/projection/options';
import { bareText } from '../../../src/core/tokenizer/bare';
import { buildAllowed, type AllowedInput } from '../../../src/core/tokenizer/filters';
import { readVocabulary } from '../../../src/core/tokenizer/readVocabulary';
import { knownUnusedIds } from '../../../src/core/tokenizer/unused';
import type { Vocabulary } from '../../../src/core/tokenizer/vocabulary';
import { SAMPLE_FOLDER } from '../../support/goldens';
import { TOKENIZERS_FOLDER, tokenizerFiles, utf8 } from './support/tokenizerFolder';

/** A byte-level vocabulary of these pieces and one special token behind them. */
function byteLevel(pieces: readonly string[]): Vocabulary {
  return readVocabulary({
    vocabJson: utf8(Object.fromEntries([...pieces, 'Ċ'].map((piece, id) => [piece, id]))),
    addedTokensJson: utf8({ '<s>': pieces.length + 1 }),
    specialTokensMapJson: utf8({ bos_token: '<s>' }),
  });
}

const PIECES = ['Ġthe', 'The', 'Ã©', 'Ã', 'ĠĠx', 'Ġ', 'a-b', 'Â²', 'Ġ7'];
/** 9 pieces, a newline, `<s>`, two rows of padding. */
const INPUT: Omit<AllowedInput, 'filters'> = {
  vocabulary: byteLevel(PIECES),
  dVocab: 13,
  undertrained: null,
};

function left(filters: Partial<TokenFilters>, input = INPUT): readonly number[] {
  const { allowed } = buildAllowed({ ...input, filters: { ...NO_FILTERS, ...filters } });
  return Array.from(allowed ?? new Float32Array(input.dVocab).fill(1)).flatMap((share, id) =>
    share === 1 ? [id] : [],
  );
}

describe('filters', () => {
  it('leave nothing out where none is on', () => {
    expect(buildAllowed({ ...INPUT, filters: NO_FILTERS })).toEqual({
      allowed: undefined,
      omitted: { undertrained: 0, special: 0, padding: 0, filter: 0 },
    });
  });

  it.each<[string, Partial<TokenFilters>, readonly number[]]>([
    ['ascii', { ascii: true }, [0, 1, 4, 5, 6, 8, 10]],
    ['alphanumeric', { alphanumeric: true }, [0, 1, 2, 7, 8]],
    ['word start', { wordStart: true }, [0, 4, 5, 8]],
    ['list', { list: ['the', '7', ' x'] }, [0, 1, 4, 8]],
    ['an empty list', { list: [] }, []],
    ['several', { ascii: true, alphanumeric: true, wordStart: true }, [0, 8]],
    ['special', { excludeSpecial: true }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]],
  ])('%s', (_, filters, ids) => {
    expect(left(filters)).toEqual(ids);
  });

  it('word starts in WordPiece have no ##', () => {
    const vocabulary = readVocabulary({ vocabTxt: utf8('[CLS]\nthe\n##s\n##') });
    const input = { vocabulary, dVocab: 5, undertrained: null };
    expect(left({ wordStart: true }, input)).toEqual([0, 1, 3]);
    expect(left({ alphanumeric: true }, input)).toEqual([1, 2]);
  });

  it('count what they leave out by the first reason', () => {
    const undertrained = Uint8Array.from({ length: 13 }, (_, id) => (id >= 9 && id < 12 ? 1 : 0));
    const all = { ascii: true, excludeSpecial: true, excludeUndertrained: true };
    const { omitted } = buildAllowed({
      ...INPUT,
      undertrained,
      filters: { ...NO_FILTERS, ...all },
    });
    expect(omitted).toEqual({ undertrained: 3, special: 0, padding: 1, filter: 3 });
    const kept = buildAllowed({
      ...INPUT,
      undertrained,
      filters: { ...NO_FILTERS, ascii: true, excludeSpecial: true },
    });
    expect(kept.omitted).toEqual({ undertrained: 0, special: 1, padding: 2, filter: 4 });
  });

  it('that need texts are refused without a tokenizer, others are not', () => {
    const input = { vocabulary: null, dVocab: 3, undertrained: Uint8Array.of(0, 1, 0) };
    for (const filters of [{ ascii: true }, { list: [] }, { excludeSpecial: true }]) {
      expect(() => left(filters, input)).toThrow(VocabScopeError);
    }
    expect(left({ excludeUndertrained: true }, input)).toEqual([0, 2]);
  });
});

describe('bare texts', () => {
  it.each([
    [' the', false, 'the'],
    ['  the', false, ' the'],
    ['##ing', true, 'ing'],
    ['##ing', false, '##ing'],
    [null, false, null],
  ])('%o', (text, continuation, bare) => {
    expect(bareText({ text, continuation })).toBe(bare);
  });
});

describe('known unused ids', () => {
  const unusedOf = (folder: string, dVocab: number): readonly (string | null | undefined)[] => {
    const vocabulary = readVocabulary(tokenizerFiles(folder));
    return knownUnusedIds(vocabulary, dVocab).map((id) => vocabulary.token(id)?.text);
  };

  it('are the 13 bytes that UTF-8 never uses', () => {
    expect(unusedOf(SAMPLE_FOLDER, 8192)).toEqual(Array.from({ length: 13 }, () => null));
  });

  it('are byte tokens, padding and tokens in reserve', () => {
    const of = (family: string, dVocab: number): readonly (string | null | undefined)[] =>
      unusedOf(path.join(TOKENIZERS_FOLDER, family), dVocab).filter((text) => text !== null);
    expect(of('gemma', 641)).toEqual(['<unused0>', '<unused1>', undefined]);
    expect(of('opt', 421)).toEqual(['madeupword0000', 'madeupword0001', undefined]);
    expect(of('t5', 430)).toHaveLength(10);
    const others = [
      '[unused12]',
      '[unused]',
      '<|reserved_special_token_7|>',
      'my <extra_id_3>',
      'é',
    ];
    const vocabulary = readVocabulary({ vocabTxt: utf8(others.join('\n')) });
    expect(knownUnusedIds(vocabulary, 5)).toEqual([0, 2]);
  });
});
