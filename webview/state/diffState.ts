/** How the page of changes was left. */
import type { DiffSort } from '../../src/protocol/displacement';
import { textOrNull } from './storedValues';

/** What the cells of the map of changes show. */
export const CHANGE_METRICS = ['relative', 'rows', 'norm'] as const;
export type ChangeMetric = (typeof CHANGE_METRICS)[number];

/** Columns of the table of changed rows by which it can be sorted. */
export const DIFF_SORTS: readonly DiffSort[] = ['norm', 'relative', 'z', 'row'];

/** How a model is compared with its base; table and row as long as the reader stays with that base. */
export interface DiffState {
  /** The path of the base. */
  readonly other: string;
  readonly metric: ChangeMetric;
  /** Only rows of this table; null: of all. */
  readonly matrix: string | null;
  /** The row whose words stand beside the base's. */
  readonly row: string | null;
  readonly sort: DiffSort;
  readonly descending: boolean;
}

export const DEFAULT_DIFF: DiffState = {
  other: '',
  metric: 'relative',
  matrix: null,
  row: null,
  sort: 'norm',
  descending: true,
};

/** What was stored, as far as it can be understood. */
export function readDiff(stored: Readonly<Record<string, unknown>>): DiffState {
  return {
    other: textOrNull(stored['other']) ?? '',
    metric: CHANGE_METRICS.find((name) => name === stored['metric']) ?? DEFAULT_DIFF.metric,
    matrix: textOrNull(stored['matrix']),
    row: textOrNull(stored['row']),
    sort: DIFF_SORTS.find((name) => name === stored['sort']) ?? DEFAULT_DIFF.sort,
    descending: stored['descending'] !== false,
  };
}

/** The state with another base: what was chosen of the last one means nothing there. */
export function ofBase(state: DiffState, other: string): DiffState {
  return state.other === other ? state : { ...state, other, matrix: null, row: null };
}
