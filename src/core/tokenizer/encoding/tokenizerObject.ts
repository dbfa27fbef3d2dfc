import type { JsonRecord } from '../fileText';
import type { Vocabulary } from '../vocabulary';
import type { TokenizerSettings } from './settings';

/** A tokenizer as the parts of a `tokenizer.json` that say how text is cut, in the words of that file. */
export interface TokenizerObject {
  readonly model: JsonRecord;
  readonly normalizer: JsonRecord | null;
  readonly pre_tokenizer: JsonRecord | null;
  readonly added_tokens: readonly JsonRecord[];
  /** Kept apart: it says which special tokens stand around a text. */
  readonly postProcessor: JsonRecord | null;
}

export interface FormInput {
  readonly settings: TokenizerSettings;
  readonly vocabulary: Vocabulary;
}

/** An added token as `tokenizer.json` writes it. */
export function addedToken(
  id: number,
  content: string,
  special: boolean,
  details: JsonRecord = {},
): JsonRecord {
  return {
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: !special,
    ...details,
    id,
    content,
    special,
  };
}

/**
 * Tokens that are found in a text before it is cut: all special ones, and those that a file adds.
 * @param skipped ids that stand elsewhere
 */
export function addedTokens(
  { vocabulary, settings }: FormInput,
  skipped: ReadonlySet<number> = new Set(),
): readonly JsonRecord[] {
  const found: JsonRecord[] = [];
  for (let id = 0; id < vocabulary.idLimit; id += 1) {
    const token = vocabulary.token(id);
    const details = settings.addedTokens[String(id)];
    const isAdded = token?.special === true || details !== undefined;
    if (token === undefined || token.text === null || skipped.has(id) || !isAdded) {
      continue;
    }
    // RoBERTa's class takes the space before its mask with it, and no file says so.
    const mask = settings.className === 'RobertaTokenizer' && token.text === '<mask>';
    found.push(
      addedToken(id, token.text, token.special, {
        ...(mask ? { lstrip: true } : {}),
        ...(typeof details === 'object' ? details : {}),
      }),
    );
  }
  return found;
}
