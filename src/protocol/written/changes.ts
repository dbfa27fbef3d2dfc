/** What training changed, as copies and exports hold it: rows with the words that their changes push. */
import type { ReadingOptions } from '../../core/projection/options';
import type {
  DiffResult,
  DiffRowsResult,
  DiffSort,
  RowBesideBase,
  RowChange,
} from '../displacement';
import type { ModelSummary } from '../modelSummary';
import { briefTokens, codeTokens, WORDS } from './beside';
import { changeJson } from './changeJson';
import { optionsJson, sourceJson, wordsJson } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { count, counted, decimal } from './numbers';
import {
  column,
  columnsOf,
  constantsOf,
  modelConstants,
  placeOfRow,
  ROW_PLACE,
  type Column,
  type Constant,
} from './table';
import { inWords, quotedTokens } from './words';

const NORM_DIGITS = 4;

/** What became of what, and how the rows of both are read. */
export interface ComparedWithBase {
  /** What became of the base. */
  readonly summary: ModelSummary;
  readonly base: ModelSummary;
  readonly options: ReadingOptions;
}

/** The models, how their rows were read and in which order. */
export interface ChangesSource extends ComparedWithBase {
  /** Only rows of this table. */
  readonly matrix: string | null;
  readonly sort: DiffSort;
  readonly descending: boolean;
}

/** A row that changed, and what it says in either model. */
export interface ChangedRow {
  readonly change: RowChange;
  readonly beside: RowBesideBase;
}

/** Rows that came with their readings. */
export function changedRowsOf({ rows, readings = [] }: DiffRowsResult): readonly ChangedRow[] {
  return rows.flatMap((change, at) => {
    const beside = readings[at];
    return beside === undefined ? [] : [{ change, beside }];
  });
}

/** Both models and how they are read, as every line says it. */
export function baseConstants(source: ComparedWithBase): readonly Constant[] {
  return [...modelConstants(source.base, 'base'), ...constantsOf(source, 'rows')];
}

/** Both models and how they are read, as lines of Markdown. */
export function baseLines(said: readonly Constant[]): readonly string[] {
  const isOption = ({ name }: Constant): boolean => name.startsWith('option_');
  return [
    `- Model: ${code(inWords(said.filter((constant) => !isOption(constant))))}`,
    `- Read with: ${code(inWords(said.filter(isOption)))}`,
  ];
}

/** How many tensors and rows changed: `3 of 16 tensors changed, 1 of them new; 6 rows changed`. */
export function changedSentence({ tensors, changedRows }: DiffResult): string {
  const { total, changed, reshaped, gone } = tensors;
  const parts = [
    `${count(changed + tensors.new + reshaped)} of ${count(total)} tensors changed`,
    ...(tensors.new === 0 ? [] : [`${count(tensors.new)} of them new`]),
    ...(reshaped === 0 ? [] : [`${count(reshaped)} of another shape`]),
    ...(gone === 0 ? [] : [counted(gone, 'of the base is gone', 'of the base are gone')]),
  ];
  return `${parts.join(', ')}; ${counted(changedRows, 'row', 'rows')} changed`;
}

const CHANGE: readonly Column<RowChange>[] = [
  column('space', 'string', ({ space }) => space),
  column('norm', 'number', ({ norm }) => norm),
  column('relative', 'number', ({ relative }) => relative),
  column('new', 'boolean', ({ isNew }) => isNew),
  column('kurtosis_centered', 'number', ({ kurtosisCentered }) => kurtosisCentered),
  column('z', 'number', ({ z }) => z),
  column('plus', 'string', ({ plus }) => quotedTokens(plus)),
  column('minus', 'string', ({ minus }) => quotedTokens(minus)),
];

const COLUMNS: readonly Column<ChangedRow>[] = [
  ...columnsOf(ROW_PLACE, ({ change }: ChangedRow) => ({ place: placeOfRow(change.component) })),
  ...columnsOf(CHANGE, ({ change }: ChangedRow) => change),
  ...columnsOf(WORDS, ({ beside }: ChangedRow) => beside.base, 'base_'),
  ...columnsOf(WORDS, ({ beside }: ChangedRow) => beside.tuned, 'tuned_'),
];

function markdownRow({ change, beside }: ChangedRow): string {
  const { component, norm, relative, isNew, z, plus, minus } = change;
  return tableLine([
    code(component),
    decimal(norm, NORM_DIGITS),
    isNew ? 'new' : decimal(relative, NORM_DIGITS),
    decimal(z, 1),
    ...[codeTokens(plus), codeTokens(minus)],
    ...[briefTokens(beside.base), briefTokens(beside.tuned)],
  ]);
}

/** Rows that changed, with both models and options; `rows`: how many will come. */
export function changesList(
  result: DiffResult,
  rows: number,
  source: ChangesSource,
): WrittenList<ChangedRow> {
  const { summary, base, options, sort, descending, matrix } = source;
  const constants = [
    ...baseConstants(source),
    { name: 'option_sort', value: sort },
    { name: 'option_descending', value: descending },
    { name: 'option_matrix', value: matrix },
  ];
  return {
    ...linesOf(COLUMNS, (row: ChangedRow) => [row]),
    constants,
    markdownHead: [
      `# ${code(summary.name)} against its base ${code(base.name)}`,
      '',
      `- ${changedSentence(result)}`,
      ...baseLines(constants),
      ...result.warnings.map((warning) => `- ${warning}`),
      `- ${counted(rows, 'row', 'rows')}${matrix === null ? '' : ` of ${code(matrix)}`}; z above 3 stands out from random directions`,
      '',
      tableLine(['Row', 'Change', 'Relative', 'z', 'Pushed up', 'Pushed down', 'Base', 'Tuned']),
      '|:--|--:|--:|--:|:--|:--|:--|:--|',
    ],
    markdown: (row) => [markdownRow(row)],
    facts: {
      model: sourceJson(base),
      tuned: sourceJson(summary),
      options: { ...optionsJson(options), sort, descending, matrix },
      summary: { ...result.tensors, changedRows: result.changedRows },
      warnings: result.warnings,
      tables: result.tables,
    },
    json: {
      key: 'rows',
      item: ({ change, beside }) => ({
        ...changeJson(change),
        base: wordsJson(beside.base),
        tuned: wordsJson(beside.tuned),
      }),
    },
  };
}
