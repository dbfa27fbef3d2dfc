import fc from 'fast-check';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { displayText } from '../../../src/core/tokenizer/display';
import type { TokenizerFiles } from '../../../src/core/tokenizer/files';
import { MAX_TOKEN_ID } from '../../../src/core/tokenizer/pieceTable';
import { readVocabulary } from '../../../src/core/tokenizer/readVocabulary';
import type { Vocabulary } from '../../../src/core/tokenizer/vocabulary';
import { sentencePieceModel, TYPE } from './support/sentencePiece';
import {
  bytesOf,
  foldersOf,
  SHARED_FOLDER,
  TOKENIZERS_FOLDER,
  tokenizerFiles,
  utf8,
} from './support/tokenizerFolder';

/** Reads files that may be refused in a sentence, and in no other way. */
function readOrReason(files: TokenizerFiles): Vocabulary | string {
  try {
    return readVocabulary(files);
  } catch (error) {
    if (!(error instanceof VocabScopeError)) {
      throw error;
    }
    expect(error.message).toMatch(/\.$/u);
    return error.reason;
  }
}

/** Asks a vocabulary for everything that it can say. */
function useAll(vocabulary: Vocabulary): void {
  for (let id = 0; id < Math.min(vocabulary.idLimit, 1_000); id += 1) {
    const token = vocabulary.token(id);
    if (token !== undefined) {
      displayText({ id, text: token.text });
      expect(token.bytes.length).toBeGreaterThanOrEqual(0);
    }
  }
  vocabulary.idsOf('the');
}

function bpe(vocab: unknown, rest: Readonly<Record<string, unknown>> = {}): TokenizerFiles {
  const json = { decoder: { type: 'ByteLevel' }, model: { type: 'BPE', vocab }, ...rest };
  return { tokenizerJson: utf8(json) };
}

const DEEP = `{"model":${'['.repeat(100_000)}`;

describe('files that are no tokenizer are refused', () => {
  it.each<[string, TokenizerFiles]>([
    ['cut JSON', { tokenizerJson: utf8('{') }],
    ['an empty file', { tokenizerJson: utf8('') }],
    ['a list', { tokenizerJson: utf8('[1, 2]') }],
    ['no UTF-8', { tokenizerJson: Uint8Array.of(0x7b, 0xff, 0x7d) }],
    ['no model', { tokenizerJson: utf8('{}') }],
    ['a model without vocabulary', bpe(undefined)],
    ['a vocabulary of another kind', bpe('a b c')],
    ['no usable id', bpe({ a: -1, b: 1.5, c: 'x', d: null, e: 1e12 })],
    [
      'a config',
      { tokenizerJson: utf8({ model_type: 'gpt2', n_layer: 2, n_head: 3, tied: true }) },
    ],
    ['deep nesting', { tokenizerJson: utf8(DEEP) }],
    ['a list of lists without end', { tokenizerJson: utf8(`[${'[],'.repeat(4_000_001)}0]`) }],
    ['an empty vocab.txt', { vocabTxt: utf8('') }],
    ['more lines than any vocabulary', { vocabTxt: new Uint8Array(10_000_000).fill(0x0a) }],
    ['an empty SentencePiece model', { sentencePieceModel: new Uint8Array() }],
    [
      'a SentencePiece model cut in a piece',
      { sentencePieceModel: sentencePieceModel([['▁the']]).subarray(0, 7) },
    ],
    [
      'an absurd length',
      { sentencePieceModel: Uint8Array.of(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 97) },
    ],
    [
      'a length beyond 32 bits',
      { sentencePieceModel: Uint8Array.of(0x0a, 0x80, 0x80, 0x80, 0x80, 0x10, 97) },
    ],
    [
      'a piece that leaves its message',
      { sentencePieceModel: Uint8Array.of(0x0a, 2, 0x0a, 5, 97, 97, 97, 97, 97) },
    ],
    ['pieces without text', { sentencePieceModel: Uint8Array.of(0x0a, 0, 0x0a, 0) }],
    ['groups in groups', { sentencePieceModel: new Uint8Array(100_000).fill(0x23) }],
    ['an archive', { sentencePieceModel: utf8('PK\u0003\u0004 and so on and so on') }],
  ])('%s', (_, files) => {
    expect(readOrReason(files)).toBe('invalidTokenizer');
  });

  it('and no file at all is a missing tokenizer', () => {
    expect(readOrReason({ modelType: 'gpt2' })).toBe('missingTokenizer');
  });
});

describe('single bad tokens are left out', () => {
  it('ids out of range', () => {
    const vocabulary = readVocabulary(
      bpe({ a: 0, far: 1e12, max: 2 ** 53, [`last`]: MAX_TOKEN_ID, next: MAX_TOKEN_ID + 1 }),
    );
    expect(vocabulary).toMatchObject({ size: 2, idLimit: MAX_TOKEN_ID + 1 });
    expect(vocabulary.warnings).toEqual([
      '3 tokens have no usable id and are left out (the first: far with id 1000000000000).',
    ]);
  });

  it('double ids: the first stays', () => {
    const vocabulary = readVocabulary(bpe({ a: 0, d: 3, again: 3 }));
    expect(vocabulary.token(3)?.text).toBe('d');
    expect(vocabulary.idsOf('again')).toEqual([]);
    expect(vocabulary.warnings).toHaveLength(1);
  });

  it('odd added tokens', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => ({
      id: 1,
      content: `t${String(n)}`,
      special: true,
    }));
    const odd = [{ id: -3, content: 'x' }, { id: 1 }, { content: 'y' }, 7, null, [], ...many];
    const vocabulary = readVocabulary(bpe({ a: 0, f: 1 }, { added_tokens: odd }));
    expect(vocabulary.token(1)).toMatchObject({ text: 't0', special: true });
    expect(vocabulary.size).toBe(2);
    expect(vocabulary.warnings).toHaveLength(4);
  });

  it('names of built-in properties are tokens like others', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const json = `{"model":{"vocab":{${names.map((name, id) => `"${name}":${String(id)}`).join(',')}}}}`;
    const vocabulary = readVocabulary({ tokenizerJson: utf8(json) });
    expect(names.map((name) => vocabulary.idsOf(name))).toEqual([[0], [1], [2], [3]]);
    expect(vocabulary.idsOf('valueOf')).toEqual([]);
    const added = readVocabulary({
      vocabTxt: utf8('a'),
      addedTokensJson: utf8('{"__proto__": 1}'),
    });
    expect(added.token(1)?.text).toBe('__proto__');
  });

  it('tokens that would do harm elsewhere are kept exactly', () => {
    const nasty = [
      ...[
        '<script>alert(1)</script>',
        '\u001b]0;title\u0007',
        '\u202eabc',
        '\u200b',
        '\ufeff',
        '\0',
      ],
      ...[
        '\ud83d\ude00',
        'e\u0301\u0301',
        '${x}',
        '[a](command:x)',
        '=1+1',
        '\n',
        '\r\n',
        '\ud800',
      ],
    ];
    const vocabulary = readVocabulary(bpe(Object.fromEntries(nasty.map((text, id) => [text, id]))));
    expect(nasty.map((_, id) => vocabulary.token(id)?.text)).toEqual(nasty);
  });

  it('patterns and merges that are none are left alone', () => {
    const vocabulary = readVocabulary({
      tokenizerJson: utf8({
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(((' } },
        model: { type: 'BPE', vocab: { a: 0 }, merges: ['one', ['a'], 5, ['a', 'b', 'c']] },
      }),
    });
    expect(vocabulary).toMatchObject({ size: 1, warnings: [] });
  });

  it('a token of a megabyte is short where it is shown', () => {
    const vocabulary = readVocabulary(bpe({ ['x'.repeat(1_000_000)]: 0 }));
    const text = vocabulary.token(0)?.text ?? null;
    expect(text).toHaveLength(1_000_000);
    expect(displayText({ id: 0, text })).toBe(`${'x'.repeat(24)}…`);
  });
});

/** A file, and the bytes to put at places of it. */
function mutations(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
  return fc
    .tuple(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(file.length), fc.boolean())
    .map(([changes, end, cut]) => {
      const mutated = file.slice(0, cut ? end : file.length);
      changes.forEach(([place, byte]) => {
        if (place < mutated.length) {
          mutated[place] = byte;
        }
      });
      return mutated;
    });
}

describe('mutated files are read or refused', () => {
  const model = sentencePieceModel([
    ['<unk>', TYPE.unknown],
    ['<s>', TYPE.control],
    ['<0x0A>', TYPE.byte],
    ['▁the'],
    ['é'],
  ]);

  it('SentencePiece models', () => {
    fc.assert(
      fc.property(
        mutations(model),
        fc.constantFrom('t5', 'xlm-roberta', 'llama'),
        (bytes, modelType) => {
          const read = readOrReason({ sentencePieceModel: bytes, modelType });
          if (typeof read === 'string') {
            expect(read).toBe('invalidTokenizer');
          } else {
            useAll(read);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('tokenizer.json', () => {
    const file = bytesOf(path.join(TOKENIZERS_FOLDER, 'deepseek_v3'), 'tokenizer.json');
    fc.assert(
      fc.property(mutations(file ?? new Uint8Array(1)), (tokenizerJson) => {
        const read = readOrReason({ tokenizerJson });
        if (typeof read !== 'string') {
          useAll(read);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('JSON of any shape, in any place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (model, added, companion) => {
        const read = readOrReason({
          tokenizerJson: utf8({ model: { vocab: model }, added_tokens: added, decoder: companion }),
          vocabTxt: utf8('a'),
          addedTokensJson: utf8(companion),
          tokenizerConfigJson: utf8({
            added_tokens_decoder: companion,
            mask_token: added,
            extra_ids: model,
          }),
          specialTokensMapJson: utf8({ pad_token: companion }),
        });
        useAll(read as Vocabulary);
      }),
      { numRuns: 500 },
    );
  });
});

const COLLECTION = path.join(SHARED_FOLDER, 'checkpoints/hostile/tokenizer');
const REFUSED: Readonly<Record<string, string>> = {
  garbage: 'invalidTokenizer',
  none: 'missingTokenizer',
  'model-truncated': 'invalidTokenizer',
  'model-huge-length': 'invalidTokenizer',
};

describe.skipIf(foldersOf(COLLECTION).length === 0)(
  'a larger collection of broken tokenizers',
  () => {
    it.each(foldersOf(COLLECTION).map((folder) => [path.basename(folder), folder]))(
      '%s',
      (name, folder) => {
        const read = readOrReason(tokenizerFiles(folder));
        if (typeof read === 'string') {
          expect(read).toBe(REFUSED[name]);
        } else {
          expect(REFUSED[name]).toBeUndefined();
          expect(read.token(20)?.text).toBeTypeOf('string');
          useAll(read);
        }
      },
    );
  },
);
