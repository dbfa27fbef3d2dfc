import type { TensorChange } from '../../core/analysis/tensorChange';
import { VocabScopeError } from '../../core/errors';
import type { ReadingOptions } from '../../core/projection/options';
import { displayText } from '../../core/tokenizer/display';
import type {
  DiffParams,
  DiffResult,
  DiffSort,
  LayerPush,
  PushedToken,
  RowChange,
} from '../../protocol/displacement';
import type { ModelSummary } from '../../protocol/modelSummary';
import { changeJson, pushJson } from '../../protocol/written/changeJson';
import { changedSentence } from '../../protocol/written/changes';
import { optionsJson } from '../../protocol/written/json';
import { count, decimal } from '../../protocol/written/numbers';
import { tensorWords } from '../../protocol/written/tensorChanges';
import type { CliCommand, CliOptions, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { COMPARED_OPTIONS, openCompared } from '../openCompared';
import { choice, READING_OPTIONS, readingOptions, wholeNumber } from '../sharedOptions';
import { tableLines, type Column } from '../table';

const DEFAULT_ROWS = 50;
const MAX_ROWS = 1000;
const SORTS: readonly DiffSort[] = ['norm', 'relative', 'z'];
/** From this many rows on, people get a line a row rather than two columns of tokens. */
const BRIEF_FROM_ROWS = 4;
const BRIEF_TOKENS = 5;
const WORDS_WIDTH = 44;
const PERCENT = 100;
const ALL_TENSORS = 1_000_000;
/** The text lists those that changed most. */
const MAX_SHOWN_TENSORS = 20;

/** What is asked when no component is named. */
interface Overview {
  readonly tensors: readonly TensorChange[];
  /** Those that are not the same, what changed most first. */
  readonly changed: readonly TensorChange[];
  readonly result: DiffResult;
  readonly layers: readonly LayerPush[];
  readonly total: number;
}

function words(side: RowChange['plus']): string {
  return side.slice(0, BRIEF_TOKENS).map(displayText).join(' ');
}

const COLUMNS: readonly Column<RowChange>[] = [
  { title: 'Row', text: ({ component }) => component },
  { title: 'Change', align: 'right', text: ({ norm }) => decimal(norm, 3) },
  {
    title: 'Relative',
    align: 'right',
    text: ({ relative, isNew }) => (isNew ? 'new' : decimal(relative, 3)),
  },
  { title: 'z', align: 'right', text: ({ z }) => decimal(z, 1) },
  { title: 'Pushed up', maxWidth: WORDS_WIDTH, text: ({ plus }) => words(plus) },
  { title: 'Pushed down', maxWidth: WORDS_WIDTH, text: ({ minus }) => words(minus) },
];

const PUSH_COLUMNS: readonly Column<LayerPush>[] = [
  { title: 'Layer', text: ({ layer, part }) => `L${String(layer)} ${part}` },
  { title: 'Norm', align: 'right', text: ({ norm }) => decimal(norm, 2) },
  { title: 'Pushed up (z)', maxWidth: WORDS_WIDTH, text: ({ plus }) => pushedWords(plus) },
  { title: 'Pushed down (z)', maxWidth: WORDS_WIDTH, text: ({ minus }) => pushedWords(minus) },
];

const TENSOR_COLUMNS: readonly Column<TensorChange>[] = [
  { title: 'Tensor', text: ({ tensor }) => tensor },
  { title: 'Status', text: ({ status }) => status },
  ...['Numbers changed', 'Norm', 'Relative'].map((title, at) => ({
    ...{ title, align: 'right' as const },
    text: (change: TensorChange) => tensorWords(change)[at] ?? '',
  })),
];

function pushedWords(side: readonly PushedToken[]): string {
  return side
    .slice(0, BRIEF_TOKENS)
    .map((token) => `${displayText(token)} ${decimal(token.z, 1)}`)
    .join('  ');
}

function sides(row: RowChange): string[] {
  const width = 34;
  const cell = (token: RowChange['plus'][number] | undefined): string =>
    token === undefined ? '' : `${decimal(token.score, 4).padStart(9)}  ${displayText(token)}`;
  const relative = row.isNew ? 'new row' : `relative ${decimal(row.relative, 3)}`;
  const lines = Array.from({ length: Math.max(row.plus.length, row.minus.length) }, (_, i) =>
    `${cell(row.plus[i]).padEnd(width)}  ${cell(row.minus[i])}`.trimEnd(),
  );
  return [
    `${row.component}  change ${decimal(row.norm, 4)}  ${relative}  z ${decimal(row.z, 1)}  (${row.space} space; up, and down)`,
    ...lines,
    '',
  ];
}

function* tensorLines(changed: readonly TensorChange[]): Iterable<string> {
  if (changed.length === 0) {
    return;
  }
  yield '';
  yield* tableLines(TENSOR_COLUMNS, changed.slice(0, MAX_SHOWN_TENSORS));
  if (changed.length > MAX_SHOWN_TENSORS) {
    yield `… and ${count(changed.length - MAX_SHOWN_TENSORS)} more changed tensors; --json has all`;
  }
}

function* overviewLines(
  { result, changed, layers, total }: Overview,
  rows: readonly RowChange[],
): Iterable<string> {
  yield changedSentence(result);
  yield* result.warnings.map((warning) => `note: ${warning}`);
  for (const table of result.tables.filter((each) => each.changedRows > 0)) {
    const share = decimal((table.relative ?? 0) * PERCENT, 2);
    yield `  ${table.matrix.padEnd(9)} ${count(table.changedRows)} of ${count(table.rows)} rows, change ${decimal(table.norm, 3)}${table.newRows === table.rows ? ', new' : ` (${share} %)`}`;
  }
  yield* tensorLines(changed);
  if (rows.length === 0) {
    return;
  }
  yield '';
  yield `${count(rows.length)} of ${count(total)} rows; z above 3 stands out from random directions`;
  yield* tableLines(COLUMNS, rows);
  yield '';
  yield 'Whole layers; z against the same rows with random signs, of which the best token reaches about 4';
  yield* tableLines(PUSH_COLUMNS, layers);
}

/** The changed model: an adapter is laid over the base. */
async function openTuned(
  { engine, values, context }: CommandInput,
  path: string,
  basePath: string,
): Promise<ModelSummary> {
  try {
    return await openCompared(engine, path, values, context);
  } catch (error) {
    if (error instanceof VocabScopeError && error.reason === 'missingBase') {
      return engine.open({ path, base: basePath }, context);
    }
    throw error;
  }
}

async function overviewOf(
  { engine, values, context }: CommandInput,
  asked: DiffParams,
  options: ReadingOptions,
): Promise<{ overview: Overview; rows: readonly RowChange[] }> {
  const result = await engine.diff(asked, context);
  const every = { ...asked, start: 0, count: ALL_TENSORS };
  const tensors = await engine.diffTensors(every, context);
  const changed = await engine.diffTensors({ ...every, changedOnly: true }, context);
  const page = await engine.diffRows(
    {
      ...{ ...asked, options, descending: true, start: 0 },
      sort: choice(values, 'sort', SORTS, 'norm'),
      count: wholeNumber(values, 'rows', DEFAULT_ROWS, MAX_ROWS),
    },
    context,
  );
  const layers = await engine.diffLayers({ ...asked, options }, context);
  return {
    overview: {
      ...{ result, tensors: tensors.rows, changed: changed.rows },
      ...{ layers: layers.rows, total: page.total },
    },
    rows: page.rows,
  };
}

async function run(input: CommandInput): Promise<CommandResult> {
  const { positionals, values, engine, context } = input;
  const [basePath, tunedPath, ...components] = positionals;
  if (basePath === undefined || tunedPath === undefined) {
    throw new VocabScopeError(
      'usage',
      'diff takes a base model, what became of it (a model or an adapter), and components if you like.',
    );
  }
  const options = await readingOptions(values);
  const base = await openCompared(engine, basePath, values, context);
  const tuned = await openTuned(input, tunedPath, basePath);
  const asked = { model: tuned.model, other: base.model };
  const named = components.length > 0;
  const { overview, rows } = named
    ? {
        overview: undefined,
        rows: (await engine.diffComponents({ ...asked, components, options }, context)).rows,
      }
    : await overviewOf(input, asked, options);
  return {
    json: {
      model: modelJson(base),
      tuned: modelJson(tuned),
      options: optionsJson(options),
      ...(overview === undefined
        ? {}
        : {
            summary: { ...overview.result.tensors, changedRows: overview.result.changedRows },
            warnings: overview.result.warnings,
            tensors: overview.tensors,
            tables: overview.result.tables,
            layers: overview.layers.map(pushJson),
          }),
      rows: rows.map(changeJson),
    },
    *lines() {
      if (overview !== undefined) {
        yield* overviewLines(overview, rows);
      } else if (rows.length < BRIEF_FROM_ROWS) {
        yield* rows.flatMap(sides);
      } else {
        yield* tableLines(COLUMNS, rows);
      }
    },
  };
}

/** Options of readings that changes have: they are never folded. */
function diffOptions(): CliOptions {
  const shared = Object.entries(READING_OPTIONS).filter(([name]) => name !== 'fold');
  return {
    ...Object.fromEntries(shared),
    rank: { config: { type: 'string' }, value: 'RANK', help: 'dot or cosine (dot)' },
    rows: {
      config: { type: 'string' },
      value: 'N',
      help: `rows to list where no component is named (${String(DEFAULT_ROWS)})`,
    },
    sort: { config: { type: 'string' }, value: 'SORT', help: 'norm, relative or z (norm)' },
  };
}

/** `vocabscope diff`: what training changed, in words. */
export const diff: CliCommand = {
  name: 'diff',
  summary: 'what fine-tuning changed, in words: a model or an adapter against its base',
  usage: 'BASE TUNED|ADAPTER [COMPONENT...] [--top N] [--rows N] [options]',
  description: `The change of a row, TUNED less BASE, is read with the base's own embeddings, unfolded: the tokens
that it pushes up, and those that it pushes down. Rows are ranked by the norm of their change; beside it
the norm relative to the base's row, and z: how far the change's kurtosis lies from that of 256 random
directions. Many changes read as noise: z tells which. A row that the base lacks (a classifier) is "new"
and counts as its own change.

Without a component: which tensors changed, how much each table did, the rows that changed most, and what
the changes of each layer push together.

ADAPTER is a LoRA folder (adapter_config.json and adapter_model.safetensors); its changes are read from
its factors. With --base, tokens, pairs, search and info read it merged with its base.

  vocabscope diff ./gpt2 ./gpt2-sentiment --exclude-undertrained
  vocabscope diff ./gpt2 ./gpt2-sentiment 'C[*]' 'L11.FF.V[7]'
  vocabscope diff ./llama ./lora --rows 200 --json`,
  options: { ...diffOptions(), ...COMPARED_OPTIONS },
  run,
};
