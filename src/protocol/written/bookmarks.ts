/** Bookmarks with what their rows and heads read as: Markdown for notes, JSON for scripts. */
import { namesHeads } from '../../core/model/headMatrixId';
import type { Bookmark } from '../bookmarks';
import type { PairReading } from '../pairs';
import type { RowReading } from '../reading';
import { optionsJson, pairOptionsJson, readingJson, SCHEMA, sourceJson } from './json';
import { markdownHead, readingMarkdown } from './markdown';
import { isHead, type ReadingSource } from './readings';
import { kindOf } from './table';

/** A bookmark and what it marks; null where the model has no such row or head any more. */
export interface MarkedReading {
  readonly bookmark: Bookmark;
  readonly reading: RowReading | PairReading | null;
}

/** A note as a quotation, so that nothing in it is taken for a heading. */
function quotation(note: string): string {
  const lines = note.split(/\r?\n/u).map((line) => `> ${line}`);
  return `${lines.join('\n')}\n`;
}

function section({ bookmark, reading }: MarkedReading): string {
  const { component, note } = bookmark;
  const body =
    reading === null
      ? `## \`${component}\`\n\nThe model has it no more.\n`
      : readingMarkdown(reading);
  if (note === '') return body;
  // Below the heading.
  const end = body.indexOf('\n') + 1;
  return `${body.slice(0, end)}\n${quotation(note)}${body.slice(end)}`;
}

/** A document with a section for each bookmark. */
export function bookmarksMarkdown(source: ReadingSource, marked: readonly MarkedReading[]): string {
  const kinds = new Set(marked.flatMap(({ reading }) => (reading === null ? [] : kindOf(reading))));
  return `${markdownHead(source, [...kinds])}${marked.map(section).join('\n')}`;
}

/**
 * One object: `bookmarks` as they were made, each with its row as `vocabscope tokens --json` prints it, or its head as
 * `vocabscope pairs --json` does; heads were searched with `pair_options`.
 */
export function bookmarksJson(source: ReadingSource, marked: readonly MarkedReading[]): string {
  const heads = marked.some(({ reading }) => reading !== null && isHead(reading));
  const { pairOptions } = source;
  const document = {
    schema: SCHEMA,
    model: sourceJson(source.summary),
    options: optionsJson(source.options),
    ...(heads && pairOptions !== undefined ? { pair_options: pairOptionsJson(pairOptions) } : {}),
    bookmarks: marked.map(({ bookmark: { component, note }, reading }) => ({
      component,
      note,
      [namesHeads(component) ? 'head' : 'row']: reading === null ? null : readingJson(reading),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
