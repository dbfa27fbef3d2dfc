/** What training changed, as copies hold it: rows with the words that their changes push. */
import type { ReadingOptions } from '../../core/projection/options';
import type { DiffResult, DiffSort, RowChange } from '../displacement';
import type { ModelSummary } from '../modelSummary';
import { changeJson } from './changeJson';
import { csvLine } from './csv';
import type { DocumentForm } from './document';
import { optionsJson, SCHEMA, sourceJson } from './json';
import { code, tableLine } from './markdown';
import { count, decimal } from './numbers';
import { constantsOf, placeOfRow, type Constant } from './table';
import { inWords, quotedToken } from './words';

const NORM_DIGITS = 4;

/** The models, how their rows were read and in which order. */
export interface ChangesSource {
  /** What became of the base. */
  readonly summary: ModelSummary;
  readonly base: ModelSummary;
  readonly options: ReadingOptions;
  /** Only rows of this table. */
  readonly matrix: string | null;
  readonly sort: DiffSort;
  readonly descending: boolean;
}

function constants(source: ChangesSource): readonly Constant[] {
  return [
    { name: 'base', value: String(sourceJson(source.base)['name']) },
    ...constantsOf(source, 'rows'),
    { name: 'option_sort', value: source.sort },
    { name: 'option_descending', value: source.descending },
  ];
}

function jsonOf(result: DiffResult, rows: readonly RowChange[], source: ChangesSource): string {
  const { summary, base, options, sort, descending, matrix } = source;
  const document = {
    schema: SCHEMA,
    model: sourceJson(base),
    tuned: sourceJson(summary),
    options: { ...optionsJson(options), sort, descending, matrix },
    summary: { ...result.tensors, changedRows: result.changedRows },
    warnings: result.warnings,
    tables: result.tables,
    rows: rows.map(changeJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function csvOf(rows: readonly RowChange[], source: ChangesSource): string {
  const said = constants(source);
  const header = [
    ...['component', 'layer', 'head', 'kind', 'row'],
    ...['space', 'norm', 'relative', 'new', 'kurtosis_centered', 'z', 'plus', 'minus'],
    ...said.map(({ name }) => name),
  ];
  const lines = rows.map((change) => {
    const { component, norm, relative, isNew, kurtosisCentered, z, plus, minus } = change;
    const { layer, head, kind, index } = placeOfRow(component);
    return csvLine([
      ...[component, layer, head, kind, index],
      ...[change.space, norm, relative, isNew, kurtosisCentered, z],
      ...[plus, minus].map((side) => side.map(quotedToken).join(' ')),
      ...said.map(({ value }) => value),
    ]);
  });
  return csvLine(header) + lines.join('');
}

function markdownOf(result: DiffResult, rows: readonly RowChange[], source: ChangesSource): string {
  const { tensors, warnings } = result;
  const said = constants(source);
  const isOption = ({ name }: Constant): boolean => name.startsWith('option_');
  const words = (side: RowChange['plus']): string =>
    side.map((token) => code(quotedToken(token))).join(' ');
  return [
    `# ${code(source.summary.name)} against its base ${code(source.base.name)}`,
    '',
    `- ${count(tensors.changed + tensors.new + tensors.reshaped)} of ${count(tensors.total)} tensors changed, ${count(tensors.new)} of them new; ${count(result.changedRows)} rows changed`,
    `- Model: ${code(inWords(said.filter((constant) => !isOption(constant))))}`,
    `- Read with: ${code(inWords(said.filter(isOption)))}`,
    ...warnings.map((warning) => `- ${warning}`),
    `- ${count(rows.length)} rows${source.matrix === null ? '' : ` of ${code(source.matrix)}`}; z above 3 stands out from random directions`,
    '',
    tableLine(['Row', 'Change', 'Relative', 'z', 'Pushed up', 'Pushed down']),
    '|:--|--:|--:|--:|:--|:--|',
    ...rows.map(({ component, norm, relative, isNew, z, plus, minus }) =>
      tableLine([
        code(component),
        decimal(norm, NORM_DIGITS),
        isNew ? 'new' : decimal(relative, NORM_DIGITS),
        decimal(z, 1),
        words(plus),
        words(minus),
      ]),
    ),
    '',
  ].join('\n');
}

/** Rows that changed, with both models and options. */
export function changesDocument(
  form: DocumentForm,
  result: DiffResult,
  rows: readonly RowChange[],
  source: ChangesSource,
): string {
  switch (form) {
    case 'md':
      return markdownOf(result, rows, source);
    case 'csv':
      return csvOf(rows, source);
    case 'json':
      return jsonOf(result, rows, source);
  }
}
