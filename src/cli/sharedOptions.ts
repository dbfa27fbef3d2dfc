import { readFile } from 'node:fs/promises';
import { VocabScopeError } from '../core/errors';
import {
  DEFAULT_OPTIONS,
  type FoldOption,
  type RankOption,
  type ReadingOptions,
  type SpaceOption,
} from '../core/projection/options';
import type { OpenParams } from '../protocol/engineApi';
import type { CliOptions, CliValues } from './command';

const SPACES: readonly SpaceOption[] = ['auto', 'input', 'output'];
const FOLDS: readonly FoldOption[] = ['none', 'norms'];
const RANKS: readonly RankOption[] = ['dot', 'cosine', 'abs', 'specificity'];
const MAX_TOP = 10_000_000;

/** Options of every command that opens a model. */
export const MODEL_OPTIONS: CliOptions = {
  tokenizer: {
    config: { type: 'string' },
    value: 'PATH',
    help: 'a tokenizer file or folder, where the model has none beside it',
  },
  config: {
    config: { type: 'string' },
    value: 'PATH',
    help: 'a config.json, where the model has none beside it',
  },
  base: {
    config: { type: 'string' },
    value: 'PATH',
    help: 'the model that an adapter (LoRA) changes: PATH is then the adapter, read merged',
  },
};

/** Options of every command that reads rows. */
export const READING_OPTIONS: CliOptions = {
  top: { config: { type: 'string' }, value: 'N', help: 'tokens on each side (20)' },
  space: {
    config: { type: 'string' },
    value: 'SPACE',
    help: 'auto: what reads is read with W_E, what writes with W_U; input or output: all with one',
  },
  fold: {
    config: { type: 'string' },
    value: 'FOLD',
    help: 'none, or norms: gains of the norms folded into the rows (refused for post-norm models)',
  },
  rank: { config: { type: 'string' }, value: 'RANK', help: 'dot, cosine, abs or specificity' },
  'without-common': {
    config: { type: 'boolean' },
    help: 'rank without the directions that all tokens share',
  },
  ascii: { config: { type: 'boolean' }, help: 'only printable ASCII tokens' },
  alphanumeric: { config: { type: 'boolean' }, help: 'only tokens of letters and digits' },
  'word-start': { config: { type: 'boolean' }, help: 'only tokens that begin a word' },
  list: { config: { type: 'string' }, value: 'FILE', help: 'only tokens in this file, one a line' },
  'exclude-special': { config: { type: 'boolean' }, help: 'leave special tokens out' },
  'exclude-undertrained': {
    config: { type: 'boolean' },
    help: 'leave out tokens that training hardly touched',
  },
};

/** The value of an option that takes one. */
export function text(values: CliValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** One of some words given for an option. @throws VocabScopeError `usage`. */
export function choice<T extends string>(
  values: CliValues,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const given = text(values, name);
  if (given === undefined) {
    return fallback;
  }
  const found = choices.find((candidate) => candidate === given);
  if (found === undefined) {
    throw new VocabScopeError(
      'usage',
      `--${name} is "${given}"; choose one of ${choices.join(', ')}.`,
    );
  }
  return found;
}

/** A whole number given for an option. @throws VocabScopeError `usage`. */
export function wholeNumber(
  values: CliValues,
  name: string,
  fallback: number,
  max = MAX_TOP,
): number {
  const given = text(values, name);
  if (given === undefined) {
    return fallback;
  }
  if (!/^\d+$/u.test(given) || Number(given) < 1 || Number(given) > max) {
    throw new VocabScopeError(
      'usage',
      `--${name} is "${given}"; give a whole number from 1 to ${String(max)}.`,
    );
  }
  return Number(given);
}

function pathOption(values: CliValues, name: string): string | undefined {
  const given = text(values, name);
  if (given === '') {
    throw new VocabScopeError('notFound', `--${name} is empty; name a file or a folder.`);
  }
  return given;
}

/** Where the model and its companions lie. @throws VocabScopeError `notFound` for an empty path. */
export function openParams(path: string, values: CliValues): OpenParams {
  const tokenizer = pathOption(values, 'tokenizer');
  const config = pathOption(values, 'config');
  const base = pathOption(values, 'base');
  return {
    path,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(config === undefined ? {} : { config }),
    ...(base === undefined ? {} : { base }),
  };
}

async function readList(file: string): Promise<readonly string[]> {
  try {
    const content = await readFile(file, 'utf8');
    return content
      .split(/\r?\n/u)
      .filter((line) => line !== '')
      .map((line) => line.toLowerCase());
  } catch (error) {
    throw new VocabScopeError(
      'notFound',
      `The list ${file} could not be read; check the path given to --list.`,
      {
        cause: error,
      },
    );
  }
}

/** The reading options of a command line. @throws VocabScopeError `usage`, or `notFound` for a list. */
export async function readingOptions(values: CliValues): Promise<ReadingOptions> {
  const list = text(values, 'list');
  return {
    space: choice(values, 'space', SPACES, DEFAULT_OPTIONS.space),
    fold: choice(values, 'fold', FOLDS, DEFAULT_OPTIONS.fold),
    rank: choice(values, 'rank', RANKS, DEFAULT_OPTIONS.rank),
    withoutCommon: values['without-common'] === true,
    filters: {
      ascii: values['ascii'] === true,
      alphanumeric: values['alphanumeric'] === true,
      wordStart: values['word-start'] === true,
      excludeSpecial: values['exclude-special'] === true,
      excludeUndertrained: values['exclude-undertrained'] === true,
      ...(list === undefined ? {} : { list: await readList(list) }),
    },
    k: wholeNumber(values, 'top', DEFAULT_OPTIONS.k),
  };
}
