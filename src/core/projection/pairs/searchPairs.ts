import { float64At } from '../../tensor/elements';
import type { MatmulBackend } from '../backend';
import type { WorkOptions } from '../workPlan';
import { balanceFactors } from './balance';
import { ExactPairs } from './exactPairs';
import type { MeasuredFactor } from './measuredFactor';
import { keyOf, type PairKey } from './pairKey';
import { BestPairs, PairCount, type ScoredPair } from './pairSink';
import type { PairSide } from './side';
import { SortedSide } from './sortedSide';
import { visitTiles, type PairExclusion, type PairProblem } from './visitTiles';

/** Both sides of a search: what is exact, and the factors of the tokens that take part. */
export interface PairRequest {
  readonly rowSide: PairSide;
  readonly columnSide: PairSide;
  readonly rows: MeasuredFactor;
  readonly columns: MeasuredFactor;
  readonly key: PairKey;
  readonly exclusion?: PairExclusion;
}

export interface PairsFound {
  /** Best first by (key, row, column). */
  readonly pairs: readonly ScoredPair[];
  /** Whether bounds proved that no other pair can be among these. */
  readonly exact: boolean;
  /** Share of all pairs that was multiplied; bounds ruled out the others. */
  readonly visited: number;
}

export interface PairsCounted {
  readonly exact: boolean;
  /** Pairs over the threshold; null where there are more than the limit. */
  readonly count: number | null;
  readonly visited: number;
}

/** A search that is ready to run: balanced and sorted. */
export interface PreparedPairs {
  readonly request: PairRequest;
  readonly problem: PairProblem;
  readonly exact: ExactPairs;
  /** By how much keys of the problem are scaled. */
  readonly unit: number;
}

/** With fewer tokens on a side than this many times the head's dimensions, balancing gains nothing. */
const MIN_TOKENS_PER_DIMENSION = 1;

/** Balances both factors and sorts their tokens. */
export async function preparePairs(
  request: PairRequest,
  backend: MatmulBackend,
): Promise<PreparedPairs> {
  const { rowSide, columnSide, rows, columns, key, exclusion } = request;
  const width = rows.values.cols;
  const worthwhile =
    Math.min(rows.ids.length, columns.ids.length) >= MIN_TOKENS_PER_DIMENSION * width;
  const balance = worthwhile ? balanceFactors(rows.gram, columns.gram) : null;
  const residual = balance?.residual ?? 0;
  const left = balance === null ? null : { map: balance.left, residual };
  const right = balance === null ? null : { map: balance.right, residual };
  const a = await SortedSide.sort(rows, left, backend);
  const b = await SortedSide.sort(columns, right, backend);
  return {
    request,
    problem: {
      a,
      b,
      key,
      ...(exclusion === undefined ? {} : { exclusion }),
    },
    exact: new ExactPairs(rowSide, columnSide),
    unit: rows.unit * columns.unit,
  };
}

/**
 * The k best pairs, exactly: a pair is left aside only where Cauchy-Schwarz and a bound of float32's error prove that it
 * is none of them; what remains is scored in float64 from the stored weights.
 * @throws CancelledError
 */
export async function findBestPairs(
  { request, problem, exact, unit }: PreparedPairs,
  k: number,
  backend: MatmulBackend,
  options: WorkOptions,
): Promise<PairsFound> {
  const sink = new BestPairs(k, request.key, unit, exact);
  const { multiplied, proved } = await visitTiles(problem, sink, backend, options);
  return { pairs: await sink.finish(), exact: proved, visited: shareOf(multiplied, problem) };
}

/** Counts the pairs whose key is over a threshold, exactly, up to `most`. @throws CancelledError */
export async function countPairs(
  { request, problem, exact, unit }: PreparedPairs,
  threshold: number,
  most: number,
  backend: MatmulBackend,
  options: WorkOptions,
): Promise<PairsCounted> {
  const sink = new PairCount(keyOf(threshold, request.key), most, request.key, unit, exact);
  const { multiplied, proved } = await visitTiles(problem, sink, backend, options);
  await sink.settle();
  const visited = shareOf(multiplied, problem);
  return { count: sink.done ? null : sink.count, exact: proved, visited };
}

function shareOf(multiplied: number, { a, b }: PairProblem): number {
  const pairs = a.count * b.count;
  return pairs === 0 ? 0 : multiplied / pairs;
}

/** Root mean square of all scores of a request, `sqrt(trace(A^T A B^T B) / pairs)`. */
export function rootMeanSquare({ rows, columns }: Pick<PairRequest, 'rows' | 'columns'>): number {
  const trace = rows.gram.numbers.reduce(
    (sum, value, at) => sum + value * float64At(columns.gram.numbers, at),
    0,
  );
  const pairs = Math.max(1, rows.ids.length * columns.ids.length);
  return Math.sqrt(Math.max(0, trace) / pairs) / (rows.unit * columns.unit);
}
