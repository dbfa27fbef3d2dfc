/** A training over its steps, as copies hold it. */
import type { ReadingOptions } from '../../core/projection/options';
import type { ModelSummary } from '../modelSummary';
import type { RowStep, StepChange, StepName, StepsResult, TableStep } from '../steps';
import { csvLine } from './csv';
import type { DocumentForm } from './document';
import { optionsJson, SCHEMA, sourceJson } from './json';
import { code, tableLine } from './markdown';
import { count, decimal } from './numbers';
import { stepsJson } from './stepsJson';
import type { Cell } from './table';
import { quotedToken } from './words';

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
interface StepLine {
  readonly component: string;
  readonly step: StepName;
  readonly change: StepChange;
  readonly z: number | null;
  readonly readability: TableStep['readability'];
  /** What it says: a row's first tokens, a table's most readable rows. */
  readonly words: string;
}

type Words = Pick<RowStep['reading'], 'speaks' | 'top' | 'bottom'>;

function wordsOf({ speaks, top, bottom }: Words, most: number): string {
  const tokens = (speaks === 'bottom' ? bottom : top).slice(0, most).map(quotedToken).join(' ');
  return speaks === 'bottom' ? `− ${tokens}` : tokens;
}

function linesOf({ steps, tables, rows }: StepsResult): readonly (readonly StepLine[])[] {
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
          .map((row) => `${row.component} ${wordsOf(row, 2)}`)
          .join('; '),
      })),
    ),
    ...rows.map(({ component, points }) =>
      named(points, (point, step) => ({
        ...{ component, step, change: point, z: point.reading.z, readability: null },
        words: wordsOf(point.reading, WORDS),
      })),
    ),
  ];
}

function csvOf(result: StepsResult, { summary }: StepsSource): string {
  const header = [
    ...['component', 'step', 'step_name', 'norm', 'since_first', 'since_previous', 'relative'],
    ...['rows', 'stand_out', 'mean_kurtosis_centered', 'z', 'words', 'model'],
  ];
  const cells = ({ component, step, change, readability, z, words }: StepLine): Cell[] => [
    ...[component, step.step, step.name],
    ...[change.norm, change.sinceFirst, change.sincePrevious, change.relative],
    ...[readability?.rows ?? null, readability?.standOut ?? null],
    ...[readability?.meanKurtosis ?? null, z, words, summary.name],
  ];
  const lines = linesOf(result).flatMap((of) => of.map((line) => csvLine(cells(line))));
  return csvLine(header) + lines.join('');
}

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

function markdownOf(result: StepsResult, { summary, models }: StepsSource): string {
  return [
    `# ${code(summary.name)} over training`,
    '',
    `- ${count(result.steps.length)} steps: ${models.map(({ name }) => code(name)).join(', ')}`,
    '- norms of the weights as stored; each step is read with its own embeddings',
    '',
    ...linesOf(result).flatMap(markdownTable),
  ].join('\n');
}

function jsonOf(result: StepsResult, { models, options }: StepsSource): string {
  const document = {
    schema: SCHEMA,
    models: models.map(sourceJson),
    options: optionsJson(options),
    ...stepsJson(result),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Everything that was asked of a training, step by step. */
export function stepsDocument(
  form: DocumentForm,
  result: StepsResult,
  source: StepsSource,
): string {
  return { md: markdownOf, csv: csvOf, json: jsonOf }[form](result, source);
}
