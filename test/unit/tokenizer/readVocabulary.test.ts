import { describe, expect, it } from 'vitest';
import type { TokenizerFiles } from '../../../src/core/tokenizer/files';
import { readVocabulary } from '../../../src/core/tokenizer/readVocabulary';
import type { Vocabulary } from '../../../src/core/tokenizer/vocabulary';
import { MODEL_TYPE, sentencePieceModel, TYPE } from './support/sentencePiece';
import { utf8 } from './support/tokenizerFolder';

function texts(vocabulary: Vocabulary): readonly (string | null | undefined)[] {
  return Array.from({ length: vocabulary.idLimit }, (_, id) => vocabulary.token(id)?.text);
}

function specials(vocabulary: Vocabulary): readonly number[] {
  return Array.from({ length: vocabulary.idLimit }, (_, id) => id).filter(
    (id) => vocabulary.token(id)?.special,
  );
}

function tokenizerJson(
  model: unknown,
  rest: Readonly<Record<string, unknown>> = {},
): TokenizerFiles {
  return { tokenizerJson: utf8({ added_tokens: [], model, ...rest }) };
}

const BYTE_LEVEL = { decoder: { type: 'ByteLevel' } };
const METASPACE = { decoder: { type: 'Sequence', decoders: [{ type: 'Metaspace' }] } };

describe('byte-level BPE', () => {
  it('reads bytes, and leaves added tokens out of the byte table', () => {
    const vocabulary = readVocabulary(
      tokenizerJson(
        { type: 'BPE', vocab: { Ġcaf: 0, 'Ã©': 1, Ã: 2, Ċ: 3, naïve: 4 }, merges: [] },
        { ...BYTE_LEVEL, added_tokens: [{ id: 5, content: 'naïve Ġ', special: false }] },
      ),
    );
    expect(vocabulary.kind).toBe('byte-level-bpe');
    expect(texts(vocabulary)).toEqual([' caf', 'é', null, '\n', null, 'naïve Ġ']);
    expect(vocabulary.token(2)?.bytes).toEqual(Uint8Array.of(0xc3));
    expect(vocabulary.token(1)?.bytes).toEqual(Uint8Array.of(0xc3, 0xa9));
  });

  it('keeps a byte order mark and takes a piece outside the table as it stands', () => {
    const vocabulary = readVocabulary(
      tokenizerJson({ type: 'BPE', vocab: { 'ï»¿': 0, '\u200bĠ': 1 }, merges: [] }, BYTE_LEVEL),
    );
    expect(texts(vocabulary)).toEqual(['\ufeff', '\u200bĠ']);
  });

  it('reads merges of either kind and needs none', () => {
    const vocab = { a: 0, b: 1, ab: 2 };
    for (const merges of [['a b'], [['a', 'b']], undefined]) {
      const vocabulary = readVocabulary(tokenizerJson({ type: 'BPE', vocab, merges }, BYTE_LEVEL));
      expect(vocabulary).toMatchObject({ size: 3, warnings: [] });
    }
  });

  it('reads an end-of-word mark as a trailing space, also after bytes (CLIP)', () => {
    const model = { type: 'BPE', vocab: { 'cat</w>': 0, 'Ã</w>': 1, 'é</w>': 2 } };
    const clip = readVocabulary(
      tokenizerJson({ ...model, end_of_word_suffix: '</w>' }, BYTE_LEVEL),
    );
    expect(texts(clip)).toEqual(['cat ', null, null]);
    expect(clip.token(1)?.bytes).toEqual(Uint8Array.of(0xc3, 0x20));
    const plain = readVocabulary({
      vocabJson: utf8(model.vocab),
      mergesTxt: utf8('#version: 0.2'),
    });
    expect(plain.kind).toBe('bpe');
    expect(texts(plain)).toEqual(['cat ', 'Ã ', 'é ']);
  });
});

describe('SentencePiece in tokenizer.json', () => {
  it('reads spaces and bytes, byte tokens behind others of the same text', () => {
    const vocabulary = readVocabulary(
      tokenizerJson(
        {
          type: 'BPE',
          byte_fallback: true,
          unk_token: '<unk>',
          vocab: { '<unk>': 0, '<0x41>': 1, '<0xFF>': 2, '▁the': 3, A: 4, '▁▁': 5, '<0xff>': 6 },
        },
        { added_tokens: [{ id: 5, content: '▁▁', special: false }] },
      ),
    );
    expect(vocabulary.kind).toBe('sentencepiece-bpe');
    expect(texts(vocabulary)).toEqual(['<unk>', 'A', null, ' the', 'A', '  ', '<0xff>']);
    expect(vocabulary.idsOf('A')).toEqual([4, 1]);
    expect(vocabulary.token(2)).toMatchObject({ byteToken: true, special: false });
    expect(vocabulary.token(2)?.bytes).toEqual(Uint8Array.of(0xff));
    expect(specials(vocabulary)).toEqual([0]);
  });

  it('reads Unigram pieces by their place', () => {
    const vocabulary = readVocabulary(
      tokenizerJson(
        {
          type: 'Unigram',
          unk_id: 1,
          vocab: [['<pad>', 0], ['<unk>', 0], ['▁a', -2.5], 7, ['b', -3]],
        },
        METASPACE,
      ),
    );
    expect(vocabulary.kind).toBe('sentencepiece-unigram');
    expect(texts(vocabulary)).toEqual(['<pad>', '<unk>', ' a', undefined, 'b']);
    expect(vocabulary.warnings).toEqual([
      '1 token has no text and is left out (the first: with id 3).',
    ]);
  });
});

describe('WordPiece', () => {
  it('keeps the marks of continuations, and marks the usual special tokens where no file does', () => {
    const vocabulary = readVocabulary({ vocabTxt: utf8('[PAD]\r\nthe\n##s\n\n##\n[unused0]\n') });
    expect(vocabulary.kind).toBe('wordpiece');
    expect(texts(vocabulary)).toEqual(['[PAD]', 'the', '##s', '', '##', '[unused0]']);
    expect(vocabulary.token(2)?.continuation).toBe(true);
    expect(vocabulary.token(4)?.continuation).toBe(false);
    expect(specials(vocabulary)).toEqual([0]);
  });

  it('lets a special map say what is special', () => {
    const vocabulary = readVocabulary({
      vocabTxt: utf8('[PAD]\nthe\n[X]\n[Y]\n[Z]'),
      specialTokensMapJson: utf8({
        pad_token: { content: '[X]' },
        additional_special_tokens: ['[Y]'],
      }),
      tokenizerConfigJson: utf8({ mask_token: '[Z]', add_bos_token: true, tokenizer_class: 'the' }),
    });
    expect(specials(vocabulary)).toEqual([2, 3, 4]);
  });

  it('is told from other models where old files name no type', () => {
    const model = { vocab: { a: 0, '##b': 1 }, max_input_chars_per_word: 100 };
    expect(readVocabulary(tokenizerJson(model)).token(1)?.continuation).toBe(true);
    expect(readVocabulary(tokenizerJson({ vocab: { a: 0 } })).kind).toBe('wordlevel');
  });
});

describe('SentencePiece models', () => {
  const PIECES = [
    ['<unk>', TYPE.unknown],
    ['<s>', TYPE.control],
    ['</s>', TYPE.control],
    ['<0x0A>', TYPE.byte],
    ['▁▁', TYPE.userDefined],
    ['▁the'],
  ] as const;

  it('read every type of piece', () => {
    const vocabulary = readVocabulary({
      sentencePieceModel: sentencePieceModel(PIECES, MODEL_TYPE.bpe),
    });
    expect(vocabulary.kind).toBe('sentencepiece-bpe');
    expect(texts(vocabulary)).toEqual(['<unk>', '<s>', '</s>', '\n', '  ', ' the']);
    expect(specials(vocabulary)).toEqual([0, 1, 2]);
    expect(vocabulary.token(3)?.byteToken).toBe(true);
  });

  it('move by one place in xlm-roberta, told by class or model type', () => {
    const model = sentencePieceModel(PIECES);
    for (const files of [
      { modelType: 'xlm-roberta' },
      {
        tokenizerConfigJson: utf8({ tokenizer_class: 'XLMRobertaTokenizerFast' }),
        modelType: 'bert',
      },
    ]) {
      const vocabulary = readVocabulary({ sentencePieceModel: model, ...files });
      expect(texts(vocabulary)).toEqual([
        '<s>',
        '<pad>',
        '</s>',
        '<unk>',
        '\n',
        '  ',
        ' the',
        '<mask>',
      ]);
      expect(specials(vocabulary)).toEqual([0, 1, 2, 3, 7]);
    }
  });

  it('are followed by extra ids in t5, the highest first, and by [MASK] in deberta', () => {
    const model = sentencePieceModel(PIECES);
    const config = (json: unknown): TokenizerFiles => ({
      sentencePieceModel: model,
      tokenizerConfigJson: utf8(json),
    });
    const t5 = readVocabulary(config({ tokenizer_class: 'T5Tokenizer', extra_ids: 2 }));
    expect(texts(t5).slice(6)).toEqual(['<extra_id_1>', '<extra_id_0>']);
    expect(readVocabulary({ sentencePieceModel: model, modelType: 't5' }).size).toBe(106);
    expect(readVocabulary(config({ tokenizer_class: 'T5Tokenizer', extra_ids: 1e15 })).size).toBe(
      10_006,
    );
    expect(readVocabulary(config({ tokenizer_class: 'T5Tokenizer', extra_ids: -1 })).size).toBe(6);
    const deberta = readVocabulary(config({ tokenizer_class: 'DebertaV2Tokenizer' }));
    expect(texts(deberta).slice(6)).toEqual(['[MASK]']);
  });
});

describe('several files', () => {
  it('lay added tokens over the pieces, the best source first', () => {
    const vocabulary = readVocabulary({
      ...tokenizerJson(
        { type: 'BPE', vocab: { a: 0 } },
        { ...BYTE_LEVEL, added_tokens: [{ id: 1, content: '<one>', special: true }] },
      ),
      tokenizerConfigJson: utf8({
        added_tokens_decoder: { 1: { content: '<one>' }, 2: { content: '<two>', special: true } },
      }),
      addedTokensJson: utf8({ '<two>': 2, '<three>': 4, '<other>': 1 }),
    });
    expect(texts(vocabulary)).toEqual(['a', '<one>', '<two>', undefined, '<three>']);
    expect(specials(vocabulary)).toEqual([1, 2]);
    expect(vocabulary).toMatchObject({ size: 4, idLimit: 5 });
    expect(vocabulary.warnings).toEqual([
      '1 token has the id of an earlier one and is left out (the first: <other> with id 1).',
    ]);
  });

  it('say the same where an added token is spelled among the pieces', () => {
    const vocabulary = readVocabulary(
      tokenizerJson(
        { type: 'BPE', vocab: { Ġcaf: 0, 'Ã©': 1 } },
        { ...BYTE_LEVEL, added_tokens: [{ id: 1, content: 'é', special: false }] },
      ),
    );
    expect(texts(vocabulary)).toEqual([' caf', 'é']);
    expect(vocabulary.warnings).toEqual([]);
  });

  it('fall back to the next vocabulary, and say so', () => {
    const broken = tokenizerJson({ type: 'BPE', vocab: { a: -1 } });
    const vocabulary = readVocabulary({ ...broken, vocabTxt: utf8('a\nb') });
    expect(vocabulary.kind).toBe('wordpiece');
    expect(vocabulary.warnings).toEqual([expect.stringMatching(/tokenizer\.json.*vocab\.txt/u)]);
  });

  it('leave out a companion that cannot be read, and say so', () => {
    const vocabulary = readVocabulary({ vocabTxt: utf8('a'), tokenizerConfigJson: utf8('[]') });
    expect(vocabulary.size).toBe(1);
    expect(vocabulary.warnings).toEqual([expect.stringContaining('tokenizer_config.json')]);
  });

  it('read the plain form of vocab.json also where it is called tokenizer.json', () => {
    expect(texts(readVocabulary({ tokenizerJson: utf8({ Ġa: 0 }) }))).toEqual([' a']);
  });
});
