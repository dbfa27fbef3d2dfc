import { VocabScopeError } from '../../core/errors';
import { displayText } from '../../core/tokenizer/display';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { RowStep, StepName, StepsResult, TableStep } from '../../protocol/steps';
import { optionsJson } from '../../protocol/written/json';
import { count, decimal } from '../../protocol/written/numbers';
import { stepsJson } from '../../protocol/written/stepsJson';
import { spokenWords } from '../../protocol/written/words';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { COMPARED_OPTIONS, openCompared } from '../openCompared';
import { READING_OPTIONS, readingOptions } from '../sharedOptions';
import { tableLines, type Column } from '../table';

/** What a component looks like: a table, or rows in brackets. */
const COMPONENT = /^(?:[EUPC]|L[\d*:]+\.(?:H[\d*:]+\.)?(?:FF\.(?:K|Up|V)|[QKVO]))(?:\[.*\])?$/su;
const WORDS = 5;
const WORDS_WIDTH = 60;

/** The folders of the steps: those that are named, and those in a folder that holds several. */
async function foldersOf(
  { engine, context }: CommandInput,
  paths: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const inside = await engine.findSteps({ path }, context);
    found.push(...(inside.length === 0 ? [path] : inside));
  }
  return found;
}

/** Opens a step; trainers leave its tokenizer in the folder above, which is taken where the sizes agree. */
async function openStep(
  { engine, values, context }: CommandInput,
  path: string,
): Promise<ModelSummary> {
  const found = await openCompared(engine, path, values, context);
  if (found.tokenizer !== null || found.offeredTokenizer === null) {
    return found;
  }
  await engine.close({ model: found.model }, context);
  const offered = { ...values, tokenizer: found.offeredTokenizer };
  return openCompared(engine, path, offered, context);
}

interface Line<Point> {
  readonly step: StepName;
  readonly point: Point;
}

function stepText({ name, step }: StepName): string {
  return step === null ? name : count(step);
}

function changeColumns<Point extends RowStep | TableStep>(): Column<Line<Point>>[] {
  return [
    { title: 'Step', align: 'right', text: ({ step }) => stepText(step) },
    { title: 'Norm', align: 'right', text: ({ point }) => decimal(point.norm, 3) },
    { title: 'Since first', align: 'right', text: ({ point }) => decimal(point.sinceFirst, 3) },
    {
      title: 'Since previous',
      align: 'right',
      text: ({ point }) => decimal(point.sincePrevious, 3),
    },
    { title: 'Relative', align: 'right', text: ({ point }) => decimal(point.relative, 3) },
  ];
}

function wordsOf({ reading }: RowStep): string {
  return spokenWords(reading, WORDS, displayText);
}

function readableOf({ readability }: TableStep): string {
  return (readability?.readable ?? [])
    .map(({ component, speaks, top, bottom }) => {
      const [first] = speaks === 'bottom' ? bottom : top;
      const row = component.replace(/^.*\[/u, '[');
      return first === undefined ? row : `${row} ${displayText(first)}`;
    })
    .join('  ');
}

const ROW_COLUMNS: readonly Column<Line<RowStep>>[] = [
  ...changeColumns<RowStep>(),
  { title: 'z', align: 'right', text: ({ point }) => decimal(point.reading.z, 1) },
  { title: 'Tokens', maxWidth: WORDS_WIDTH, text: ({ point }) => wordsOf(point) },
];

const TABLE_COLUMNS: readonly Column<Line<TableStep>>[] = [
  ...changeColumns<TableStep>(),
  {
    title: 'Stand out',
    align: 'right',
    text: ({ point: { readability } }) =>
      readability === null ? '–' : `${count(readability.standOut)} of ${count(readability.rows)}`,
  },
  { title: 'Most readable', maxWidth: WORDS_WIDTH, text: ({ point }) => readableOf(point) },
];

function* describe({ steps, rows, tables }: StepsResult, named: boolean): Iterable<string> {
  const lines = <Point>(points: readonly Point[]): Line<Point>[] =>
    points.flatMap((point, i) => {
      const step = steps[i];
      return step === undefined ? [] : [{ step, point }];
    });
  yield `${count(steps.length)} steps: ${steps.map(stepText).join(', ')}`;
  if (!named) {
    yield 'relative change of every table since the step before';
    yield* tableLines(
      [
        { title: 'Table', text: ({ matrix }) => matrix },
        ...steps.slice(1).map((step, i) => ({
          title: stepText(step),
          align: 'right' as const,
          text: ({ points }: StepsResult['tables'][number]) =>
            decimal(points[i + 1]?.relative ?? null, 3),
        })),
      ],
      tables,
    );
    return;
  }
  for (const { matrix, points } of tables) {
    yield '';
    yield matrix;
    yield* tableLines(TABLE_COLUMNS, lines(points));
  }
  for (const { component, points } of rows) {
    yield '';
    yield component;
    yield* tableLines(ROW_COLUMNS, lines(points));
  }
}

async function run(input: CommandInput): Promise<CommandResult> {
  const { positionals, values, engine, context } = input;
  const components = positionals.filter((text) => COMPONENT.test(text));
  const paths = positionals.filter((text) => !COMPONENT.test(text));
  const folders = await foldersOf(input, paths);
  if (folders.length < 2) {
    throw new VocabScopeError(
      'usage',
      'steps takes the folder of a training that holds checkpoint-N folders, or two steps and more, in order.',
    );
  }
  const options = await readingOptions(values);
  const summaries: ModelSummary[] = [];
  for (const folder of folders) {
    summaries.push(await openStep(input, folder));
  }
  const handles = summaries.map(({ model }) => model);
  const result = await engine.steps(
    {
      ...{ model: handles[0] ?? '', steps: handles, options },
      ...(components.length === 0 ? {} : { components }),
    },
    context,
  );
  return {
    json: {
      models: summaries.map(modelJson),
      options: optionsJson(options),
      ...stepsJson(result),
    },
    lines: () => describe(result, components.length > 0),
  };
}

/** `vocabscope steps`: rows and tables over a training. */
export const steps: CliCommand = {
  name: 'steps',
  summary: 'over the steps of a training: how far rows and tables move, and what they come to say',
  usage: 'FOLDER | STEP STEP... [COMPONENT...] [--top N] [options]',
  description: `FOLDER holds checkpoint-N folders as trainers leave them; or name the steps, in order. A tokenizer in the
folder above is taken where a step has none and the sizes agree.

Without a component: how far every table moved since the step before, relative to its norm. A table
(L5.FF.V) shows at each step how many of its rows stand out, and the most readable ones; a row
(L5.FF.V[7]) its z and its words. Each step is read with its own embeddings.

  vocabscope steps ./run
  vocabscope steps ./run L5.FF.K 'L5.FF.K[317]' --exclude-undertrained
  vocabscope steps ./run/checkpoint-1000 ./run/checkpoint-9000 'L3.H0.O[5]' --json`,
  options: { ...READING_OPTIONS, ...COMPARED_OPTIONS },
  run,
};
