import { readJsonObject, readText, refuse, type JsonRecord } from '../fileText';
import type { VocabularyRole } from '../files';
import { recogniseSpelling } from '../spelling';
import { flag } from './settings';
import { addedTokens, type FormInput, type TokenizerObject } from './tokenizerObject';

/** How classes with byte-level pieces cut words, where not as GPT-2 does (tokenization_qwen2.py). */
const QWEN2_WORDS =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const BYTES = { type: 'ByteLevel', trim_offsets: true };

function isQwen2({ settings: { className, modelType } }: FormInput): boolean {
  return className === undefined
    ? modelType?.startsWith('qwen2') === true || modelType?.startsWith('qwen3') === true
    : className === 'Qwen2Tokenizer';
}

/** Merges `a b` by line; GPT-2's file begins with a line that says its version. */
function readMerges(bytes: Uint8Array): readonly (readonly [string, string])[] {
  return readText(bytes, 'mergesTxt')
    .split(/\r?\n/u)
    .filter((line) => line !== '' && !line.startsWith('#version'))
    .map((line) => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)] as const;
    });
}

/** A byte-level BPE of `{ piece: id }` and merges.txt. */
export function fromPieceIds(
  vocab: JsonRecord,
  role: VocabularyRole,
  input: FormInput,
): TokenizerObject {
  const { merges } = input.settings;
  if (merges === undefined) {
    refuse(role, 'does not say how text is cut: merges.txt is missing beside it.');
  }
  const pieces = new Map(Object.entries(vocab).map(([piece, id]) => [Number(id), piece]));
  if (recogniseSpelling(pieces).byteLevel !== true) {
    refuse(
      role,
      'holds pieces that are not spelled byte by byte, and how such a text is cut is not known; choose a tokenizer.json.',
    );
  }
  const qwen2 = isQwen2(input);
  const words = {
    type: 'Split',
    pattern: { Regex: QWEN2_WORDS },
    behavior: 'Isolated',
    invert: false,
  };
  const bytes = {
    ...BYTES,
    add_prefix_space: flag(input.settings, 'add_prefix_space') ?? false,
    use_regex: !qwen2,
  };
  return {
    model: {
      type: 'BPE',
      unk_token: null,
      vocab,
      merges: readMerges(merges),
      ignore_merges: false,
    },
    normalizer: qwen2 ? { type: 'NFC' } : null,
    pre_tokenizer: qwen2 ? { type: 'Sequence', pretokenizers: [words, bytes] } : bytes,
    added_tokens: addedTokens(input),
    postProcessor: null,
  };
}

/** `vocab.json` with `merges.txt`. */
export function fromVocabJson(bytes: Uint8Array, input: FormInput): TokenizerObject {
  return fromPieceIds(readJsonObject(bytes, 'vocabJson'), 'vocabJson', input);
}
