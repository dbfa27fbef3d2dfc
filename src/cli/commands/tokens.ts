import { VocabScopeError } from '../../core/errors';
import { namesDirections } from '../../core/model/headMatrixId';
import { displayText } from '../../core/tokenizer/display';
import type { ReadingOptions } from '../../core/projection/options';
import { batchSize } from '../../engine/reading/readComponents';
import type { EngineParams } from '../../protocol/engineApi';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { DirectionReading } from '../../protocol/pairs';
import type { RowReading, ScoredToken } from '../../protocol/reading';
import { optionsJson, readingJson } from '../../protocol/written/json';
import { count, decimal } from '../../protocol/written/numbers';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { MODEL_OPTIONS, openParams, READING_OPTIONS, readingOptions } from '../sharedOptions';

/** From this many rows on, people get a line a row rather than two columns of tokens. */
const BRIEF_FROM_ROWS = 4;
const BRIEF_TOKENS = 8;

function omittedText({ omitted }: RowReading): string {
  const parts = (['undertrained', 'special', 'padding', 'filter'] as const)
    .filter((reason) => omitted[reason] > 0)
    .map((reason) => `${count(omitted[reason])} ${reason}`);
  return parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`;
}

function headline(row: RowReading): string {
  const nonFinite =
    row.nonFinite === 0 ? '' : `; ${count(row.nonFinite)} scores are not finite, so no statistics`;
  return `${row.component}  z ${decimal(row.z, 1)}  kurtosis ${decimal(row.kurtosisCentered, 1)}  norm ${decimal(row.norm, 2)}  (${row.space} space${omittedText(row)}${nonFinite})`;
}

function sideBySide(row: RowReading): string[] {
  const width = 34;
  const cell = (token: ScoredToken | undefined): string =>
    token === undefined ? '' : `${decimal(token.score, 3).padStart(9)}  ${displayText(token)}`;
  const lines = Array.from({ length: Math.max(row.top.length, row.bottom.length) }, (_, index) =>
    `${cell(row.top[index]).padEnd(width)}  ${cell(row.bottom[index])}`.trimEnd(),
  );
  return [headline(row), ...lines, ''];
}

function brief(row: RowReading): string {
  const bottom = row.speaks === 'bottom';
  const side = bottom ? row.bottom : row.top;
  const words = side.slice(0, BRIEF_TOKENS).map(displayText).join(' ');
  return `${row.component.padEnd(16)} ${decimal(row.z, 1).padStart(7)}  ${bottom ? '−' : ' '} ${words}`;
}

function* directionLines(direction: DirectionReading): Iterable<string> {
  const { component, sigma, degenerate, left, right } = direction;
  const note = degenerate ? '  (as large as a neighbour: one choice of many)' : '';
  yield `${component}  sigma ${decimal(sigma, 4)}${note}`;
  yield* sideBySide({ ...left, component: 'left ' });
  yield* sideBySide({ ...right, component: 'right' });
}

/** Readings as they come: rows in blocks, so that a whole vocabulary is never held; singular directions at once. */
type Run =
  | { readonly total: number; readonly rows: AsyncIterable<RowReading> }
  | { readonly directions: readonly DirectionReading[] };

/** Reads the first block of some rows: what is wrong with any of them is known before anything is written. */
async function beginRows(
  { engine, context }: CommandInput,
  params: EngineParams<'readRows'>,
): Promise<Run> {
  const count = batchSize(params.options.k);
  const { rows, total } = await engine.readRows({ ...params, count }, context);
  async function* blocks(): AsyncIterable<RowReading> {
    yield* rows;
    for (let start = count; start < total; start += count) {
      yield* (await engine.readRows({ ...params, start, count }, context)).rows;
    }
  }
  return { total, rows: blocks() };
}

/** Begins to read components in their order: runs of rows, and runs of singular directions. */
async function beginAll(
  input: CommandInput,
  model: string,
  components: readonly string[],
  options: ReadingOptions,
): Promise<readonly Run[]> {
  const groups: string[][] = [];
  for (const component of components) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && namesDirections(last[0]) === namesDirections(component)) {
      last.push(component);
    } else {
      groups.push([component]);
    }
  }
  const { engine, context } = input;
  const runs: Run[] = [];
  for (const group of groups) {
    const params = { model, components: group, options };
    runs.push(
      namesDirections(group[0] ?? '')
        ? { directions: (await engine.directions(params, context)).rows }
        : await beginRows(input, params),
    );
  }
  return runs;
}

async function* jsonOf(runs: readonly Run[]): AsyncIterable<Record<string, unknown>> {
  for (const run of runs) {
    if ('directions' in run) {
      yield* run.directions.map(readingJson);
      continue;
    }
    for await (const row of run.rows) {
      yield readingJson(row);
    }
  }
}

async function* linesOf(
  { tokenizerProblem }: ModelSummary,
  runs: readonly Run[],
): AsyncIterable<string> {
  if (tokenizerProblem !== null) {
    yield `note: ${tokenizerProblem}`;
  }
  for (const direction of runs.flatMap((run) => ('directions' in run ? run.directions : []))) {
    yield* directionLines(direction);
  }
  const rowRuns = runs.flatMap((run) => ('rows' in run ? run : []));
  const isBrief = rowRuns.reduce((sum, { total }) => sum + total, 0) >= BRIEF_FROM_ROWS;
  if (isBrief) {
    yield `${'Component'.padEnd(16)} ${'z'.padStart(7)}    Tokens`;
  }
  for (const { rows } of rowRuns) {
    for await (const row of rows) {
      yield* isBrief ? [brief(row)] : sideBySide(row);
    }
  }
}

async function run(input: CommandInput): Promise<CommandResult> {
  const { positionals, values, engine, context } = input;
  const [path, ...components] = positionals;
  if (path === undefined || components.length === 0) {
    throw new VocabScopeError(
      'usage',
      'tokens takes a path and at least one component, e.g. L3.FF.V[12].',
    );
  }
  const options = await readingOptions(values);
  const summary = await engine.open(openParams(path, values), context);
  const runs = await beginAll(input, summary.model, components, options);
  return {
    json: { model: modelJson(summary), options: optionsJson(options), rows: jsonOf(runs) },
    lines: () => linesOf(summary, runs),
  };
}

/** `vocabscope tokens`: rows in words. */
export const tokens: CliCommand = {
  name: 'tokens',
  summary: 'rows of a model in words: the tokens that each scores highest and lowest',
  usage: 'PATH COMPONENT... [--top N] [options]',
  description: `Components count from 0; [i:j] (j excluded), [*], L*, L2:4 and H* select ranges.

  L3.FF.K[907]   key of neuron 907: a row of W_in, of W_gate where the MLP is gated
  L3.FF.Up[907]  row of W_in of a gated MLP
  L3.FF.V[907]   value of neuron 907: a row of W_out
  L3.H7.Q[5]     column 5 of that head's W_Q; likewise K and V
  L3.H7.O[5]     row 5 of that head's W_O
  E[262] U[262]  a token's input or output embedding;  P[4] a learned position
  C[POSITIVE]    a row of a classifier's last layer
  L3.H7.VO.S[0]  a singular direction of that head's W_VO or W_QK: what it takes, what it gives

Beside each row: norm, moments of its scores, and z: how far its kurtosis, without the directions
that all tokens share, lies from that of 256 random directions. z > 3 stands out.

  vocabscope tokens ./gpt2 'L5.FF.V[31]'
  vocabscope tokens ./gpt2 'L*.FF.V[0:10]' --exclude-undertrained --json`,
  options: { ...READING_OPTIONS, ...MODEL_OPTIONS },
  run,
};
