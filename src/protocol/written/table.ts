/** Readings as tables: the columns of CSV and Parquet, in exports and copies alike. */
import { parseComponentPattern, type IndexPattern } from '../../core/model/componentId';
import { parseHeadMatrixPattern } from '../../core/model/headMatrixId';
import type { ModelSummary } from '../modelSummary';
import type { PairReading, PairView } from '../pairs';
import type { Omitted, RowReading, ScoredToken, TokenView } from '../reading';
import { headNotes, optionsJson, pairOptionsJson, sourceJson, type Json } from './json';
import { isDirection, isHead, type Reading, type ReadingSource } from './readings';

export type Cell = string | number | boolean | null;
export type CellType = 'string' | 'integer' | 'number' | 'boolean';

export interface ColumnInfo {
  readonly name: string;
  readonly type: CellType;
}

/** A column, and the cell of an item in it. */
export interface Column<T> extends ColumnInfo {
  readonly cell: (item: T) => Cell;
}

/** Tables hold one kind of readings: each has columns of its own. */
export type ReadingKind = 'rows' | 'directions' | 'heads';

/** One thing that was read, as cells; a singular direction is two, left and right. */
export interface TableItem {
  /** `[identity.length]` */
  readonly identity: readonly Cell[];
  /** `[facts.length]` */
  readonly facts: readonly Cell[];
  /** `[lists.length][places][entry.length]` */
  readonly lists: readonly (readonly (readonly Cell[])[])[];
}

export interface TableLayout {
  /** What was read. */
  readonly identity: readonly ColumnInfo[];
  /** Its numbers, and what was left out of its lists. */
  readonly facts: readonly ColumnInfo[];
  /** The names of its lists. */
  readonly lists: readonly string[];
  /** One place of a list. */
  readonly entry: readonly ColumnInfo[];
  items(reading: Reading): readonly TableItem[];
}

interface LayoutParts<Item, Entry> {
  readonly items: (reading: Reading) => readonly Item[];
  readonly identity: readonly Column<Item>[];
  readonly facts: readonly Column<Item>[];
  readonly lists: Readonly<Record<string, (item: Item) => readonly Entry[]>>;
  readonly entry: readonly Column<Entry>[];
}

function layout<Item, Entry>(parts: LayoutParts<Item, Entry>): TableLayout {
  const { identity, facts, entry } = parts;
  const lists = Object.values(parts.lists);
  return {
    identity,
    facts,
    lists: Object.keys(parts.lists),
    entry,
    items: (reading) =>
      parts.items(reading).map((item) => ({
        identity: identity.map(({ cell }) => cell(item)),
        facts: facts.map(({ cell }) => cell(item)),
        lists: lists.map((list) => list(item).map((place) => entry.map(({ cell }) => cell(place)))),
      })),
  };
}

/** A column of a table. NaN and infinite numbers are empty cells, as they are null in JSON. */
export function column<T>(name: string, type: CellType, cell: (item: T) => Cell): Column<T> {
  return {
    ...{ name, type },
    cell: (item) => {
      const value = cell(item);
      return typeof value === 'number' && !Number.isFinite(value) ? null : value;
    },
  };
}

/** The same columns of something that is part of an item. */
export function columnsOf<T, Part>(
  columns: readonly Column<Part>[],
  part: (item: T) => Part,
  prefix = '',
): readonly Column<T>[] {
  return columns.map(({ name, type, cell }) =>
    column(`${prefix}${name}`, type, (item) => cell(part(item))),
  );
}

/** Half of a surrogate pair: a text that holds one is no UTF-8, whatever file it came from. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The bytes of such a text, each half written as if it were a code point (WTF-8), in hex. */
function generalizedHex(text: string): string {
  const encoder = new TextEncoder();
  return Array.from(text, (point) => {
    const code = point.codePointAt(0) ?? 0;
    return LONE_SURROGATE.test(point)
      ? [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
      : [...encoder.encode(point)];
  })
    .flat()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

const TOKEN: readonly Column<TokenView>[] = [
  column('id', 'integer', ({ id }) => id),
  column('token', 'string', ({ text }) =>
    text === null || LONE_SURROGATE.test(text) ? null : text,
  ),
  column('bytes', 'string', ({ text, hex }) =>
    text !== null && LONE_SURROGATE.test(text) ? generalizedHex(text) : (hex ?? null),
  ),
  column('special', 'boolean', ({ special }) => special === true),
  column('padding', 'boolean', ({ padding }) => padding === true),
  column('undertrained', 'boolean', ({ undertrained }) => undertrained === true),
];

const SCORED: readonly Column<ScoredToken>[] = [
  ...TOKEN.slice(0, 3),
  column('score', 'number', ({ score }) => score),
  column('dot', 'number', ({ dot, score }) => dot ?? score),
  ...TOKEN.slice(3),
];

const OMITTED: readonly Column<Omitted>[] = (
  ['undertrained', 'special', 'padding', 'filter'] as const
).map((reason) => column(`omitted_${reason}`, 'integer', (omitted) => omitted[reason]));

const ROW_FACTS: readonly Column<RowReading>[] = [
  column('space', 'string', ({ space }) => space),
  column('norm', 'number', ({ norm }) => norm),
  column('mean', 'number', ({ mean }) => mean),
  column('std', 'number', ({ std }) => std),
  column('skewness', 'number', ({ skewness }) => skewness),
  column('kurtosis', 'number', ({ kurtosis }) => kurtosis),
  column('kurtosis_centered', 'number', ({ kurtosisCentered }) => kurtosisCentered),
  column('z', 'number', ({ z }) => z),
  column('speaks', 'string', ({ speaks }) => speaks),
  column('non_finite', 'integer', ({ nonFinite }) => nonFinite),
  ...columnsOf(OMITTED, ({ omitted }: RowReading) => omitted),
  column('shared_by', 'string', ({ sharedBy }) => sharedBy?.join(' ') ?? null),
  column('note', 'string', ({ note }) => note ?? null),
];

interface Place {
  readonly component: string;
  readonly layer: number | null;
  readonly head: number | null;
  readonly kind: string;
  /** Row or singular direction; null for the rows of a classifier, which go by their labels. */
  readonly index: number | null;
}

function one(pattern: IndexPattern | { readonly type: 'label' } | undefined): number | null {
  return pattern?.type === 'one' ? pattern.index : null;
}

/** Where a row stands, as columns have it. */
export function placeOfRow(component: string): Place {
  const { layer, head, kind, row } = parseComponentPattern(component);
  return { component, layer: one(layer), head: one(head), kind, index: one(row) };
}

/** Where a head or a singular direction of it stands, as columns have it. */
export function placeInHead(component: string): Place {
  const { layer, head, kind, direction } = parseHeadMatrixPattern(component);
  return { component, layer: one(layer), head: one(head), kind, index: one(direction) };
}

/** Where a head stands. */
export const PLACE: readonly Column<{ readonly place: Place }>[] = [
  column('component', 'string', ({ place }) => place.component),
  column('layer', 'integer', ({ place }) => place.layer),
  column('head', 'integer', ({ place }) => place.head),
  column('kind', 'string', ({ place }) => place.kind),
];

/** Where a row stands. */
export const ROW_PLACE: typeof PLACE = [
  ...PLACE,
  column('row', 'integer', ({ place }) => place.index),
];

interface RowItem {
  readonly place: Place;
  readonly reading: RowReading;
}

const ROWS = layout<RowItem, ScoredToken>({
  items: (reading) =>
    isHead(reading) || isDirection(reading)
      ? []
      : [{ place: placeOfRow(reading.component), reading }],
  identity: ROW_PLACE,
  facts: columnsOf(ROW_FACTS, ({ reading }) => reading),
  lists: { top: ({ reading }) => reading.top, bottom: ({ reading }) => reading.bottom },
  entry: SCORED,
});

interface VectorItem extends RowItem {
  readonly vector: 'left' | 'right';
  readonly sigma: number;
  readonly degenerate: boolean;
}

const DIRECTIONS = layout<VectorItem, ScoredToken>({
  items: (direction) => {
    if (!isDirection(direction)) {
      return [];
    }
    const { component, sigma, degenerate } = direction;
    const place = placeInHead(component);
    return (['left', 'right'] as const).map((vector) => ({
      ...{ place, vector, sigma, degenerate },
      reading: direction[vector],
    }));
  },
  identity: [
    ...PLACE,
    column('direction', 'integer', ({ place }) => place.index),
    column('vector', 'string', ({ vector }) => vector),
  ],
  facts: [
    column('sigma', 'number', ({ sigma }) => sigma),
    column('degenerate', 'boolean', ({ degenerate }) => degenerate),
    ...columnsOf(ROW_FACTS, ({ reading }: VectorItem) => reading),
  ],
  lists: { top: ({ reading }) => reading.top, bottom: ({ reading }) => reading.bottom },
  entry: SCORED,
});

interface HeadItem {
  readonly place: Place;
  readonly reading: PairReading;
}

const HEADS = layout<HeadItem, PairView>({
  items: (reading) => (isHead(reading) ? [{ place: placeInHead(reading.component), reading }] : []),
  identity: PLACE,
  facts: [
    column('row_space', 'string', ({ reading }) => reading.rowSpace),
    column('column_space', 'string', ({ reading }) => reading.columnSpace),
    column('exact', 'boolean', ({ reading }) => reading.exact),
    column('visited', 'number', ({ reading }) => reading.visited),
    column('count', 'integer', ({ reading }) => reading.count ?? null),
    column('z', 'number', ({ reading }) => reading.statistics?.z ?? null),
    column('statistic', 'number', ({ reading }) => reading.statistics?.statistic ?? null),
    column('pairings', 'integer', ({ reading }) => reading.statistics?.pairings ?? 0),
    column('copying_share', 'number', ({ reading }) => reading.statistics?.copying?.share ?? null),
    column(
      'copying_control',
      'number',
      ({ reading }) => reading.statistics?.copying?.control ?? null,
    ),
    ...columnsOf(OMITTED, ({ reading }: HeadItem) => reading.omitted.rows, 'row_'),
    ...columnsOf(OMITTED, ({ reading }: HeadItem) => reading.omitted.columns, 'column_'),
    column('omitted_pairs', 'integer', ({ reading }) => reading.omitted.pairs),
    column('note', 'string', ({ reading }) => headNotes(reading).join(' ') || null),
  ],
  lists: { top: ({ reading }) => reading.top },
  entry: [
    column('score', 'number', ({ score }) => score),
    column('dot', 'number', ({ dot, score }) => dot ?? score),
    ...columnsOf(TOKEN, ({ row }: PairView) => row, 'row_'),
    ...columnsOf(TOKEN, ({ column: token }: PairView) => token, 'column_'),
  ],
});

const LAYOUTS: Readonly<Record<ReadingKind, TableLayout>> = {
  rows: ROWS,
  directions: DIRECTIONS,
  heads: HEADS,
};

/** The columns of a kind of readings. */
export function layoutOf(kind: ReadingKind): TableLayout {
  return LAYOUTS[kind];
}

/** The kind that a reading is of. */
export function kindOf(reading: Reading): ReadingKind {
  return isHead(reading) ? 'heads' : isDirection(reading) ? 'directions' : 'rows';
}

/** Filters that are on, by their names: `exclude_special list(25000)`. */
function filterNames(filters: Json): string {
  return Object.entries(filters)
    .flatMap(([name, value]) =>
      value === true ? [name] : typeof value === 'number' ? [`${name}(${String(value)})`] : [],
    )
    .join(' ');
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A cell that is the same on every line of a table: the model, and how it was read. */
export interface Constant {
  readonly name: string;
  readonly value: Cell;
}

/** A model and its files; `prefix`: which of several it is, `base` or `other`. */
export function modelConstants(summary: ModelSummary, prefix?: string): readonly Constant[] {
  const { name, ...files } = sourceJson(summary);
  const front = prefix === undefined ? '' : `${prefix}_`;
  return [
    { name: prefix ?? 'model', value: cellOf(name) },
    ...Object.entries(files).map(([key, value]) => ({
      name: `${front}${key}`,
      value: cellOf(value),
    })),
  ];
}

/** Model and options, for tables that have no other place for them. */
export function constantsOf(
  { summary, options, pairOptions }: ReadingSource,
  kind: ReadingKind,
): readonly Constant[] {
  const { filters, ...others } =
    kind === 'heads' && pairOptions !== undefined
      ? pairOptionsJson(pairOptions)
      : optionsJson(options);
  return [
    ...modelConstants(summary),
    ...Object.entries(others).map(([key, value]) => ({
      name: `option_${key}`,
      value: cellOf(value),
    })),
    { name: 'option_filters', value: filterNames(filters) },
  ];
}
