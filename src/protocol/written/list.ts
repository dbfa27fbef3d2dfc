/** Things of one kind under a head, in every form: copies write them whole, exports one after the other. */
import { csvLine } from './csv';
import type { DocumentForm } from './document';
import { SCHEMA, type Json } from './json';
import type { Cell, Column, ColumnInfo, Constant } from './table';

/** How things of one kind are written. */
export interface WrittenList<Item> {
  /** Of CSV and Parquet. */
  readonly columns: readonly ColumnInfo[];
  /** Lines of an item: `[lines][columns]`. */
  readonly lines: (item: Item) => readonly (readonly Cell[])[];
  /** The models and how they were read: what every line of a table can carry. */
  readonly constants: readonly Constant[];
  /** Lines of Markdown before the items, and those of an item. */
  readonly markdownHead: readonly string[];
  readonly markdown: (item: Item) => readonly string[];
  /** What JSON says besides the items. */
  readonly facts: Json;
  /** The items of JSON and their key, which comes last; null where `facts` hold everything. */
  readonly json: { readonly key: string; readonly item: (item: Item) => Json } | null;
}

/** Columns, and the lines that items become: one for each of `parts`. */
export function linesOf<Item, Line>(
  columns: readonly Column<Line>[],
  parts: (item: Item) => readonly Line[],
): Pick<WrittenList<Item>, 'columns' | 'lines'> {
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    lines: (item) => parts(item).map((line) => columns.map(({ cell }) => cell(line))),
  };
}

/** A document in pieces: they are written one after the other. */
export interface Pieces<Item> {
  readonly head: string;
  /** `index`: how many came before. */
  readonly item: (item: Item, index: number) => string;
  /** What stands after that many items. */
  readonly foot: (items: number) => string;
}

function markdownPieces<Item>({ markdownHead, markdown }: WrittenList<Item>): Pieces<Item> {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  return {
    head: text(markdownHead),
    item: (item) => text(markdown(item)),
    foot: () => '',
  };
}

function csvPieces<Item>({ columns, lines, constants }: WrittenList<Item>): Pieces<Item> {
  const said = constants.map(({ value }) => value);
  return {
    head: csvLine([...columns, ...constants].map(({ name }) => name)),
    item: (item) =>
      lines(item)
        .map((cells) => csvLine([...cells, ...said]))
        .join(''),
    foot: () => '',
  };
}

const INDENT = 2;

/** As `JSON.stringify` indents the whole. */
function jsonPieces<Item>({ facts, json }: WrittenList<Item>): Pieces<Item> {
  const document = JSON.stringify({ schema: SCHEMA, ...facts }, null, INDENT);
  if (json === null) {
    return { head: `${document}\n`, item: () => '', foot: () => '' };
  }
  const open = document.slice(0, -'\n}'.length);
  const deeper = `\n${' '.repeat(2 * INDENT)}`;
  return {
    head: `${open},\n  ${JSON.stringify(json.key)}: [`,
    item: (item, index) => {
      const text = JSON.stringify(json.item(item), null, INDENT).replaceAll('\n', deeper);
      return `${index === 0 ? '' : ','}${deeper}${text}`;
    },
    foot: (items) => `${items === 0 ? '' : '\n  '}]\n}\n`,
  };
}

/** A list in one form, piece by piece. */
export function piecesOf<Item>(form: DocumentForm, list: WrittenList<Item>): Pieces<Item> {
  return { md: markdownPieces, csv: csvPieces, json: jsonPieces }[form](list);
}

/** A list in one form as one text. */
export function listDocument<Item>(
  form: DocumentForm,
  list: WrittenList<Item>,
  items: readonly Item[],
): string {
  const { head, item, foot } = piecesOf(form, list);
  return [head, ...items.map(item), foot(items.length)].join('');
}
