/** Expectations are what the field's own library (tokenizers 0.23, in Rust) answers. */
import { describe, expect, it } from 'vitest';
import { readEncoding } from '../../../src/core/tokenizer/encoding/encoder';
import { utf8 } from './support/tokenizerFolder';

const MANY = 100_000;

function wordLevel(pieces: readonly string[]): object {
  return {
    type: 'WordLevel',
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    unk_token: pieces[0],
  };
}

function unigram(pieces: readonly string[], more: object = {}): object {
  return { type: 'Unigram', unk_id: 0, vocab: pieces.map((piece) => [piece, -1]), ...more };
}

function tokensOf(tokenizer: object, text: string, pieces: readonly string[]): unknown {
  const encoding = readEncoding({ tokenizerJson: utf8(tokenizer) });
  return encoding.encode(text, MANY).ids.map((id) => pieces[id]);
}

describe('pre-tokenizers that the library reads otherwise than the field', () => {
  const BOM = '\uFEFF';
  it.each([
    ['Whitespace keeps words beyond ASCII whole', 'Whitespace', 'été, oui', ['été', ',', 'oui']],
    ['Whitespace: a superscript is no part of a word', 'Whitespace', 'a²b', ['a', '²', 'b']],
    ['Whitespace: a joiner is', 'Whitespace', 'a\u200Db', ['a\u200Db']],
    ['WhitespaceSplit: a byte order mark is no space', 'WhitespaceSplit', `a ${BOM}`, ['a', BOM]],
    ['WhitespaceSplit: U+0085 is', 'WhitespaceSplit', 'a\u0085b', ['a', 'b']],
    ['BertPreTokenizer: nor here', 'BertPreTokenizer', `a ${BOM}.b`, ['a', BOM, '.', 'b']],
    ['Digits are those of all scripts', 'Digits', 'a12²b', ['a', '12²', 'b']],
    ['Punctuation stands alone, mark by mark', 'Punctuation', 'a..b', ['a', '.', '.', 'b']],
  ])('%s', (_, type, text, wanted) => {
    const pieces = ['?', ...new Set(wanted)];
    const tokenizer = { model: wordLevel(pieces), pre_tokenizer: { type } };
    expect(tokensOf(tokenizer, text, pieces)).toEqual(wanted);
  });

  it('Digits may stand one by one', () => {
    const pieces = ['?', 'a', '1', '²'];
    const digits = { type: 'Digits', individual_digits: true };
    const tokenizer = { model: wordLevel(pieces), pre_tokenizer: digits };
    expect(tokensOf(tokenizer, 'a11²', pieces)).toEqual(['a', '1', '1', '²']);
  });

  it.each([
    ['Removed', ['a', 'b', ' ', 'c', ' ', '5 ']],
    ['Contiguous', ['a', '..', 'b', ',', ' ', '¡', 'c', '!', ' ', '$', '5 ', '^']],
  ])('Punctuation may be %s', (behavior, wanted) => {
    const pieces = ['?', ...new Set(wanted)];
    const tokenizer = {
      model: wordLevel(pieces),
      pre_tokenizer: { type: 'Punctuation', behavior },
    };
    expect(tokensOf(tokenizer, 'a..b, ¡c! $5 ^', pieces)).toEqual(wanted);
  });

  it.each([
    ['Punctuation', { behavior: 'MergedWithPrevious' }, /Punctuation with MergedWithPrevious/u],
    ['Punctuation', { behavior: 'MergedWithNext' }, /Punctuation with MergedWithNext/u],
    ['Metaspace', { replacement: '__' }, /no single character \(Metaspace with "__"\)/u],
    ['Metaspace', { replacement: '' }, /no single character/u],
  ])('%s is refused with %j', (type, more, sentence) => {
    const tokenizer = { model: wordLevel(['?']), pre_tokenizer: { type, ...more } };
    expect(() => tokensOf(tokenizer, 'a', ['?'])).toThrow(sentence);
  });

  it('ByteLevel takes a byte order mark for a mark, not for a space', () => {
    const pieces = ['?', 'Ġ', 'Ġï»¿', 'ï»¿'];
    const tokenizer = { model: wordLevel(pieces), pre_tokenizer: { type: 'ByteLevel' } };
    expect(tokensOf(tokenizer, `  ${BOM}`, pieces)).toEqual(['Ġ', 'Ġï»¿']);
  });

  it('Metaspace splits before every space unless it says no', () => {
    const pieces = ['?', '▁', 'a▁', '▁a'];
    const model = unigram(pieces);
    const split = { model, pre_tokenizer: { type: 'Metaspace', prepend_scheme: 'always' } };
    expect(tokensOf(split, 'a  a', pieces)).toEqual(['▁a', '▁', '▁a']);
    const whole = { model, pre_tokenizer: { ...split.pre_tokenizer, split: false } };
    expect(tokensOf(whole, 'a a', ['?', '▁', 'a▁', '▁a'])).toHaveLength(2);
  });

  it.each(['_', '^', '-', ']', '\\', '.', 'x', '\u{1F600}'])(
    'Metaspace splits before its own mark %s, be it in the text',
    (mark) => {
      const wanted = ['a', '', 'b', 'c', '', '', 'd'].map((word) => mark + word);
      const pieces = ['?', ...new Set(wanted)];
      const metaspace = { type: 'Metaspace', replacement: mark, prepend_scheme: 'always' };
      const tokenizer = { model: wordLevel(pieces), pre_tokenizer: metaspace };
      expect(tokensOf(tokenizer, `a  b${mark}c ${mark} d`, pieces)).toEqual(wanted);
      const older = { ...metaspace, str_rep: '+' };
      expect(tokensOf({ ...tokenizer, pre_tokenizer: older }, 'a', pieces)).toEqual([`${mark}a`]);
    },
  );
});

describe('what a model does not know', () => {
  it('is the unknown token, in a model of whole words too', () => {
    const pieces = ['<unk>', 'a'];
    const tokenizer = { model: wordLevel(pieces), pre_tokenizer: { type: 'Whitespace' } };
    expect(tokensOf(tokenizer, 'a z a', pieces)).toEqual(['a', '<unk>', 'a']);
  });

  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const pieces = ['<unk>', 'a', ...bytes];

  it('is cut into bytes by a Unigram model with byte_fallback', () => {
    const model = unigram(pieces, { byte_fallback: true });
    expect(tokensOf({ model }, 'aé\u{1F642}a', pieces)).toEqual([
      ...['a', '<0xC3>', '<0xA9>', '<0xF0>', '<0x9F>', '<0x99>', '<0x82>', 'a'],
    ]);
  });

  it('is one unknown token without byte_fallback, or where a byte has no token', () => {
    expect(tokensOf({ model: unigram(pieces) }, 'aéa', pieces)).toEqual(['a', '<unk>', 'a']);
    const few = pieces.filter((piece) => piece !== '<0xA9>');
    const model = unigram(few, { byte_fallback: true });
    expect(tokensOf({ model }, 'aéa', few)).toEqual(['a', '<unk>', 'a']);
  });

  it('stays the unknown token where a text spells it', () => {
    const unknown = { id: 0, content: '<unk>', special: true, normalized: false };
    const tokenizer = {
      model: unigram(pieces, { byte_fallback: true }),
      added_tokens: [unknown],
    };
    expect(tokensOf(tokenizer, 'a<unk>a', pieces)).toEqual(['a', '<unk>', 'a']);
  });
});

describe('normalisers that the library reads otherwise than the field', () => {
  it.each([
    ['Lowercase', { type: 'Lowercase' }],
    ['Lowercase in a sequence', { type: 'Sequence', normalizers: [{ type: 'Lowercase' }] }],
    ['BertNormalizer', { type: 'BertNormalizer', lowercase: true }],
  ])('%s makes a last sigma like any other', (_, normalizer) => {
    const pieces = ['?', 'σασ'];
    const tokenizer = {
      model: wordLevel(pieces),
      normalizer,
      pre_tokenizer: { type: 'Whitespace' },
    };
    expect(tokensOf(tokenizer, 'ΣΑΣ', pieces)).toEqual(['σασ']);
  });
});
