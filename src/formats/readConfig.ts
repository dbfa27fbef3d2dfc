import { basename } from 'node:path';
import { VocabScopeError } from '../core/errors';
import { readSmallText } from '../io/smallFile';
import { jsonDepth } from './jsonDepth';

/** A config.json has some kilobytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** Real ones nest three or four deep. */
const MAX_CONFIG_DEPTH = 64;

/** Strings are matched first, so that only bare words outside them are replaced. */
const STRING_OR_PYTHON_NUMBER = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gsu;

/** A parsed config.json: its keys are all that a look-up can find. Objects inside have no prototype either. */
export type ConfigEntries = ReadonlyMap<string, unknown>;

function refuse(path: string, what: string, cause?: unknown): VocabScopeError {
  return new VocabScopeError(
    'invalidConfig',
    `${basename(path)} ${what}. Choose another config.json, or download it again.`,
    { cause },
  );
}

/** Python writes `Infinity` and `NaN`, which JSON has not: they are read as null. */
function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = text.replace(STRING_OR_PYTHON_NUMBER, (found) =>
      found.startsWith('"') ? found : 'null',
    );
    if (plain === text) {
      throw error;
    }
    return JSON.parse(plain);
  }
}

/** Takes the prototype from every object of a parsed, shallow value. */
function withoutPrototypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (!Array.isArray(value)) {
    Object.setPrototypeOf(value, null);
  }
  Object.values(value).forEach(withoutPrototypes);
}

/**
 * Reads a config.json.
 * @throws VocabScopeError `invalidConfig` that names the file and says what is wrong with it.
 */
export async function readConfig(path: string): Promise<ConfigEntries> {
  const text = await readSmallText(path, { maxBytes: MAX_CONFIG_BYTES, reason: 'invalidConfig' });
  if (jsonDepth(text) > MAX_CONFIG_DEPTH) {
    throw refuse(path, `is nested more than ${MAX_CONFIG_DEPTH} deep, which no configuration is`);
  }
  let config: unknown;
  try {
    config = parsePythonJson(text);
  } catch (error) {
    throw refuse(path, 'cannot be read as JSON', error);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw refuse(path, 'is JSON but no object, so it configures no model');
  }
  withoutPrototypes(config);
  return new Map(Object.entries(config));
}
