import { VocabScopeError } from '../core/errors';
import { DEFAULT_PAIRS, type PairOptions } from '../protocol/pairs';
import type { CliOptions, CliValues } from './command';
import { readingOptions, text } from './sharedOptions';

/** Options of every command that searches heads, beside those of reading. */
export const PAIR_OPTIONS: CliOptions = {
  threshold: {
    config: { type: 'string' },
    value: 'X',
    help: 'only pairs that score more than X (less, with --negative), and how many there are',
  },
  row: {
    config: { type: 'string', multiple: true },
    value: 'TOKEN',
    help: 'only this row token: exact text or #id; repeat it for more',
  },
  column: {
    config: { type: 'string', multiple: true },
    value: 'TOKEN',
    help: 'only this column token; repeat it for more',
  },
  negative: { config: { type: 'boolean' }, help: 'the most negative pairs, lowest first' },
  delta: {
    config: { type: 'string' },
    value: 'D',
    help: 'QK of rotary models: positions from key to query (0)',
  },
  'exclude-same': { config: { type: 'boolean' }, help: 'leave out pairs of a token with itself' },
  'exclude-case': {
    config: { type: 'boolean' },
    help: 'leave out pairs that differ in case or a leading space alone',
  },
  'no-statistics': {
    config: { type: 'boolean' },
    help: 'neither z nor copying: they take up to 17 searches a head',
  },
};

function decimalNumber(values: CliValues, name: string): number | undefined {
  const given = text(values, name);
  const value = Number(given);
  if (given !== undefined && (given.trim() === '' || !Number.isFinite(value))) {
    throw new VocabScopeError('usage', `--${name} is "${given}"; give a number.`);
  }
  return given === undefined ? undefined : value;
}

function distance(values: CliValues): number | undefined {
  const delta = decimalNumber(values, 'delta');
  if (delta !== undefined && (!Number.isSafeInteger(delta) || delta < 0)) {
    throw new VocabScopeError(
      'usage',
      `--delta is "${String(delta)}"; give a whole number of positions from 0.`,
    );
  }
  return delta;
}

function tokenList(values: CliValues, name: string): readonly string[] | undefined {
  const given = values[name];
  return Array.isArray(given) ? given.map(String) : undefined;
}

/** The options of a command line for heads. @throws VocabScopeError `usage`, or `notFound` for a list. */
export async function pairOptions(values: CliValues): Promise<PairOptions> {
  const reading = await readingOptions({ ...values, top: values['top'] ?? String(DEFAULT_PAIRS) });
  const { rank } = reading;
  if (rank === 'specificity') {
    throw new VocabScopeError(
      'usage',
      '--rank specificity belongs to rows; pairs are ranked by dot, cosine or abs.',
    );
  }
  const threshold = decimalNumber(values, 'threshold');
  const delta = distance(values);
  const rows = tokenList(values, 'row');
  const columns = tokenList(values, 'column');
  return {
    ...reading,
    rank,
    excludeSame: values['exclude-same'] === true,
    excludeCase: values['exclude-case'] === true,
    negative: values['negative'] === true,
    ...(threshold === undefined ? {} : { threshold }),
    ...(delta === undefined ? {} : { delta }),
    ...(rows === undefined ? {} : { rows }),
    ...(columns === undefined ? {} : { columns }),
  };
}
