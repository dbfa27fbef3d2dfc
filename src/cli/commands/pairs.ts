import { VocabScopeError } from '../../core/errors';
import { displayText } from '../../core/tokenizer/display';
import type { PairReading, PairView } from '../../protocol/pairs';
import {
  headNotes,
  pairOptionsJson,
  readingJson,
  uncountedSentence,
} from '../../protocol/written/json';
import { count, decimal } from '../../protocol/written/numbers';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { PAIR_OPTIONS, pairOptions } from '../pairOptions';
import { MODEL_OPTIONS, openParams, READING_OPTIONS } from '../sharedOptions';
import { tableLines, type Column } from '../table';

/** From this many heads on, people get a line a head. */
const BRIEF_FROM_HEADS = 4;
const BRIEF_PAIRS = 3;
const TOKEN_WIDTH = 30;

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
  for (const note of headNotes(reading)) {
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
share of them that copy: the same token, another case, the same stem. Filters act before the search;
z and copying are of all tokens that are no padding and not under-trained, whatever is listed.

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
