import { float32At, float64At, int32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { CandidateLists, CandidateSide } from './candidates';
import { centredDirection, plainDirection, type Direction } from './direction';
import { dotsWithRows, norm } from './dots';
import { foldVocabularyRow } from './fold';
import { addPowers } from './moments';
import type { ReadingContext } from './readingContext';
import type { RowState } from './rowState';
import type { TileRanking } from './tileRanking';
import type { CheckedTile } from './vocabularyTiles';

/** Scores against some tokens. */
interface Scores {
  /** Plain dot products of the folded vectors. */
  readonly dots: Float64Array;
  /** What is ranked. */
  readonly ranked: Float64Array;
}

/** How a side orders scores: by the score, its negative or its magnitude. */
type KeyOf = (score: number) => number;
const HIGHEST: KeyOf = (score) => score;
const LOWEST: KeyOf = (score) => -score;
const LARGEST: KeyOf = Math.abs;

/** Scores of one parameter row in float64: what decides an order, and what is shown. */
export class ExactScorer {
  private readonly plain: Direction;

  constructor(
    private readonly row: RowState,
    private readonly context: ReadingContext,
  ) {
    this.plain = plainDirection(row.x, context.space.fold);
  }

  /** Enters the candidates of a tile with their exact scores. */
  settle(i: number, lists: CandidateLists, tile: CheckedTile): void {
    for (const [side, keyOf] of sidesOf(i, lists)) {
      const columns = side.pending().map((id) => id - tile.start);
      enter(side, keyOf, columns, this.score(columns, tile), tile);
    }
  }

  /** Reads a whole tile in float64: lists and sums. */
  readTile(
    i: number,
    lists: CandidateLists | null,
    tile: CheckedTile,
    { allowed }: TileRanking,
  ): void {
    const every = Int32Array.from({ length: tile.matrix.rows }, (_, column) => column);
    if (lists !== null) {
      const columns = allowed ? every.filter((column) => float32At(allowed, column) > 0) : every;
      const scores = this.score(columns, tile);
      for (const [side, keyOf] of sidesOf(i, lists)) {
        enter(side, keyOf, columns, scores, tile);
      }
    }
    const { prepared, statistics } = this.context;
    if (statistics && prepared !== undefined) {
      const { unit, shift, powerSums, centredPowerSums } = this.row;
      const counted = every.filter(
        (column) => float32At(prepared.counted, tile.start + column) > 0,
      );
      addPowers(powerSums, products(this.plain, tile.matrix, counted), unit, shift);
      addPowers(centredPowerSums, this.centred(counted, tile.matrix), unit, 0);
    }
  }

  private score(columns: Int32Array, tile: CheckedTile): Scores {
    const dots = products(this.plain, tile.matrix, columns);
    const values = this.context.withoutCommon ? this.centred(columns, tile.matrix) : dots;
    return { dots, ranked: this.rank(values, columns, tile) };
  }

  /** Scores without the common directions. */
  private centred(columns: Int32Array, matrix: Matrix): Float64Array {
    const { prepared, space } = this.context;
    return prepared === undefined
      ? new Float64Array(columns.length)
      : products(centredDirection(this.row.x, prepared, space.fold), matrix, columns);
  }

  private rank(values: Float64Array, columns: Int32Array, tile: CheckedTile): Float64Array {
    const { rank, tokenScale } = this.context;
    if (rank === 'specificity' && tokenScale !== undefined) {
      return values.map((value, i) =>
        quotient(value, float32At(tokenScale, tile.start + int32At(columns, i))),
      );
    }
    if (rank === 'cosine') {
      return values.map((value, i) =>
        quotient(value, this.row.norm * this.tokenNorm(int32At(columns, i), tile.matrix)),
      );
    }
    return values;
  }

  private tokenNorm(column: number, { cols, data }: Matrix): number {
    const token = data.subarray(column * cols, (column + 1) * cols);
    return norm(foldVocabularyRow(token, this.context.space.fold));
  }
}

function sidesOf(i: number, { top, bottom, sides }: CandidateLists): [CandidateSide, KeyOf][] {
  const first = top[i];
  const second = bottom[i];
  if (first === undefined || second === undefined) {
    return [];
  }
  return sides === 'magnitude'
    ? [[first, LARGEST]]
    : [
        [first, HIGHEST],
        [second, LOWEST],
      ];
}

function enter(
  side: CandidateSide,
  keyOf: KeyOf,
  columns: Int32Array,
  { dots, ranked }: Scores,
  { start }: CheckedTile,
): void {
  for (let i = 0; i < columns.length; i += 1) {
    const score = float64At(ranked, i);
    side.insert(start + int32At(columns, i), keyOf(score), score, float64At(dots, i));
  }
}

function products(
  { vector, offset }: Direction,
  matrix: Matrix,
  columns: Int32Array,
): Float64Array {
  const made = new Float64Array(columns.length);
  if (vector.some((value) => value !== 0)) {
    dotsWithRows(vector, matrix, columns, made);
  }
  return offset === 0 ? made : made.map((product) => product - offset);
}

/** A score over what it is divided by: 0 where that is 0, since the score is 0 as well. */
function quotient(score: number, divisor: number): number {
  return divisor === 0 ? 0 : score / divisor;
}
