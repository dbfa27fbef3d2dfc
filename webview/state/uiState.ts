/**
 * What the panel remembers of itself over reloads: where the reader looks, never data. It is read back from
 * VS Code as unknown and taken only as far as it is what it should be.
 */
import { isGlobalKind, ROW_KINDS } from '../../src/core/model/componentId';
import type { RowKind } from '../../src/core/model/componentId';
import { HEAD_MATRICES } from '../../src/core/model/headMatrixId';
import type { HeadMatrixKind } from '../../src/core/model/headMatrixId';
import type { AlignmentGroup, AlignmentMeasure } from '../../src/protocol/alignment';
import type { RowSort } from '../../src/protocol/engineApi';
import type { PanelLocation } from '../../src/protocol/panelApi';
import type { SearchSort } from '../../src/protocol/search';
import { DEFAULT_DIFF, readDiff } from './diffState';
import type { DiffState } from './diffState';
import { readRecipe } from '../../src/protocol/stitch';
import type { HistoryState } from './history';
import { MAX_HISTORY } from './history';
import { DEFAULT_STEPS, readSteps } from './stepsState';
import type { StepsState } from './stepsState';
import { index, isObject, strings, textOrNull } from './storedValues';
import { DEFAULT_STITCH, readStitch } from './stitchState';
import type { StitchState } from './stitchState';

/** Tables whose state is kept; the longest unused is forgotten. */
export const MAX_TABLES = 50;
/** Steps of a training in one place. */
const MAX_STEPS = 200;
/** Unfolded nodes of the tree that are kept. */
export const MAX_EXPANDED = 500;

export const ROW_SORTS: readonly RowSort[] = [
  ...(['row', 'z', 'kurtosis', 'norm'] as const),
  ...(['skewness', 'mean', 'std', 'rawKurtosis'] as const),
];

/** What the cells of the map show. */
export const MAP_METRICS = ['share', 'norm', 'kurtosis'] as const;
export type MapMetric = (typeof MAP_METRICS)[number];

/** What the map of the overview is of, and what its cells show where it is of heads. */
export const OVERVIEW_MAPS = ['rows', 'heads'] as const;
export type OverviewMap = (typeof OVERVIEW_MAPS)[number];
export const HEAD_METRICS = ['z', 'copying'] as const;
export type HeadMetric = (typeof HEAD_METRICS)[number];

/** Columns of the table of pairs by which it can be sorted. */
export const PAIR_SORTS = ['score', 'source', 'target', 'mark'] as const;
export type PairSort = (typeof PAIR_SORTS)[number];

/** What is asked of heads, kept from one to the next; the query as long as the reader stays at that head. */
export interface HeadState {
  readonly component: string;
  /** Only pairs beyond this score. */
  readonly threshold: number | null;
  /** Only pairs of these tokens: ids as `#537`, texts, null for any. */
  readonly row: string | null;
  readonly column: string | null;
  readonly negative: boolean;
  readonly excludeSame: boolean;
  readonly excludeCase: boolean;
  /** Positions from key to query, in models whose positions rotate. */
  readonly delta: number;
  readonly sort: PairSort;
  readonly reversed: boolean;
  /** Pictures of the page as tables. */
  readonly asTables: boolean;
}

export const ALIGN_MEASURES: readonly AlignmentMeasure[] = ['best', 'mean'];
export const ALIGN_SORTS = ['rho', 'row'] as const;

/** A pair of layers of two models whose rows stand beside each other. */
export interface AlignedPair {
  /** The path of the other model. */
  readonly other: string;
  readonly group: AlignmentGroup;
  readonly layerA: number;
  readonly layerB: number;
}

/** How two models are compared, kept from one pair of them to the next. */
export interface AlignState {
  readonly measure: AlignmentMeasure;
  readonly excludeUndertrained: boolean;
  readonly pair: AlignedPair | null;
  readonly sort: (typeof ALIGN_SORTS)[number];
  readonly mutualOnly: boolean;
}

/** Parts of pages that fold, and whether they begin open. */
export const ROW_SECTIONS = {
  partner: true,
  neighbours: true,
  tokenMap: false,
  weights: false,
  alignedHeads: false,
  directions: true,
  layerPushes: false,
  changedTensors: false,
} as const;
export type RowSection = keyof typeof ROW_SECTIONS;

/** Columns of tables of rows that a reader may leave out or add, in their order. */
export const ROW_COLUMNS = [
  ...(['otherSide', 'z', 'kurtosis', 'rawKurtosis', 'skewness'] as const),
  ...(['mean', 'std', 'norm', 'shape'] as const),
] as const;
export type RowColumnId = (typeof ROW_COLUMNS)[number];
const DEFAULT_COLUMNS: readonly RowColumnId[] = ['z', 'kurtosis', 'norm', 'shape'];

/** How a reader left a table. */
export interface TableState {
  /** Null: by row until scanned, then by z. */
  readonly sort: { readonly by: RowSort; readonly descending: boolean } | null;
  readonly filter: string;
  /** First visible row. */
  readonly firstRow: number;
  /** Row that has the focus, by its place in the order. */
  readonly activeRow: number;
  /** Ids of selected rows. */
  readonly selected: readonly string[];
}

/** Sides of the vocabulary that rows stand on: those that raise tokens, those that respond to them. */
export const SEARCH_SCOPES = ['all', 'promote', 'detect'] as const;
export const SEARCH_SORTS: readonly SearchSort[] = ['score', 'rank', 'z'];

/** How searches list what they find: kept from one to the next. */
export interface SearchState {
  /** A scope, or one kind of rows. */
  readonly scope: (typeof SEARCH_SCOPES)[number] | RowKind;
  readonly sort: SearchSort;
  /** Worst first. */
  readonly reversed: boolean;
}

export interface UiState {
  readonly history: HistoryState;
  readonly tables: Readonly<Record<string, TableState>>;
  readonly treeShown: boolean;
  readonly expanded: readonly string[];
  readonly mapMetric: MapMetric;
  readonly mapAsTable: boolean;
  readonly overviewMap: OverviewMap;
  readonly headMetric: HeadMetric;
  readonly headMatrix: HeadMatrixKind;
  readonly head: HeadState;
  readonly search: SearchState;
  readonly align: AlignState;
  readonly diff: DiffState;
  readonly steps: StepsState;
  readonly stitch: StitchState;
  /** Columns of tables of rows beside `Row` and `Tokens`. */
  readonly columns: readonly RowColumnId[];
  /** Which parts of pages are open. */
  readonly sections: Readonly<Record<RowSection, boolean>>;
}

export const DEFAULT_TABLE: TableState = {
  sort: null,
  filter: '',
  firstRow: 0,
  activeRow: 0,
  selected: [],
};

/** Every pair of a head, best first. */
export const WHOLE_HEAD: HeadState = {
  component: '',
  threshold: null,
  row: null,
  column: null,
  negative: false,
  excludeSame: false,
  excludeCase: false,
  delta: 0,
  sort: 'score',
  reversed: false,
  asTables: false,
};

export const DEFAULT_UI: UiState = {
  history: { entries: [], index: -1 },
  tables: {},
  treeShown: true,
  expanded: [],
  mapMetric: 'share',
  mapAsTable: false,
  overviewMap: 'rows',
  headMetric: 'z',
  headMatrix: 'VO',
  head: WHOLE_HEAD,
  search: { scope: 'all', sort: 'score', reversed: false },
  align: {
    measure: 'best',
    excludeUndertrained: false,
    pair: null,
    sort: 'rho',
    mutualOnly: false,
  },
  diff: DEFAULT_DIFF,
  steps: DEFAULT_STEPS,
  stitch: DEFAULT_STITCH,
  columns: DEFAULT_COLUMNS,
  sections: ROW_SECTIONS,
};

function readLocation(value: unknown): PanelLocation | undefined {
  if (!isObject(value) || typeof value['page'] !== 'string') return undefined;
  const { component, token, other, steps } = value;
  const recipe = readRecipe(value['recipe']);
  return {
    page: value['page'],
    ...(typeof component === 'string' ? { component } : {}),
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof other === 'string' ? { other } : {}),
    ...(Array.isArray(steps) ? { steps: strings(steps, MAX_STEPS) } : {}),
    ...(recipe === undefined ? {} : { recipe }),
  };
}

function readHistory(value: unknown): HistoryState {
  if (!isObject(value) || !Array.isArray(value['entries'])) return DEFAULT_UI.history;
  const entries = value['entries']
    .slice(-MAX_HISTORY)
    .map(readLocation)
    .filter((location) => location !== undefined);
  return { entries, index: Math.min(index(value['index']), entries.length - 1) };
}

function readHead(value: unknown): HeadState {
  if (!isObject(value)) return WHOLE_HEAD;
  const { threshold } = value;
  return {
    component: textOrNull(value['component']) ?? '',
    threshold: typeof threshold === 'number' && Number.isFinite(threshold) ? threshold : null,
    row: textOrNull(value['row']),
    column: textOrNull(value['column']),
    negative: value['negative'] === true,
    excludeSame: value['excludeSame'] === true,
    excludeCase: value['excludeCase'] === true,
    delta: index(value['delta']),
    sort: PAIR_SORTS.find((name) => name === value['sort']) ?? WHOLE_HEAD.sort,
    reversed: value['reversed'] === true,
    asTables: value['asTables'] === true,
  };
}

function readTable(value: unknown): TableState | undefined {
  if (!isObject(value)) return undefined;
  const sort = value['sort'];
  const by = isObject(sort) ? ROW_SORTS.find((name) => name === sort['by']) : undefined;
  return {
    sort:
      by === undefined || !isObject(sort) ? null : { by, descending: sort['descending'] === true },
    filter: typeof value['filter'] === 'string' ? value['filter'] : '',
    firstRow: index(value['firstRow']),
    activeRow: index(value['activeRow']),
    selected: strings(value['selected'], Infinity),
  };
}

function readTables(value: unknown): Readonly<Record<string, TableState>> {
  if (!isObject(value)) return {};
  const tables = Object.entries(value).slice(-MAX_TABLES);
  return Object.fromEntries(
    tables
      .map(([key, table]) => [key, readTable(table)] as const)
      .filter((entry): entry is readonly [string, TableState] => entry[1] !== undefined),
  );
}

function readSearch(value: unknown): SearchState {
  if (!isObject(value)) return DEFAULT_UI.search;
  const { scope, sort, reversed } = value;
  const scopes: readonly SearchState['scope'][] = [...SEARCH_SCOPES, ...ROW_KINDS];
  return {
    scope: scopes.find((name) => name === scope) ?? DEFAULT_UI.search.scope,
    sort: SEARCH_SORTS.find((name) => name === sort) ?? DEFAULT_UI.search.sort,
    reversed: reversed === true,
  };
}

function readAlignedPair(value: unknown): AlignedPair | null {
  if (!isObject(value)) return null;
  const { other, layerA, layerB } = value;
  const group = ROW_KINDS.find((kind) => kind === value['group']);
  return group === undefined || isGlobalKind(group) || typeof other !== 'string'
    ? null
    : { other, group, layerA: index(layerA), layerB: index(layerB) };
}

function readAlign(value: unknown): AlignState {
  if (!isObject(value)) return DEFAULT_UI.align;
  const { measure, sort } = DEFAULT_UI.align;
  return {
    measure: ALIGN_MEASURES.find((name) => name === value['measure']) ?? measure,
    excludeUndertrained: value['excludeUndertrained'] === true,
    pair: readAlignedPair(value['pair']),
    sort: ALIGN_SORTS.find((name) => name === value['sort']) ?? sort,
    mutualOnly: value['mutualOnly'] === true,
  };
}

function readColumns(value: unknown): readonly RowColumnId[] {
  if (!Array.isArray(value)) return DEFAULT_COLUMNS;
  return ROW_COLUMNS.filter((column) => value.includes(column));
}

function readSections(value: unknown): UiState['sections'] {
  const stored = isObject(value) ? value : {};
  const names = Object.keys(ROW_SECTIONS) as RowSection[];
  const isOpen = (name: RowSection): boolean => {
    const open = stored[name];
    return typeof open === 'boolean' ? open : ROW_SECTIONS[name];
  };
  return Object.fromEntries(names.map((name) => [name, isOpen(name)])) as UiState['sections'];
}

/** What was stored, as far as it can be understood. */
export function restoreUiState(stored: unknown): UiState {
  if (!isObject(stored)) return DEFAULT_UI;
  return {
    history: readHistory(stored['history']),
    tables: readTables(stored['tables']),
    treeShown: stored['treeShown'] !== false,
    expanded: strings(stored['expanded'], MAX_EXPANDED),
    mapMetric: MAP_METRICS.find((metric) => metric === stored['mapMetric']) ?? DEFAULT_UI.mapMetric,
    mapAsTable: stored['mapAsTable'] === true,
    overviewMap:
      OVERVIEW_MAPS.find((name) => name === stored['overviewMap']) ?? DEFAULT_UI.overviewMap,
    headMetric:
      HEAD_METRICS.find((metric) => metric === stored['headMetric']) ?? DEFAULT_UI.headMetric,
    headMatrix:
      HEAD_MATRICES.find((kind) => kind === stored['headMatrix']) ?? DEFAULT_UI.headMatrix,
    head: readHead(stored['head']),
    search: readSearch(stored['search']),
    align: readAlign(stored['align']),
    diff: isObject(stored['diff']) ? readDiff(stored['diff']) : DEFAULT_DIFF,
    steps: readSteps(stored['steps']),
    stitch: readStitch(stored['stitch']),
    columns: readColumns(stored['columns']),
    sections: readSections(stored['sections']),
  };
}

/** The state with one table's changed; that table becomes the last used. */
export function withTable(state: UiState, key: string, change: Partial<TableState>): UiState {
  const { [key]: old, ...others } = state.tables;
  const kept = Object.entries(others).slice(1 - MAX_TABLES);
  return {
    ...state,
    tables: { ...Object.fromEntries(kept), [key]: { ...(old ?? DEFAULT_TABLE), ...change } },
  };
}
