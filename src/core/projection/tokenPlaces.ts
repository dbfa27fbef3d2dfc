import { checkCancelled } from '../errors';
import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { removeCommonPart } from './direction';
import { dot, dotWithRow, norm, powerOfTwoBelow } from './dots';
import { foldIntoDirection, foldVocabularyRow } from './fold';
import { readingContext, type ReadingContext } from './readingContext';
import type { RowsRequest } from './readings';
import { tileRanking, type TileRanking } from './tileRanking';
import { checkedTiles, type CheckedTile } from './vocabularyTiles';
import { batchesOf, MAX_RUN_ROWS, tileRowsFor, type WorkOptions } from './workPlan';

/** Unit roundoff of float32, times a safety of 2. */
const ROUNDING = 2 ** -23;
/** Roundings of a score besides those of its d products and sums. */
const EXTRA_ROUNDINGS = 8;
/** Between these sizes of token rows float32 scores neither overflow nor lose digits. */
const MIN_TRUSTED_NORM = 2 ** -60;
const MAX_TRUSTED_NORM = 2 ** 60;

/** A token whose places are asked for. */
export interface PlacedToken {
  readonly id: number;
  /** `[1, d]`, as stored. */
  readonly row: Matrix;
}

/** One parameter row, what its token scored, and how many tokens were found before it. */
interface Contest {
  /** Index among the rows asked for. */
  readonly index: number;
  /** `[d]`: meets stored rows; the score is the product less `offset`. */
  readonly direction: Float64Array;
  readonly offset: number;
  /** A power of two such that `direction * unit` is about 1. */
  readonly unit: number;
  /** The token's key, exact. */
  readonly key: number;
  place: number;
}

/**
 * The place of a token in each row's list: how many tokens that may be listed come before it, by score and then by
 * id, under the request's rank and filters; 0 is the top. `rows` `[n, d]` are folded. Scores are float32 where that
 * decides, float64 where it does not. Null for rows that are not finite.
 * @throws CancelledError between runs of at most 128 rows and 5 GFLOP
 */
export async function tokenPlaces(
  request: RowsRequest,
  token: PlacedToken,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<(number | null)[]> {
  const { rows, space } = request;
  const context = readingContext(request);
  const places = Array<number | null>(rows.rows).fill(null);
  const contests = contestsOf(context, rows, token);
  const scaled = stackScaled(contests, rows.cols);
  const batches = batchesOf(contests.length, MAX_RUN_ROWS);
  const { matrix } = space;
  const tileRows = tileRowsFor(contests.length, matrix);
  for await (const tile of checkedTiles(matrix, tileRows, backend)) {
    const ranking = tileRanking(request, tile);
    for (const { start, count } of batches) {
      checkCancelled(cancellation);
      const scores = await backend.multiplyTransposed(rowsOf(scaled, start, count), tile.matrix);
      for (let i = 0; i < count; i += 1) {
        const contest = contests[start + i];
        if (contest !== undefined) {
          const own = scores.data.subarray(i * tile.matrix.rows, (i + 1) * tile.matrix.rows);
          contest.place += countBefore(context, contest, token.id, own, tile, ranking);
        }
      }
    }
    onProgress?.({ done: tile.start + tile.matrix.rows, total: matrix.rows, unit: 'tokens' });
  }
  for (const { index, place } of contests) {
    places[index] = place;
  }
  return places;
}

function contestsOf(context: ReadingContext, rows: Matrix, token: PlacedToken): Contest[] {
  const contests: Contest[] = [];
  for (let index = 0; index < rows.rows; index += 1) {
    const x = new Float64Array(rowsOf(rows, index, 1).data);
    if (!x.every(Number.isFinite)) {
      continue;
    }
    let offset = 0;
    if (context.withoutCommon && context.prepared !== undefined) {
      removeCommonPart(x, context.prepared);
      offset = dot(x, context.prepared.mean);
    }
    const direction = foldIntoDirection(x, context.space.fold);
    const size = norm(direction);
    const unit = size > 0 ? 1 / powerOfTwoBelow(size) : 1;
    const key = exactKey(context, { direction, offset }, token.row, 0, token.id);
    contests.push({ index, direction, offset, unit, key, place: 0 });
  }
  return contests;
}

/** What orders tokens, in float64: row `column` of `matrix` is token `id`. */
function exactKey(
  { space, rank, tokenScale }: ReadingContext,
  { direction, offset }: Pick<Contest, 'direction' | 'offset'>,
  matrix: Matrix,
  column: number,
  id: number,
): number {
  const score = dotWithRow(direction, matrix, column) - offset;
  if (rank === 'dot') {
    return score;
  }
  if (rank === 'abs') {
    return Math.abs(score);
  }
  // The row's own norm divides all scores alike.
  const divisor =
    rank === 'cosine'
      ? norm(foldVocabularyRow(rowsOf(matrix, column, 1).data, space.fold))
      : tokenScale === undefined
        ? 1
        : float32At(tokenScale, id);
  return divisor === 0 ? 0 : score / divisor;
}

function stackScaled(contests: readonly Contest[], cols: number): Matrix {
  const data = new Float32Array(contests.length * cols);
  contests.forEach(({ direction, unit }, i) => {
    for (let j = 0; j < cols; j += 1) {
      data[i * cols + j] = float64At(direction, j) * unit;
    }
  });
  return { rows: contests.length, cols, data };
}

/** How many tokens of a tile come before the row's own; `scores` `[t]` are its scaled float32 products. */
function countBefore(
  context: ReadingContext,
  contest: Contest,
  id: number,
  scores: Float32Array,
  tile: CheckedTile,
  { allowed, scale, largestNorm }: TileRanking,
): number {
  const { unit, direction } = contest;
  const trusted =
    largestNorm === 0 || (largestNorm >= MIN_TRUSTED_NORM && largestNorm <= MAX_TRUSTED_NORM);
  const offset = contest.offset * unit;
  const key = contest.key * unit;
  const error = trusted ? (direction.length + EXTRA_ROUNDINGS) * ROUNDING : Infinity;
  const size = norm(direction) * unit;
  const magnitude = context.rank === 'abs';
  let before = 0;
  for (let column = 0; column < scores.length; column += 1) {
    if (allowed !== undefined && float32At(allowed, column) === 0) {
      continue;
    }
    const factor = scale === undefined ? 1 : float32At(scale, column);
    const signed = (float32At(scores, column) - offset) * factor;
    const value = magnitude ? Math.abs(signed) : signed;
    const reach = size * float32At(tile.storedNorms, column) + Math.abs(offset);
    const margin = error * (reach * factor + Math.abs(key));
    if (value < key - margin) {
      continue;
    }
    const clear = value > key + margin && value < Infinity;
    before += clear || isBefore(context, contest, tile, column, id) ? 1 : 0;
  }
  return before;
}

function isBefore(
  context: ReadingContext,
  contest: Contest,
  { start, matrix }: CheckedTile,
  column: number,
  id: number,
): boolean {
  const other = start + column;
  if (other === id) {
    return false;
  }
  const key = exactKey(context, contest, matrix, column, other);
  return key > contest.key || (key === contest.key && other < id);
}
