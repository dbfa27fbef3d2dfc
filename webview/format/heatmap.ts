/** The tokens of a head's best pairs against each other: rows by columns, those that are alike together. */
import type { PairView } from '../../src/protocol/pairs';
import type { TokenView } from '../../src/protocol/reading';
import { clusterOrder } from './clusterOrder';
import { RAMP_STEPS, roundEnd } from './mapScale';

/** Tokens a side at most. */
const MAX_HEATMAP_TOKENS = 24;

export interface HeatmapTokens {
  readonly rows: readonly TokenView[];
  readonly columns: readonly TokenView[];
}

export interface HeatmapModel extends HeatmapTokens {
  /** `[rows, columns]`; null for pairs that are left out. */
  readonly scores: readonly (readonly (number | null)[])[];
  /** The score of the fullest colour, of either sign. */
  readonly maximum: number;
}

function distinct(tokens: readonly TokenView[]): readonly TokenView[] {
  return [...new Map(tokens.map((token) => [token.id, token])).values()].slice(
    0,
    MAX_HEATMAP_TOKENS,
  );
}

/** The tokens of the best pairs, in their order. */
export function heatmapTokens(pairs: readonly PairView[]): HeatmapTokens {
  return {
    rows: distinct(pairs.map(({ row }) => row)),
    columns: distinct(pairs.map(({ column }) => column)),
  };
}

/** The scores of all pairs of some tokens, clustered on both sides. */
export function heatmapModel(
  { rows, columns }: HeatmapTokens,
  pairs: readonly PairView[],
): HeatmapModel {
  const known = new Map(
    pairs.map(({ row, column, score }) => [`${String(row.id)} ${String(column.id)}`, score]),
  );
  const at = (row: TokenView, column: TokenView): number | null =>
    known.get(`${String(row.id)} ${String(column.id)}`) ?? null;
  const ordered = (
    tokens: readonly TokenView[],
    vector: (token: TokenView) => number[],
  ): readonly TokenView[] =>
    clusterOrder(tokens.map(vector)).flatMap((index) => tokens[index] ?? []);
  const rowOrder = ordered(rows, (row) => columns.map((column) => at(row, column) ?? 0));
  const columnOrder = ordered(columns, (column) => rows.map((row) => at(row, column) ?? 0));
  const highest = pairs.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0);
  return {
    rows: rowOrder,
    columns: columnOrder,
    scores: rowOrder.map((row) => columnOrder.map((column) => at(row, column))),
    maximum: roundEnd(highest),
  };
}

/** How full the colour of a score is, 0 to 1, in the steps of the ramp. */
export function heatmapShare(score: number, maximum: number): number {
  const steps = RAMP_STEPS - 1;
  return Math.min(1, Math.round((Math.abs(score) / maximum) * steps) / steps);
}
