/** `vocabscope align --rows`: rows and heads of two models beside each other. */
import { VocabScopeError } from '../core/errors';
import { ALIGNMENT_GROUPS } from '../engine/alignment/alignLayers';
import { displayText } from '../core/tokenizer/display';
import type {
  AlignHeadsResult,
  AlignmentGroup,
  AlignRowsResult,
  CounterpartResult,
  HeadPair,
  RowMatch,
  RowPair,
} from '../protocol/alignment';
import type { RowReading } from '../protocol/reading';
import { counterpartJson, headPairJson, rowPairJson } from '../protocol/written/alignmentJson';
import { count, decimal } from '../protocol/written/numbers';
import { spokenWords } from '../protocol/written/words';
import type { CommandInput } from './command';
import { readingOptions, text, wholeNumber } from './sharedOptions';
import { tableLines, type Column } from './table';

const MAX_ROWS = 1000;
const DEFAULT_ROWS = 50;
const DEFAULT_WORDS = 5;
const WORDS_WIDTH = 44;

/** What `--rows` names. */
type Asked =
  | { readonly type: 'layer'; readonly group: AlignmentGroup; readonly layer: number }
  | { readonly type: 'row'; readonly component: string }
  | { readonly type: 'heads'; readonly kind: 'VO' | 'QK' };

/** Models and what to compare them by. */
export interface ComparedPair {
  readonly model: string;
  readonly other: string;
  readonly excludeUndertrained: boolean;
}

/** The part of an answer that `--rows` asks for. */
export interface RowsAnswer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly lines: () => Iterable<string>;
}

/** Reads `--rows`; undefined where it is not given. @throws VocabScopeError `usage` */
export function askedRows(input: CommandInput): Asked | undefined {
  const given = text(input.values, 'rows');
  if (given === undefined) {
    return undefined;
  }
  if (given === 'VO' || given === 'QK') {
    return { type: 'heads', kind: given };
  }
  const table = /^L(\d+)\.(\S+)$/u.exec(given);
  const group = ALIGNMENT_GROUPS.find((each) => each === table?.[2]);
  if (group !== undefined) {
    return { type: 'layer', group, layer: Number(table?.[1]) };
  }
  if (given.includes('[')) {
    return { type: 'row', component: given };
  }
  throw new VocabScopeError(
    'usage',
    `--rows is "${given}"; name a table such as L1.FF.V, a row such as 'L1.FF.V[7]', or the heads by VO or QK.`,
  );
}

/** Rows are listed with a few words; more by `--top`. */
async function options(input: CommandInput): ReturnType<typeof readingOptions> {
  const { values } = input;
  return readingOptions({
    'exclude-undertrained': values['exclude-undertrained'],
    top: values['top'] ?? String(DEFAULT_WORDS),
  });
}

function words(reading: RowReading | null): string {
  return reading === null ? '' : spokenWords(reading, DEFAULT_WORDS, displayText);
}

function matchText(match: RowMatch | null): string {
  return match === null ? '–' : `${match.component} ${decimal(match.rho, 3)}`;
}

const PAIR_COLUMNS: readonly Column<RowPair>[] = [
  { title: 'A', text: ({ component }) => component },
  { title: 'A tokens', maxWidth: WORDS_WIDTH, text: ({ reading }) => words(reading) },
  { title: 'rho', align: 'right', text: ({ nearest }) => decimal(nearest?.rho ?? null, 3) },
  { title: 'B', text: ({ nearest }) => nearest?.component ?? '–' },
  { title: 'B tokens', maxWidth: WORDS_WIDTH, text: ({ nearestReading }) => words(nearestReading) },
  { title: 'Mutual', text: ({ mutual }) => (mutual ? 'yes' : '') },
  { title: 'Assigned', text: ({ assigned }) => matchText(assigned) },
];

const HEAD_COLUMNS: readonly Column<HeadPair>[] = [
  { title: 'A', text: ({ component }) => component },
  { title: 'Nearest of B', text: ({ nearest }) => matchText(nearest) },
  { title: 'Mutual', text: ({ mutual }) => (mutual ? 'yes' : '') },
  { title: 'Assigned', text: ({ assigned }) => matchText(assigned) },
];

const COUNTERPART_COLUMNS: readonly Column<CounterpartResult['rows'][number]>[] = [
  { title: 'B', text: ({ component }) => component },
  { title: 'rho', align: 'right', text: ({ rho }) => decimal(rho, 3) },
  { title: 'Tokens', maxWidth: WORDS_WIDTH, text: ({ reading }) => words(reading) },
];

function rowsSummary(result: AlignRowsResult, tableA: string, tableB: string): string {
  const { rowsA, rowsB, mutual, meanNearest, meanAssigned, control } = result;
  const assigned = meanAssigned === null ? '' : `, assigned ${decimal(meanAssigned, 3)}`;
  return `${tableA} of A (${count(rowsA)} rows) and ${tableB} of B (${count(rowsB)}): ${count(mutual)} mutual, mean |rho| nearest ${decimal(meanNearest, 3)}${assigned}, shuffled ${decimal(control, 3)}`;
}

async function layerRows(
  input: CommandInput,
  pair: ComparedPair,
  { group, layer }: Extract<Asked, { type: 'layer' }>,
): Promise<RowsAnswer> {
  const { engine, context, values } = input;
  const layerB = await otherLayer(input, pair, group, layer);
  const result = await engine.alignRows(
    {
      ...{ ...pair, group, layerA: layer, layerB, sort: 'rho', mutualOnly: false, start: 0 },
      count: wholeNumber(values, 'count', DEFAULT_ROWS, MAX_ROWS),
      options: await options(input),
    },
    context,
  );
  const { rows, ...summary } = result;
  const [tableA, tableB] = [`L${String(layer)}.${group}`, `L${String(layerB)}.${group}`];
  return {
    json: { tables: { a: tableA, b: tableB }, summary, rows: rows.map(rowPairJson) },
    *lines() {
      yield rowsSummary(result, tableA, tableB);
      yield* tableLines(PAIR_COLUMNS, rows);
    },
  };
}

/** The layer of B that is named, else the one that the assignment of layers gives. */
async function otherLayer(
  { engine, context, values }: CommandInput,
  pair: ComparedPair,
  group: AlignmentGroup,
  layer: number,
): Promise<number> {
  const given = text(values, 'layer');
  if (given !== undefined) {
    if (!/^\d+$/u.test(given)) {
      throw new VocabScopeError('usage', `--layer is "${given}"; give the number of a layer of B.`);
    }
    return Number(given);
  }
  const { groups } = await engine.align(
    { ...pair, groups: [group], spaces: ['embedding'] },
    context,
  );
  const found = groups[0]?.spaces.embedding?.best;
  const place = found?.rows.indexOf(layer) ?? -1;
  const assigned = found?.assignment[place];
  if (assigned === undefined) {
    throw new VocabScopeError(
      'unknownComponent',
      `L${String(layer)}.${group} of A belongs to no layer of B; name one with --layer N.`,
    );
  }
  return assigned;
}

async function counterparts(
  input: CommandInput,
  pair: ComparedPair,
  component: string,
): Promise<RowsAnswer> {
  const { engine, context, values } = input;
  const found = await engine.counterparts(
    {
      ...{ ...pair, component },
      count: wholeNumber(values, 'count', DEFAULT_ROWS, MAX_ROWS),
      options: await options(input),
    },
    context,
  );
  return {
    json: {
      row: component,
      compared: found.total,
      control: found.control,
      rows: found.rows.map(counterpartJson),
    },
    *lines() {
      yield `${component} of A: ${words(found.reading)}; its like among ${count(found.total)} rows of B, shuffled at most ${decimal(found.control, 3)}`;
      yield* tableLines(COUNTERPART_COLUMNS, found.rows);
    },
  };
}

function headsAnswer(result: AlignHeadsResult): RowsAnswer {
  const { rows, others, matrix, meanNearest, control } = result;
  return {
    json: { heads: { others, matrix, meanNearest, control }, rows: rows.map(headPairJson) },
    *lines() {
      yield `${count(rows.length)} heads of A and ${count(others.length)} of B: mean |rho| nearest ${decimal(meanNearest, 3)}, shuffled ${decimal(control, 3)}`;
      yield* tableLines(HEAD_COLUMNS, rows);
    },
  };
}

/** Answers what `--rows` asks. */
export async function answerRows(
  input: CommandInput,
  pair: ComparedPair,
  asked: Asked,
): Promise<RowsAnswer> {
  switch (asked.type) {
    case 'layer':
      return layerRows(input, pair, asked);
    case 'row':
      return counterparts(input, pair, asked.component);
    case 'heads':
      return headsAnswer(
        await input.engine.alignHeads({ ...pair, kind: asked.kind }, input.context),
      );
  }
}
