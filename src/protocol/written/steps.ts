/** A training over its steps, as copies and exports hold it. */
import type { ReadingOptions } from '../../core/projection/options';
import type { ModelSummary } from '../modelSummary';
import type { StepChange, StepName, StepsResult, TableStep } from '../steps';
import { baseLines } from './changes';
import { optionsJson, sourceJson } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { count, counted, decimal } from './numbers';
import { stepsJson } from './stepsJson';
import { column, constantsOf, type Column } from './table';
import { quotedToken, spokenWords } from './words';

const CHANGE_DIGITS = 3;
const WORDS = 5;

/** The steps that were read, and how. */
export interface StepsSource {
  /** Of the last step. */
  readonly summary: ModelSummary;
  readonly models: readonly ModelSummary[];
  readonly options: ReadingOptions;
}

/** A table or row at one step. */
export interface StepLine {
  readonly component: string;
  readonly step: StepName;
  readonly change: StepChange;
  readonly z: number | null;
  readonly readability: TableStep['readability'];
  /** What it says: a row's first tokens, a table's most readable rows. */
  readonly words: string;
}

/** Tables and rows, each a line for every step. */
export function stepLines({ steps, tables, rows }: StepsResult): readonly (readonly StepLine[])[] {
  const named = <Point>(
    points: readonly Point[],
    line: (point: Point, step: StepName) => StepLine,
  ): readonly StepLine[] =>
    points.flatMap((point, at) => {
      const step = steps[at];
      return step === undefined ? [] : [line(point, step)];
    });
  return [
    ...tables.map(({ matrix, points }) =>
      named(points, (point, step) => ({
        ...{ component: matrix, step, change: point, z: null, readability: point.readability },
        words: (point.readability?.readable ?? [])
          .map((row) => `${row.component} ${spokenWords(row, 2, quotedToken)}`)
          .join('; '),
      })),
    ),
    ...rows.map(({ component, points }) =>
      named(points, (point, step) => ({
        ...{ component, step, change: point, z: point.reading.z, readability: null },
        words: spokenWords(point.reading, WORDS, quotedToken),
      })),
    ),
  ];
}

const COLUMNS: readonly Column<StepLine>[] = [
  column('component', 'string', ({ component }) => component),
  column('step', 'number', ({ step }) => step.step),
  column('step_name', 'string', ({ step }) => step.name),
  column('norm', 'number', ({ change }) => change.norm),
  column('since_first', 'number', ({ change }) => change.sinceFirst),
  column('since_previous', 'number', ({ change }) => change.sincePrevious),
  column('relative', 'number', ({ change }) => change.relative),
  column('rows', 'integer', ({ readability }) => readability?.rows ?? null),
  column('stand_out', 'integer', ({ readability }) => readability?.standOut ?? null),
  column(
    'mean_kurtosis_centered',
    'number',
    ({ readability }) => readability?.meanKurtosis ?? null,
  ),
  column('z', 'number', ({ z }) => z),
  column('words', 'string', ({ words }) => words),
];

function markdownTable(lines: readonly StepLine[]): readonly string[] {
  const [first] = lines;
  if (first === undefined) return [];
  const isTable = !first.component.includes('[');
  const titles = ['Step', 'Norm', 'Since first', 'Since previous', 'Relative'];
  return [
    `## ${code(first.component)}`,
    '',
    tableLine([...titles, isTable ? 'Stand out' : 'z', isTable ? 'Most readable' : 'Tokens']),
    '|--:|--:|--:|--:|--:|--:|:--|',
    ...lines.map(({ step, change, z, readability, words }) =>
      tableLine([
        step.step === null ? code(step.name) : count(step.step),
        ...[change.norm, change.sinceFirst, change.sincePrevious, change.relative].map((value) =>
          decimal(value, CHANGE_DIGITS),
        ),
        !isTable
          ? decimal(z, 1)
          : readability === null
            ? '·'
            : `${count(readability.standOut)} of ${count(readability.rows)}`,
        words === '' ? '' : code(words),
      ]),
    ),
    '',
  ];
}

/** Everything that was asked of a training, step by step. */
export function stepsList(
  result: StepsResult,
  { summary, models, options }: StepsSource,
): WrittenList<readonly StepLine[]> {
  const constants = constantsOf({ summary, options }, 'rows');
  return {
    ...linesOf(COLUMNS, (lines: readonly StepLine[]) => lines),
    constants,
    markdownHead: [
      `# ${code(summary.name)} over training`,
      '',
      `- ${counted(result.steps.length, 'step', 'steps')}: ${models.map(({ name }) => code(name)).join(', ')}`,
      ...baseLines(constants),
      '- norms of the weights as stored; each step is read with its own embeddings',
      '',
    ],
    markdown: markdownTable,
    facts: {
      models: models.map(sourceJson),
      options: optionsJson(options),
      ...stepsJson(result),
    },
    json: null,
  };
}
