import { VocabScopeError } from '../errors';
import { MAX_TOKENIZER_FILE_BYTES, labelOfRole, type TokenizerRole } from './files';

/** No tokenizer file nests deeper than a dozen. */
const MAX_JSON_DEPTH = 64;
/** Lists and objects of one file; a merge may be a list, and the largest files have under a million. */
const MAX_JSON_LISTS = 4_000_000;
/** Values of one file; the largest files have two million. */
const MAX_JSON_VALUES = 8_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** An object of a parsed file: any value may stand under any key. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws VocabScopeError `invalidTokenizer`: the sentence begins with the file's name. */
export function refuse(role: TokenizerRole, problem: string, cause?: unknown): never {
  throw new VocabScopeError('invalidTokenizer', `${labelOfRole(role)} ${problem}`, { cause });
}

/** @throws VocabScopeError `invalidTokenizer` where the file is too big or no UTF-8. */
export function readText(bytes: Uint8Array, role: TokenizerRole): string {
  if (bytes.length > MAX_TOKENIZER_FILE_BYTES) {
    const limit = `${MAX_TOKENIZER_FILE_BYTES / 1024 / 1024} MB`;
    refuse(role, `is larger than ${limit}, which no tokenizer is; choose another file.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    return refuse(role, 'is no UTF-8 text; choose another file.', error);
  }
}

/** Where the string that begins before `start` ends. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== QUOTE) {
    index += bytes[index] === BACKSLASH ? 2 : 1;
  }
  return index;
}

/**
 * Whether a JSON text costs no more memory than a tokenizer's may, told before it is parsed: a list of one
 * byte costs seventy once parsed, and so a small file of brackets gigabytes.
 */
function isAffordable(bytes: Uint8Array): boolean {
  let depth = 0;
  let lists = 0;
  let values = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      index = endOfString(bytes, index + 1);
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
      lists += 1;
      if (depth > MAX_JSON_DEPTH) {
        return false;
      }
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth -= 1;
    }
  }
  return lists <= MAX_JSON_LISTS && values <= MAX_JSON_VALUES;
}

/** @throws VocabScopeError `invalidTokenizer` where the file is no JSON object, too big or too deep. */
export function readJsonObject(bytes: Uint8Array, role: TokenizerRole): JsonRecord {
  const text = readText(bytes, role);
  if (!isAffordable(bytes)) {
    refuse(role, 'nests deeper or holds more values than any tokenizer; choose another file.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(role, 'is no valid JSON; choose another file or download it again.', error);
  }
  return isRecord(value) ? value : refuse(role, 'holds no JSON object; choose another file.');
}
