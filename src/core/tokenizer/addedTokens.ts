import { isRecord, type JsonRecord } from './fileText';
import { isTokenId, type AddedToken } from './pieceTable';
import type { Problems } from './problems';

/** Reads one added token; what is wrong with it is noted. */
function readAddedToken(
  content: unknown,
  id: unknown,
  special: boolean,
  problems: Problems,
): AddedToken | undefined {
  if (typeof content !== 'string') {
    problems.note('noText', undefined, id);
    return undefined;
  }
  if (!isTokenId(id)) {
    problems.note('badId', content, id);
    return undefined;
  }
  return { id, content, special };
}

function present(tokens: readonly (AddedToken | undefined)[]): readonly AddedToken[] {
  return tokens.filter((token) => token !== undefined);
}

/** `added_tokens` of tokenizer.json: a list of `{ id, content, special }`. */
export function readAddedTokenList(list: unknown, problems: Problems): readonly AddedToken[] {
  return !Array.isArray(list)
    ? []
    : present(
        list.map((entry: unknown) => {
          const token = isRecord(entry) ? entry : {};
          return readAddedToken(token['content'], token['id'], token['special'] === true, problems);
        }),
      );
}

/** `added_tokens_decoder` of tokenizer_config.json: `{ id: { content, special } }`. */
export function readAddedTokensDecoder(
  config: JsonRecord,
  problems: Problems,
): readonly AddedToken[] {
  const decoder = config['added_tokens_decoder'];
  return !isRecord(decoder)
    ? []
    : present(
        Object.entries(decoder).map(([key, entry]) => {
          const token = isRecord(entry) ? entry : {};
          const id = /^\d+$/u.test(key) ? Number(key) : key;
          return readAddedToken(token['content'], id, token['special'] === true, problems);
        }),
      );
}

/** added_tokens.json: `{ content: id }`; which of them are special other files say. */
export function readAddedTokensFile(file: JsonRecord, problems: Problems): readonly AddedToken[] {
  return present(
    Object.entries(file).map(([content, id]) => readAddedToken(content, id, false, problems)),
  );
}

/** The texts of a special map's value: a text, an object with `content`, or a list or map of these. */
function contentsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => (Array.isArray(item) ? [] : contentsOf(item)));
  }
  if (!isRecord(value)) {
    return [];
  }
  const content = value['content'];
  return typeof content === 'string'
    ? [content]
    : Object.values(value).filter((item) => typeof item === 'string');
}

const TOKEN_KEY = /_tokens?$/u;

/** The texts that a special_tokens_map.json or the same keys of a tokenizer_config.json name as special. */
export function readSpecialTexts(map: JsonRecord): readonly string[] {
  return Object.entries(map)
    .filter(([key]) => TOKEN_KEY.test(key))
    .flatMap(([, value]) => contentsOf(value));
}
