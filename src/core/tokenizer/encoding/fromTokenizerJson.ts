import { isRecord, readJsonObject, refuse, type JsonRecord } from '../fileText';
import { fromPieceIds } from './fromVocabJson';
import { addedTokens, type FormInput, type TokenizerObject } from './tokenizerObject';

/** Ways of splitting that the library does not follow. */
const UNKNOWN_BEHAVIOURS: readonly unknown[] = [
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

/** The field's own notion of a punctuation mark: Unicode's, and what else ASCII has. */
const PUNCTUATION = '[\\p{P}!-/:-@\\[-`{-~]';

function inner(step: JsonRecord, key: string): readonly JsonRecord[] | undefined {
  const list = step[key];
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

/** Whether a normaliser leaves no plain space, so that a split at spaces does nothing. */
function replacesSpaces(normalizer: JsonRecord | null): boolean {
  if (normalizer === null) {
    return false;
  }
  const pattern = isRecord(normalizer['pattern']) ? normalizer['pattern']['String'] : undefined;
  return (
    (normalizer['type'] === 'Replace' && pattern === ' ' && normalizer['content'] !== ' ') ||
    (inner(normalizer, 'normalizers') ?? []).some(replacesSpaces)
  );
}

/**
 * A pre-tokenizer in words that the library reads as the field's own does: its `Whitespace` knows ASCII letters alone,
 * its `Punctuation` keeps runs together. Null: a step that does nothing.
 */
function mended(step: JsonRecord, spacesAreGone: boolean): JsonRecord | null {
  const steps = inner(step, 'pretokenizers');
  if (steps !== undefined) {
    const kept = steps.map((each) => mended(each, spacesAreGone)).filter((each) => each !== null);
    return { ...step, pretokenizers: kept };
  }
  const { type, behavior } = step;
  if (type === 'Whitespace') {
    return {
      type: 'Split',
      pattern: { Regex: '\\w+|[^\\w\\s]+' },
      behavior: 'Removed',
      invert: true,
    };
  }
  if (type === 'Punctuation' && (behavior === undefined || behavior === 'Isolated')) {
    return { type: 'Split', pattern: { Regex: PUNCTUATION }, behavior: 'Isolated', invert: false };
  }
  if (type === 'Split' && UNKNOWN_BEHAVIOURS.includes(behavior)) {
    const pattern = isRecord(step['pattern']) ? step['pattern']['String'] : undefined;
    if (pattern === ' ' && spacesAreGone) {
      return null;
    }
    refuse(
      'tokenizerJson',
      `splits text in a way that is not read (Split with ${String(behavior)}); choose another tokenizer.`,
    );
  }
  return step;
}

/** A model with what older files leave out. */
function completed(model: JsonRecord): JsonRecord {
  if (model['type'] === 'BPE' && !Array.isArray(model['merges'])) {
    refuse(
      'tokenizerJson',
      'has no merges, so it does not say how text is cut; choose another file.',
    );
  }
  return model['type'] === 'WordPiece' ? { continuing_subword_prefix: '##', ...model } : model;
}

/** `tokenizer.json`: as it stands, with tokens that other files add, and mended where the library reads it otherwise. */
export function fromTokenizerJson(bytes: Uint8Array, input: FormInput): TokenizerObject {
  const json = readJsonObject(bytes, 'tokenizerJson');
  const { model } = json;
  if (!isRecord(model)) {
    return fromPieceIds(json, 'tokenizerJson', input);
  }
  const own = (inner(json, 'added_tokens') ?? []).filter(
    ({ id, content }) => typeof id === 'number' && typeof content === 'string',
  );
  const listed = new Set(own.map(({ id }) => id as number));
  const part = (key: string): JsonRecord | null => {
    const value = json[key];
    return isRecord(value) ? value : null;
  };
  const normalizer = part('normalizer');
  const preTokenizer = part('pre_tokenizer');
  return {
    model: completed(model),
    normalizer,
    pre_tokenizer: preTokenizer === null ? null : mended(preTokenizer, replacesSpaces(normalizer)),
    added_tokens: [...own, ...addedTokens(input, listed)],
    postProcessor: part('post_processor'),
  };
}
