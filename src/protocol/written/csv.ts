/** Readings as CSV (RFC 4180): a line for each place of a list, with everything that is known of what was read. */
import type { Reading, ReadingSource } from './readings';
import { constantsOf, layoutOf, type Cell, type ReadingKind } from './table';

const LINE_END = '\r\n';
/** Beside what must be quoted, white space at the ends, which careless readers drop. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/u;

function fieldOf(cell: Cell): string {
  // An empty text is quoted, so that it differs from nothing.
  if (cell === null) {
    return '';
  }
  const text = String(cell);
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of a CSV file, with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(fieldOf).join(',') + LINE_END;
}

/** A table of one kind of readings. */
export interface CsvTable {
  readonly header: string;
  /** The lines of a reading, each with its end; one with empty places where its lists are empty. */
  lines(reading: Reading): Iterable<string>;
}

/** The CSV of a kind of readings from one source. */
export function csvTable(source: ReadingSource, kind: ReadingKind): CsvTable {
  const layout = layoutOf(kind);
  const constants = constantsOf(source, kind);
  const said = constants.map(({ value }) => fieldOf(value)).join(',');
  const names = (columns: readonly { readonly name: string }[]): readonly string[] =>
    columns.map(({ name }) => name);
  const nowhere: readonly Cell[] = [null, null, ...layout.entry.map(() => null)];
  return {
    header: csvLine([
      ...names(layout.identity),
      ...['list', 'place'],
      ...names(layout.entry),
      ...names(layout.facts),
      ...names(constants),
    ]),
    *lines(reading) {
      for (const { identity, facts, lists } of layout.items(reading)) {
        const front = identity.map(fieldOf).join(',');
        const back = facts.map(fieldOf).join(',');
        const line = (place: readonly Cell[]): string =>
          `${front},${place.map(fieldOf).join(',')},${back},${said}${LINE_END}`;
        if (lists.every((list) => list.length === 0)) {
          yield line(nowhere);
        }
        for (const [index, list] of lists.entries()) {
          const name = layout.lists[index] ?? null;
          for (const [place, entry] of list.entries()) {
            yield line([name, place, ...entry]);
          }
        }
      }
    },
  };
}
