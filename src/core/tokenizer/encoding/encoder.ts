/** Texts to ids of a model's tokens, as the tokenizer's own files say. */
import { Tokenizer } from '@huggingface/tokenizers';
import { messageOf, VocabScopeError } from '../../errors';
import { labelOfRole, type TokenizerFiles } from '../files';
import { readVocabulary } from '../readVocabulary';
import type { Vocabulary } from '../vocabulary';
import { unigramByteFallback, type ByteFallback } from './byteFallback';
import { ENCODING_FORMS, type EncodingForm } from './forms';
import type { JsonRecord } from '../fileText';
import { readSettings, type TokenizerSettings } from './settings';
import { surroundingTokens } from './surround';
import type { TokenizerObject } from './tokenizerObject';

/** A text as ids of tokens, special tokens around it included. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** Tokens that were cut off at the end, because only so many were wanted. */
  readonly cut: number;
}

/** How a model's tokenizer cuts a text. */
export interface TextEncoding {
  /** Special tokens that the model's family puts before and after a text, as ids. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The same as one tokenizer.json, special tokens around texts included. */
  tokenizerJson(): JsonRecord;
  /** The first tokens of a text, at most `maxTokens` with the special ones. @throws VocabScopeError `limit` where not even these fit */
  encode(text: string, maxTokens: number): EncodedText;
}

/** What a refusal ends with. */
const CHOOSE_ANOTHER = 'Texts cannot be cut into its tokens: choose a tokenizer.json instead.';

class LibraryEncoding implements TextEncoding {
  readonly before: readonly number[];
  readonly after: readonly number[];
  private readonly byteFallback: ByteFallback | undefined;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly parts: Omit<TokenizerObject, 'postProcessor'>,
    private readonly around: {
      readonly before: readonly Special[];
      readonly after: readonly Special[];
    },
  ) {
    this.before = around.before.map(({ id }) => id);
    this.after = around.after.map(({ id }) => id);
    this.byteFallback = unigramByteFallback(parts.model);
  }

  tokenizerJson(): JsonRecord {
    const { before, after } = this.around;
    const special = ({ text }: Special): JsonRecord => ({ SpecialToken: { id: text, type_id: 0 } });
    const single = [
      ...before.map(special),
      { Sequence: { id: 'A', type_id: 0 } },
      ...after.map(special),
    ];
    const all = [...before, ...after];
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      ...this.parts,
      decoder: null,
      post_processor:
        all.length === 0
          ? null
          : {
              type: 'TemplateProcessing',
              single,
              pair: [...single, { Sequence: { id: 'B', type_id: 0 } }],
              special_tokens: Object.fromEntries(
                all.map(({ text, id }) => [text, { id: text, ids: [id], tokens: [text] }]),
              ),
            },
    };
  }

  private idsOf(text: string): readonly number[] {
    const { ids, tokens } = this.tokenizer.encode(text, { add_special_tokens: false });
    // A character that no token covers has no id where the vocabulary has no unknown token: it is left out.
    const found: readonly (number | undefined)[] = ids;
    const unknown = this.parts.model['unk_id'];
    return found.flatMap((id, index) => {
      const bytes = id === unknown ? this.byteFallback?.(tokens[index] ?? '') : undefined;
      return bytes ?? (id === undefined ? [] : [id]);
    });
  }

  encode(text: string, maxTokens: number): EncodedText {
    const room = maxTokens - this.before.length - this.after.length;
    if (room < 1) {
      throw new VocabScopeError(
        'limit',
        `The model takes ${maxTokens} tokens at once, which its special tokens alone fill: no text fits.`,
      );
    }
    const ids = this.idsOf(text);
    return {
      ids: [...this.before, ...ids.slice(0, room), ...this.after],
      cut: Math.max(0, ids.length - room),
    };
  }
}

/** A special token around a text. */
interface Special {
  readonly text: string;
  readonly id: number;
}

/** Special tokens given by their texts. */
function specialsOf(
  texts: readonly string[],
  vocabulary: Vocabulary,
  role: EncodingForm['role'],
): Special[] {
  return texts.map((text) => {
    const ids = vocabulary.idsOf(text);
    const id = ids.find((each) => vocabulary.token(each)?.special === true) ?? ids[0];
    if (id === undefined) {
      throw new VocabScopeError(
        'invalidTokenizer',
        `${labelOfRole(role)} puts the special token "${text}" around every text, but has no such token. ${CHOOSE_ANOTHER}`,
      );
    }
    return { text, id };
  });
}

function build(
  form: EncodingForm,
  bytes: Uint8Array,
  settings: TokenizerSettings,
  vocabulary: Vocabulary,
): TextEncoding {
  const { postProcessor, ...parts } = form.build(bytes, { settings, vocabulary });
  const { before, after } = surroundingTokens(form.role, postProcessor, settings);
  let tokenizer: Tokenizer;
  try {
    // The library takes the unknown token of a model of whole words from its settings.
    const { unk_token } = parts.model;
    tokenizer = new Tokenizer({ ...parts, post_processor: null, decoder: null }, { unk_token });
  } catch (error) {
    throw new VocabScopeError(
      'invalidTokenizer',
      `${labelOfRole(form.role)} uses a step that is not known (${messageOf(error)}). ${CHOOSE_ANOTHER}`,
      { cause: error },
    );
  }
  return new LibraryEncoding(tokenizer, parts, {
    before: specialsOf(before, vocabulary, form.role),
    after: specialsOf(after, vocabulary, form.role),
  });
}

/**
 * The encoding of a tokenizer: by its `tokenizer.json`, else built from `vocab.json` and `merges.txt`, `vocab.txt` or a
 * SentencePiece model as the field's library converts them.
 * @throws VocabScopeError `missingTokenizer` without any vocabulary file, `invalidTokenizer` where none says how text is cut.
 */
export function readEncoding(files: TokenizerFiles): TextEncoding {
  const vocabulary = readVocabulary(files);
  const settings = readSettings(files);
  const refusals: string[] = [];
  for (const form of ENCODING_FORMS) {
    const bytes = files[form.role];
    if (bytes === undefined) {
      continue;
    }
    try {
      return build(form, bytes, settings, vocabulary);
    } catch (error) {
      if (!(error instanceof VocabScopeError)) {
        throw error;
      }
      refusals.push(error.message);
    }
  }
  throw new VocabScopeError('invalidTokenizer', refusals.join(' '));
}
