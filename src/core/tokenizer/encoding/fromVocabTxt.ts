import { vocabTxt } from '../forms/vocabTxt';
import { Problems } from '../problems';
import { flag, namedToken } from './settings';
import { addedTokens, type FormInput, type TokenizerObject } from './tokenizerObject';

const BERT_PROCESSING = { type: 'BertProcessing', cls: ['[CLS]'], sep: ['[SEP]'] };

function hasBertSpecials({ vocabulary }: FormInput): boolean {
  return [...BERT_PROCESSING.cls, ...BERT_PROCESSING.sep].every(
    (text) => vocabulary.idsOf(text).length > 0,
  );
}

/** `vocab.txt`: WordPiece as BERT's tokenizer class cuts it, lower-cased unless tokenizer_config.json says otherwise. */
export function fromVocabTxt(bytes: Uint8Array, input: FormInput): TokenizerObject {
  const { settings } = input;
  const { pieces } = vocabTxt.read(bytes, {
    problems: new Problems(),
    config: settings.config,
    modelType: settings.modelType,
  });
  return {
    model: {
      type: 'WordPiece',
      unk_token: namedToken(settings, 'unk_token') ?? '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries([...pieces].map(([id, piece]) => [piece, id])),
    },
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: flag(settings, 'tokenize_chinese_chars') ?? true,
      strip_accents: flag(settings, 'strip_accents') ?? null,
      lowercase: flag(settings, 'do_lower_case') ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    added_tokens: addedTokens(input),
    postProcessor: hasBertSpecials(input) ? BERT_PROCESSING : null,
  };
}
