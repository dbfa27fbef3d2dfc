/** What the files beside a vocabulary say of how text is cut. */
import type { TokenizerFiles, TokenizerRole } from '../files';
import { isRecord, readJsonObject, type JsonRecord } from '../fileText';

export interface TokenizerSettings {
  /** `tokenizer_class` without `Fast`; undefined where no file names one. */
  readonly className: string | undefined;
  /** `model_type` of config.json. */
  readonly modelType: string | undefined;
  /** tokenizer_config.json, then special_tokens_map.json. */
  readonly config: JsonRecord;
  /** `added_tokens_decoder` of tokenizer_config.json: what a file says of single tokens, by id. */
  readonly addedTokens: JsonRecord;
  /** merges.txt. */
  readonly merges: Uint8Array | undefined;
}

/** The text of a special token's entry: itself, or an object's `content`. */
function contentOf(value: unknown): string | undefined {
  const content = isRecord(value) ? value['content'] : value;
  return typeof content === 'string' ? content : undefined;
}

/** The special token that the files name for a key, e.g. `cls_token`. */
export function namedToken({ config }: TokenizerSettings, key: string): string | undefined {
  return contentOf(config[key]);
}

/** A switch of tokenizer_config.json. */
export function flag({ config }: TokenizerSettings, key: string): boolean | undefined {
  const value = config[key];
  return typeof value === 'boolean' ? value : undefined;
}

/** @throws VocabScopeError `invalidTokenizer` where a file is no JSON object. */
export function readSettings(files: TokenizerFiles): TokenizerSettings {
  const object = (role: TokenizerRole): JsonRecord => {
    const bytes = files[role];
    return bytes === undefined ? {} : readJsonObject(bytes, role);
  };
  const own = object('tokenizerConfigJson');
  const config = { ...object('specialTokensMapJson'), ...own };
  const className = own['tokenizer_class'];
  const addedTokens = own['added_tokens_decoder'];
  return {
    className: typeof className === 'string' ? className.replace(/Fast$/u, '') : undefined,
    modelType: files.modelType,
    config,
    addedTokens: isRecord(addedTokens) ? addedTokens : {},
    merges: files.mergesTxt,
  };
}
