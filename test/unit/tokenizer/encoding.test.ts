import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEncoding, type TextEncoding } from '../../../src/core/tokenizer/encoding/encoder';
import type { TokenizerFiles } from '../../../src/core/tokenizer/files';
import { readSentencePieceModel } from '../../../src/core/tokenizer/sentencePieceFile';
import {
  bestUnigramScore,
  plainByteLevel,
  plainSentencePieceBpe,
  plainWordPiece,
} from './support/plainEncoders';
import { sentencePieceModel } from './support/sentencePiece';
import {
  bytesOf,
  foldersOf,
  onlyRole,
  SHARED_FOLDER,
  tokenizerFiles,
  TOKENIZERS_FOLDER,
  utf8,
  vocabularyRoles,
} from './support/tokenizerFolder';

const FAMILIES = path.resolve(import.meta.dirname, '../../fixtures/families');
const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const MANY = 100_000;

const TEXTS = [
  'os universos de chuck barris e charlie kaufman sÃ£o complementares . e igualmente fascinantes .',
  "Hello  World, don't I'll 123 45.6!",
  'naïve café',
  '日本語の映画 ok',
  ' leading',
  'trailing ',
  'a\nb\t c',
  '😀 emoji',
  '[MASK] <s> </s> <mask> <unk> x',
];

function idsOf(encoding: TextEncoding, text: string): readonly number[] {
  return encoding.encode(text, MANY).ids;
}

function jsonOf(files: TokenizerFiles, role: 'vocabJson'): Record<string, number> {
  return JSON.parse(new TextDecoder().decode(files[role])) as Record<string, number>;
}

function linesOf(files: TokenizerFiles, role: 'mergesTxt' | 'vocabTxt'): string[] {
  return new TextDecoder().decode(files[role]).split('\n');
}

const words = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9.,'é日]{1,9}$/u), { minLength: 1, maxLength: 12 })
  .map((list) => list.join(' '));

describe('texts become ids', () => {
  it('as the trained sample was given them', () => {
    const encoding = readEncoding(tokenizerFiles(SAMPLE));
    expect(idsOf(encoding, TEXTS[0] ?? '')).toEqual([
      490, 6542, 490, 437, 6417, 2559, 770, 301, 1798, 810, 414, 470, 70, 581, 262, 128, 226, 127,
      97, 79, 975, 578, 3715, 1639, 301, 221, 493, 782, 578, 69, 3335, 425, 277, 1639,
    ]);
  });

  it('of vocab.json and merges.txt as byte-level BPE defines it', () => {
    const files = tokenizerFiles(path.join(FAMILIES, 'gpt2'));
    const encoding = readEncoding(files);
    const vocab = jsonOf(files, 'vocabJson');
    const merges = linesOf(files, 'mergesTxt');
    fc.assert(
      fc.property(words, (text) => {
        expect(idsOf(encoding, text)).toEqual(
          plainByteLevel(text, merges).map((piece) => vocab[piece]),
        );
      }),
    );
  });

  it('of vocab.txt as WordPiece defines it, [CLS] and [SEP] around', () => {
    const files = tokenizerFiles(path.join(FAMILIES, 'bert'));
    const encoding = readEncoding(files);
    const pieces = linesOf(files, 'vocabTxt');
    const known = new Set(pieces);
    const lower = fc.array(fc.stringMatching(/^[a-zA-Z]{1,12}$/u), { maxLength: 12 });
    fc.assert(
      fc.property(lower, (list) => {
        const cut = list.flatMap((word) => plainWordPiece(word.toLowerCase(), known));
        expect(idsOf(encoding, list.join(' '))).toEqual(
          ['[CLS]', ...cut, '[SEP]'].map((piece) => pieces.indexOf(piece)),
        );
      }),
    );
    expect(idsOf(encoding, 'ÉTÉ été')).toEqual(idsOf(encoding, 'ete ete'));
  });

  it('of a SentencePiece BPE model as its scores say, <s> before', () => {
    const files = tokenizerFiles(path.join(FAMILIES, 'llama_tied'));
    const encoding = readEncoding(files);
    const { pieces } = readSentencePieceModel(files.sentencePieceModel ?? new Uint8Array());
    const places = new Map(pieces.map(({ text }, place) => [text, place]));
    const toIds = (piece: string): (number | undefined)[] =>
      places.has(piece)
        ? [places.get(piece)]
        : Array.from(utf8(piece), (byte) =>
            places.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
          );
    fc.assert(
      fc.property(words, (text) => {
        expect(idsOf(encoding, text)).toEqual([
          places.get('<s>'),
          ...plainSentencePieceBpe(text, pieces).flatMap(toIds),
        ]);
      }),
    );
  });

  it.each(['albert', 't5', 'deberta_v2'])(
    'of %s, a Unigram model, by a cut of the highest score',
    (name) => {
      const files = tokenizerFiles(path.join(TOKENIZERS_FOLDER, name));
      const encoding = readEncoding(files);
      const { pieces } = readSentencePieceModel(files.sentencePieceModel ?? new Uint8Array());
      const plain = fc.array(fc.stringMatching(/^[a-z]{1,9}$/u), { minLength: 1, maxLength: 9 });
      fc.assert(
        fc.property(plain, (list) => {
          const ids = idsOf(encoding, list.join(' '));
          const inner = ids.slice(encoding.before.length, ids.length - encoding.after.length);
          const cut = inner.map((id) => pieces[id]);
          const score = cut.reduce((sum, piece) => sum + (piece?.score ?? NaN), 0);
          const text = `▁${list.join('▁')}`;
          // Where a letter is unknown the cut is not spelled by its pieces.
          if (cut.every((piece) => piece?.type !== 2)) {
            expect(cut.map((piece) => piece?.text).join('')).toBe(text);
            expect(score).toBeCloseTo(bestUnigramScore(text, pieces), 4);
          }
        }),
      );
    },
  );
});

describe('two forms of one tokenizer cut alike', () => {
  const folders = [
    ...foldersOf(FAMILIES),
    ...foldersOf(TOKENIZERS_FOLDER),
    ...foldersOf(path.join(SHARED_FOLDER, 'tokenizers')),
    SAMPLE,
  ].filter((folder) => {
    const files = tokenizerFiles(folder);
    return vocabularyRoles(files).length > 1;
  });

  it.each(folders.map((folder) => [path.basename(folder), folder]))('%s', (_, folder) => {
    const files = tokenizerFiles(folder);
    const [first, ...others] = vocabularyRoles(files).map((role) => {
      const encoding = readEncoding(onlyRole(files, role));
      return TEXTS.map((text) => idsOf(encoding, text));
    });
    for (const other of others) {
      expect(other).toEqual(first);
    }
    expect(others).not.toEqual([]);
  });
});

describe('special tokens', () => {
  const model = {
    type: 'BPE',
    vocab: { a: 0, b: 1, '<s>': 2, '</s>': 3, '[CLS]': 4, '[SEP]': 5 },
    merges: [],
  };
  const special = (content: string): Record<string, unknown> => ({
    id: model.vocab[content as keyof typeof model.vocab],
    content,
    special: true,
  });
  const json = {
    model,
    added_tokens: ['<s>', '</s>', '[CLS]', '[SEP]'].map(special),
    pre_tokenizer: null,
  };
  const template = {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
  };
  const around = (postProcessor: unknown, config: unknown, modelType?: string): string => {
    const encoding = readEncoding({
      tokenizerJson: utf8({ ...json, post_processor: postProcessor }),
      tokenizerConfigJson: utf8(config),
      ...(modelType === undefined ? {} : { modelType }),
    });
    return idsOf(encoding, 'ab').join(' ');
  };

  it('stand where the file puts them', () => {
    expect(around(template, {})).toBe('4 0 1 5');
    expect(around({ type: 'Sequence', processors: [{ type: 'ByteLevel' }, template] }, {})).toBe(
      '4 0 1 5',
    );
    expect(around({ type: 'RobertaProcessing', cls: ['<s>', 2], sep: ['</s>', 3] }, {})).toBe(
      '2 0 1 3',
    );
  });

  it('stand where the class or the family puts them, if the file says nothing', () => {
    expect(around(null, { tokenizer_class: 'BertTokenizerFast' })).toBe('4 0 1 5');
    expect(around(null, {}, 'distilbert')).toBe('4 0 1 5');
    expect(around(null, {}, 'roberta')).toBe('2 0 1 3');
    expect(around(null, { tokenizer_class: 'GPT2Tokenizer' })).toBe('0 1');
    expect(
      around(null, { tokenizer_class: 'GPT2Tokenizer', add_bos_token: true, bos_token: '</s>' }),
    ).toBe('3 0 1');
  });

  // What transformers 5.23 answers for the same files.
  it.each([
    ['LlamaTokenizer', template, '4 0 1 5'],
    ['LlamaTokenizerFast', template, '4 0 1 5'],
    ['GemmaTokenizer', template, '4 0 1 5'],
    ['GPT2Tokenizer', template, '4 0 1 5'],
    ['CodeLlamaTokenizer', template, '2 0 1'],
    ['CodeLlamaTokenizer', null, '2 0 1'],
  ])('of %s stand as its tokenizer.json or its class says, whatever the switches', (...of) => {
    const [name, said, wanted] = of;
    const named = { tokenizer_class: name, bos_token: { content: '<s>' }, eos_token: '</s>' };
    const switches = [{}, { add_bos_token: true, add_eos_token: true }, { add_bos_token: false }];
    for (const more of [...switches, { backend: 'tokenizers' }]) {
      expect(around(said, { ...named, ...more })).toBe(wanted);
    }
  });

  it.each(['LlamaTokenizer', 'GemmaTokenizer'])(
    'of %s follow its switches only where these are set and the file says nothing',
    (name) => {
      const named = { tokenizer_class: name, bos_token: { content: '<s>' } };
      expect(around(null, named)).toBe('0 1');
      expect(around(null, { ...named, backend: 'tokenizers' })).toBe('0 1');
      expect(around(null, { ...named, add_bos_token: true })).toBe('2 0 1');
      expect(around(null, { ...named, add_bos_token: false })).toBe('0 1');
      expect(around(null, { ...named, add_eos_token: true })).toBe('2 0 1 3');
    },
  );

  it('keep their place when a text is cut, and the cut is said', () => {
    const encoding = readEncoding({
      tokenizerJson: utf8({ ...json, post_processor: template }),
    });
    expect(encoding.encode('ababab', 5)).toEqual({ ids: [4, 0, 1, 0, 5], cut: 3 });
    expect(encoding.encode('aba', 5)).toEqual({ ids: [4, 0, 1, 0, 5], cut: 0 });
    expect(encoding.encode('', 5)).toEqual({ ids: [4, 5], cut: 0 });
    expect(() => encoding.encode('a', 2)).toThrow(/special tokens alone fill/u);
  });

  it('that stand in a text are found whole', () => {
    const bert = readEncoding(tokenizerFiles(path.join(FAMILIES, 'bert')));
    const [, mask] = idsOf(bert, '[MASK]');
    expect(idsOf(bert, 'a [MASK]')).toContain(mask);
    expect(idsOf(bert, '[MASK]')).toHaveLength(3);
  });
});

describe('what does not say how text is cut is refused', () => {
  const refusal = (files: TokenizerFiles): string => {
    try {
      readEncoding(files);
    } catch (error) {
      return String(error);
    }
    return 'nothing was refused';
  };
  const bpe = { type: 'BPE', vocab: { a: 0 }, merges: [] };

  it('vocab.json without merges.txt', () => {
    const files = tokenizerFiles(path.join(FAMILIES, 'gpt2'));
    const vocab = files.vocabJson ?? new Uint8Array();
    expect(refusal({ vocabJson: vocab })).toMatch(/merges\.txt is missing/u);
  });

  it('BPE that is not spelled byte by byte', () => {
    expect(refusal({ vocabJson: utf8({ a: 0, b: 1 }), mergesTxt: utf8('a b') })).toMatch(
      /not spelled byte by byte/u,
    );
  });

  it.each([
    ['a step that is not known', { type: 'UnicodeScripts' }, /UnicodeScripts/u],
    [
      'a split that is not followed',
      { type: 'Split', pattern: { Regex: 'a' }, behavior: 'MergedWithNext' },
      /MergedWithNext/u,
    ],
  ])('%s', (_, preTokenizer, sentence) => {
    expect(refusal({ tokenizerJson: utf8({ model: bpe, pre_tokenizer: preTokenizer }) })).toMatch(
      sentence,
    );
  });

  it('BPE without merges', () => {
    expect(refusal({ tokenizerJson: utf8({ model: { type: 'BPE', vocab: { a: 0 } } }) })).toMatch(
      /has no merges/u,
    );
  });

  it('a template with a token that the vocabulary lacks', () => {
    const files = {
      tokenizerJson: utf8({
        model: bpe,
        post_processor: { type: 'BertProcessing', cls: ['[CLS]', 1], sep: ['[SEP]', 2] },
      }),
    };
    expect(refusal(files)).toMatch(/has no such token/u);
  });

  it('SentencePiece by words', () => {
    expect(refusal({ sentencePieceModel: sentencePieceModel([['▁a']], 3) })).toMatch(
      /by words or characters/u,
    );
  });

  it('no tokenizer at all', () => {
    expect(refusal({})).toMatch(/no tokenizer file/u);
  });
});

describe.skipIf(!existsSync(path.join(SHARED_FOLDER, 'data')))(
  'labelled data (skipped without it)',
  () => {
    it('is cut as the goldens of stitching say', () => {
      const folder = path.join(SHARED_FOLDER, 'checkpoints', 'film-a-sentiment');
      const goldens = JSON.parse(
        readFileSync(path.join(folder, 'goldens-stitch-film-b-reviews.json'), 'utf8'),
      ) as { first: { text_ids: number[] } };
      const csv = readFileSync(path.join(SHARED_FOLDER, 'data', 'reviews-500.csv'), 'utf8');
      const end = csv.search(/",(POSITIVE|NEGATIVE)\r?\n/u);
      const text = csv.slice(csv.indexOf('"') + 1, end).replaceAll('""', '"');
      const encoding = readEncoding(tokenizerFiles(folder));
      expect(encoding.encode(text, 128).ids).toEqual(goldens.first.text_ids);
      expect(encoding.encode(text, 128).cut).toBeGreaterThan(0);
      expect(bytesOf(folder, 'tokenizer.json')).toBeDefined();
    });
  },
);
