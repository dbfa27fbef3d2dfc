/** Bookmarks with what their rows read as: Markdown for notes, JSON for scripts. */
import type { Bookmark } from '../bookmarks';
import type { RowReading } from '../reading';
import { optionsJson, readingJson, SCHEMA, sourceJson } from './json';
import { markdownHead, readingMarkdown } from './markdown';
import type { ReadingSource } from './readings';

/** A bookmark and its row; null where the model has no such row any more. */
export interface MarkedReading {
  readonly bookmark: Bookmark;
  readonly reading: RowReading | null;
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
      ? `## \`${component}\`\n\nThe model has no such row any more.\n`
      : readingMarkdown(reading);
  if (note === '') return body;
  // Below the heading.
  const end = body.indexOf('\n') + 1;
  return `${body.slice(0, end)}\n${quotation(note)}${body.slice(end)}`;
}

/** A document with a section for each bookmark. */
export function bookmarksMarkdown(source: ReadingSource, marked: readonly MarkedReading[]): string {
  return `${markdownHead(source, ['rows'])}${marked.map(section).join('\n')}`;
}

/** One object: `bookmarks` as they were made, each with its row as `vocabscope tokens --json` prints it. */
export function bookmarksJson(source: ReadingSource, marked: readonly MarkedReading[]): string {
  const document = {
    schema: SCHEMA,
    model: sourceJson(source.summary),
    options: optionsJson(source.options),
    bookmarks: marked.map(({ bookmark: { component, note }, reading }) => ({
      component,
      note,
      row: reading === null ? null : readingJson(reading),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
