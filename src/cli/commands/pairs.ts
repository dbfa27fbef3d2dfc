import { VocabScopeError } from '../../core/errors';
import { displayText } from '../../core/tokenizer/display';
import {
  MAX_COUNTED_PAIRS,
  type PairOptions,
  type PairReading,
  type PairView,
} from '../../protocol/pairs';
import type { CliCommand, CliOptions, CliValues, CommandInput, CommandResult } from '../command';
import { modelJson, tokenJson } from '../modelJson';
import { count, decimal } from '../numbers';
import {
  MODEL_OPTIONS,
  openParams,
  optionsJson,
  READING_OPTIONS,
  readingOptions,
  text,
} from '../sharedOptions';
import { tableLines, type Column } from '../table';

const DEFAULT_PAIRS = '50';
/** From this many heads on, people get a line a head. */
const BRIEF_FROM_HEADS = 4;
const BRIEF_PAIRS = 3;
const TOKEN_WIDTH = 30;

const PAIR_OPTIONS: CliOptions = {
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
    help: 'rotary models: positions from key to query (0)',
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

async function pairOptions(values: CliValues): Promise<PairOptions> {
  const reading = await readingOptions({ ...values, top: values['top'] ?? DEFAULT_PAIRS });
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

function pairOptionsJson(options: PairOptions): Record<string, unknown> {
  const shared = optionsJson(options);
  return {
    ...shared,
    filters: {
      ...(shared['filters'] as Record<string, unknown>),
      exclude_same: options.excludeSame,
      exclude_case: options.excludeCase,
    },
    threshold: options.threshold ?? null,
    rows: options.rows ?? null,
    columns: options.columns ?? null,
    negative: options.negative,
    delta: options.delta ?? 0,
  };
}

function pairJson({ row, column, score, dot }: PairView): Record<string, unknown> {
  return {
    row: tokenJson(row),
    column: tokenJson(column),
    score,
    ...(dot === undefined ? {} : { dot }),
  };
}

function uncountedSentence({ component }: PairReading): string {
  return `More than ${count(MAX_COUNTED_PAIRS)} pairs of ${component} are beyond that threshold, which is as far as they are counted.`;
}

function notesOf(reading: PairReading): string[] {
  return [
    ...(reading.note === undefined ? [] : [reading.note]),
    ...(reading.count === null ? [uncountedSentence(reading)] : []),
  ];
}

function readingJson(reading: PairReading): Record<string, unknown> {
  const { component, exact, visited, statistics, omitted } = reading;
  const notes = notesOf(reading);
  return {
    component,
    row_space: reading.rowSpace,
    column_space: reading.columnSpace,
    exact,
    visited,
    ...(reading.count === undefined ? {} : { count: reading.count }),
    z: statistics?.z ?? null,
    statistic: statistics?.statistic ?? null,
    pairings: statistics?.pairings ?? 0,
    copying: statistics?.copying ?? null,
    omitted,
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    top: reading.top.map(pairJson),
  };
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(0)} %`;
}

function omittedText({ omitted }: PairReading): string {
  const reasons = ['undertrained', 'special', 'padding', 'filter'] as const;
  const parts = [
    ...reasons.flatMap((reason) => {
      const most = Math.max(omitted.rows[reason], omitted.columns[reason]);
      return most === 0 ? [] : [`${count(most)} ${reason} tokens`];
    }),
    ...(omitted.pairs === 0 ? [] : [`${count(omitted.pairs)} pairs of tokens that are alike`]),
  ];
  return parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`;
}

function copyingText({ statistics }: PairReading): string {
  const copying = statistics?.copying ?? null;
  return copying === null
    ? ''
    : `  copies ${percent(copying.share)} (shuffled ${percent(copying.control)})`;
}

function headline(reading: PairReading): string {
  const { component, statistics, exact, visited } = reading;
  const counted = typeof reading.count === 'number' ? `${count(reading.count)} pairs, ` : '';
  const proof = exact ? 'exact' : 'not proven exact';
  return `${component}  z ${decimal(statistics?.z ?? null, 1)}${copyingText(reading)}  (${counted}${proof}, ${percent(visited)} of tiles visited${omittedText(reading)})`;
}

const COLUMNS: readonly Column<PairView>[] = [
  { title: 'Score', align: 'right', text: ({ score }) => decimal(score, 4) },
  { title: 'Row', text: ({ row }) => displayText(row), maxWidth: TOKEN_WIDTH },
  { title: 'Column', text: ({ column }) => displayText(column), maxWidth: TOKEN_WIDTH },
];

function* blockOf(reading: PairReading): Iterable<string> {
  yield headline(reading);
  for (const note of notesOf(reading)) {
    yield `note: ${note}`;
  }
  yield* tableLines(COLUMNS, reading.top);
  yield '';
}

function brief({ component, statistics, top }: PairReading): string {
  const best = top
    .slice(0, BRIEF_PAIRS)
    .map(({ row, column }) => `${displayText(row)} → ${displayText(column)}`)
    .join(', ');
  const copying = percent(statistics?.copying?.share ?? null);
  return `${component.padEnd(12)} ${decimal(statistics?.z ?? null, 1).padStart(7)} ${copying.padStart(7)}  ${best}`;
}

/** A threshold that says nothing of any head is refused; where it says something of some, the others say so. */
function requireCounted(rows: readonly PairReading[]): void {
  const [first] = rows;
  if (first !== undefined && rows.every((row) => row.count === null)) {
    throw new VocabScopeError(
      'limit',
      `${uncountedSentence(first)} Choose a threshold nearer to the best scores, or leave it out: the best pairs are listed without one.`,
    );
  }
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path, ...components] = positionals;
  if (path === undefined || components.length === 0) {
    throw new VocabScopeError('usage', 'pairs takes a path and at least one head, e.g. L1.H3.VO.');
  }
  const options = await pairOptions(values);
  const summary = await engine.open(openParams(path, values), context);
  const statistics = values['no-statistics'] !== true;
  const { rows } = await engine.pairs(
    { model: summary.model, components, options, statistics },
    context,
  );
  requireCounted(rows);
  return {
    json: {
      model: modelJson(summary),
      options: pairOptionsJson(options),
      rows: rows.map(readingJson),
    },
    *lines() {
      if (summary.tokenizerProblem !== null) {
        yield `note: ${summary.tokenizerProblem}`;
      }
      if (rows.length < BRIEF_FROM_HEADS) {
        for (const reading of rows) {
          yield* blockOf(reading);
        }
        return;
      }
      yield `${'Head'.padEnd(12)} ${'z'.padStart(7)} ${'copies'.padStart(7)}  Best pairs`;
      yield* rows.map(brief);
    },
  };
}

/** `vocabscope pairs`: heads as exact pairs of tokens. */
export const pairs: CliCommand = {
  name: 'pairs',
  summary: 'heads as pairs of tokens: the best of all pairs, exactly, and how they stand out',
  usage: 'PATH HEAD... [--top N] [--threshold X] [--row TOKEN] [--column TOKEN] [options]',
  description: `Heads count from 0; L*, L2:4 and H* select ranges.

  L1.H3.VO   W_V W_O: which source token (row) promotes which token (column)
  L1.H3.QK   W_Q W_K: which query token (row) attends to which key token (column)

Every pair of the vocabulary takes part; a pair is left aside only where a bound proves that it
is not among the best. Beside each head: z, how far its best 50 pairs stand out from those of up to
16 shuffled pairings (this head's W_V with other heads' W_O, its W_Q with other heads' W_K), and the
share of them that copy: the same token, another case, the same stem. Filters act before the search.

  vocabscope pairs ./gpt2 L10.H7.VO --exclude-undertrained
  vocabscope pairs ./gpt2 L10.H7.VO --row ' she'
  vocabscope pairs ./gpt2-medium L18.H2.VO --threshold 25     (45 pairs)
  vocabscope pairs ./gpt2 'L*.H*.QK' --top 3 --json`,
  options: {
    ...READING_OPTIONS,
    top: { config: { type: 'string' }, value: 'N', help: 'pairs to list (50)' },
    rank: { config: { type: 'string' }, value: 'RANK', help: 'dot, cosine or abs' },
    ...PAIR_OPTIONS,
    ...MODEL_OPTIONS,
  },
  run,
};
