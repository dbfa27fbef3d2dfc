/** Bookmarks with what their rows and heads read as: Markdown for notes, JSON for scripts. */
import { namesHeads } from '../../core/model/headMatrixId';
import type { Bookmark } from '../bookmarks';
import type { PairReading, UnreadableHead } from '../pairs';
import type { RowReading } from '../reading';
import { optionsJson, pairOptionsJson, readingJson, SCHEMA, sourceJson } from './json';
import { markdownHead, readingMarkdown } from './markdown';
import { isHead, type ReadingSource } from './readings';
import { kindOf } from './table';

/** A bookmark and what it marks; null where the model has no such row or head any more. */
export interface MarkedReading {
  readonly bookmark: Bookmark;
  readonly reading: RowReading | PairReading | UnreadableHead | null;
}

type Readable = RowReading | PairReading;

/** Said of a head without z: its control takes many searches, which an export does not begin. */
const NOT_JUDGED =
  'z and copying are left out: this head has not been judged yet, which its page in the panel does.';

function readable({ reading }: MarkedReading): Readable | null {
  if (reading === null || 'problem' in reading) return null;
  if (!isHead(reading) || reading.statistics !== null) return reading;
  const { note } = reading;
  return { ...reading, note: note === undefined ? NOT_JUDGED : `${note} ${NOT_JUDGED}` };
}

/** Why nothing is written of a bookmark. */
function missing({ reading }: MarkedReading): string {
  return reading !== null && 'problem' in reading
    ? `This head cannot be read: ${reading.problem}`
    : 'The model has it no more.';
}

/** A note as a quotation, so that nothing in it is taken for a heading. */
function quotation(note: string): string {
  const lines = note.split(/\r?\n/u).map((line) => `> ${line}`);
  return `${lines.join('\n')}\n`;
}

function section(marked: MarkedReading): string {
  const { component, note } = marked.bookmark;
  const reading = readable(marked);
  const body =
    reading === null ? `## \`${component}\`\n\n${missing(marked)}\n` : readingMarkdown(reading);
  if (note === '') return body;
  // Below the heading.
  const end = body.indexOf('\n') + 1;
  return `${body.slice(0, end)}\n${quotation(note)}${body.slice(end)}`;
}

/** A document with a section for each bookmark. */
export function bookmarksMarkdown(source: ReadingSource, marked: readonly MarkedReading[]): string {
  const readings = marked.map(readable).filter((reading) => reading !== null);
  const kinds = new Set(readings.map(kindOf));
  return `${markdownHead(source, [...kinds])}${marked.map(section).join('\n')}`;
}

/**
 * One object: `bookmarks` as they were made, each with its row as `vocabscope tokens --json` prints it, or its head as
 * `vocabscope pairs --json` does; heads were searched with `pair_options`. Where neither can be read, `problem` says why.
 */
export function bookmarksJson(source: ReadingSource, marked: readonly MarkedReading[]): string {
  const readings = marked.map(readable);
  const heads = readings.some((reading) => reading !== null && isHead(reading));
  const { pairOptions } = source;
  const document = {
    schema: SCHEMA,
    model: sourceJson(source.summary),
    options: optionsJson(source.options),
    ...(heads && pairOptions !== undefined ? { pair_options: pairOptionsJson(pairOptions) } : {}),
    bookmarks: marked.map((each, at) => {
      const { component, note } = each.bookmark;
      const reading = readings[at] ?? null;
      return {
        ...{ component, note },
        [namesHeads(component) ? 'head' : 'row']: reading === null ? null : readingJson(reading),
        ...(reading === null ? { problem: missing(each) } : {}),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
