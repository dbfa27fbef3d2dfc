import { isRecord, readJsonObject, refuse, type JsonRecord } from '../fileText';
import { fromPieceIds } from './fromVocabJson';
import { mendedNormalizer, mendedPreTokenizer } from './mendedSteps';
import { addedTokens, type FormInput, type TokenizerObject } from './tokenizerObject';

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
  const listedTokens: unknown = json['added_tokens'];
  const own = (Array.isArray(listedTokens) ? listedTokens.filter(isRecord) : []).filter(
    ({ id, content }) => typeof id === 'number' && typeof content === 'string',
  );
  const listed = new Set(own.map(({ id }) => id as number));
  const part = (key: string): JsonRecord | null => {
    const value = json[key];
    return isRecord(value) ? value : null;
  };
  const normalizer = part('normalizer');
  return {
    model: completed(model),
    normalizer: mendedNormalizer(normalizer),
    pre_tokenizer: mendedPreTokenizer(part('pre_tokenizer'), normalizer),
    added_tokens: [...own, ...addedTokens(input, listed)],
    postProcessor: part('post_processor'),
  };
}
