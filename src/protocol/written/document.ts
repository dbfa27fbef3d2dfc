/** A few readings as one text: what copies hold. */
import { csvTable } from './csv';
import { optionsJson, pairOptionsJson, readingJson, SCHEMA, sourceJson } from './json';
import { markdownOf } from './markdown';
import { isHead, type Reading, type ReadingSource } from './readings';
import { kindOf } from './table';

/** Forms of a copy, in the order in which they are offered. */
export const DOCUMENT_FORMS = ['md', 'csv', 'json'] as const;
export type DocumentForm = (typeof DOCUMENT_FORMS)[number];

function csvOf(readings: readonly Reading[], source: ReadingSource): string {
  const [first] = readings;
  const table = csvTable(source, first === undefined ? 'rows' : kindOf(first));
  return [table.header, ...readings.flatMap((reading) => [...table.lines(reading)])].join('');
}

/** One object, as the command line prints it. */
function jsonOf(readings: readonly Reading[], source: ReadingSource): string {
  const { summary, options, pairOptions } = source;
  const heads = pairOptions !== undefined && readings.some(isHead);
  const document = {
    schema: SCHEMA,
    model: sourceJson(summary),
    options: heads ? pairOptionsJson(pairOptions) : optionsJson(options),
    rows: readings.map(readingJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Readings of one kind, with model and options. */
export function documentOf(
  form: DocumentForm,
  readings: readonly Reading[],
  source: ReadingSource,
): string {
  return { md: markdownOf, csv: csvOf, json: jsonOf }[form](readings, source);
}
