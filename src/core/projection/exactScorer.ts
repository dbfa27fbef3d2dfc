import { float32At, float64At, int32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { CandidateLists, CandidateSide } from './candidates';
import { removeCommonPart } from './direction';
import { dot, dotsWithRows, norm } from './dots';
import { foldIntoDirection, foldVocabularyRow } from './fold';
import { addPowers } from './moments';
import type { ReadingContext } from './readingContext';
import type { RowState } from './rowState';
import type { TileRanking } from './tileRanking';
import type { CheckedTile } from './vocabularyTiles';

/** How a side orders scores: by the score, its negative or its magnitude. */
type KeyOf = (score: number) => number;
const HIGHEST: KeyOf = (score) => score;
const LOWEST: KeyOf = (score) => -score;
const LARGEST: KeyOf = Math.abs;

/** Stored vocabulary rows, the first of which is token `start`. */
export interface StoredRows {
  readonly start: number;
  readonly matrix: Matrix;
}

/**
 * Scores of parameter rows in float64, one row after the other: what decides an order, and what is shown. Its
 * memory is reused from row to row.
 */
export class ExactScorer {
  private row: RowState | undefined;
  /** Directions that meet stored rows: of the plain scores, and of those without the common directions. */
  private readonly plain: Float64Array;
  private readonly centred: Float64Array;
  private centredOffset = 0;
  private columns = new Int32Array(0);
  private dots = new Float64Array(0);
  private values = new Float64Array(0);

  constructor(private readonly context: ReadingContext) {
    const { cols } = context.space.matrix;
    this.plain = new Float64Array(cols);
    this.centred = new Float64Array(cols);
  }

  /** Takes up a row. */
  load(row: RowState): void {
    const { space, prepared } = this.context;
    this.row = row;
    foldIntoDirection(row.x, space.fold, this.plain);
    if (prepared !== undefined) {
      this.centred.set(row.x);
      removeCommonPart(this.centred, prepared);
      this.centredOffset = dot(this.centred, prepared.mean);
      foldIntoDirection(this.centred, space.fold, this.centred);
    }
  }

  /** Enters row `i`'s candidates among these tokens with their exact scores. */
  settle(i: number, lists: CandidateLists, rows: StoredRows): void {
    const sides = sidesOf(i, lists).map(([side, keyOf]) => ({ side, keyOf, ids: side.pending() }));
    const total = sides.reduce((sum, { ids }) => sum + ids.length, 0);
    this.reserve(total);
    let filled = 0;
    for (const { ids } of sides) {
      for (let c = 0; c < ids.length; c += 1) {
        this.columns[filled] = int32At(ids, c) - rows.start;
        filled += 1;
      }
    }
    this.score(this.columns.subarray(0, total), rows);
    let start = 0;
    for (const { side, keyOf, ids } of sides) {
      this.enter(side, keyOf, start, start + ids.length, rows.start);
      start += ids.length;
      side.settled();
    }
  }

  /** Reads a whole tile in float64: lists and sums. */
  readTile(
    i: number,
    lists: CandidateLists | null,
    tile: CheckedTile,
    { allowed }: TileRanking,
  ): void {
    this.reserve(tile.matrix.rows);
    if (lists !== null) {
      const columns = this.columnsWhere(allowed, tile.matrix.rows);
      this.score(columns, tile);
      for (const [side, keyOf] of sidesOf(i, lists)) {
        this.enter(side, keyOf, 0, columns.length, tile.start);
      }
    }
    const { row, context } = this;
    if (context.statistics && context.prepared !== undefined && row !== undefined) {
      const { unit, shift, powerSums, centredPowerSums } = row;
      const end = tile.start + tile.matrix.rows;
      const counted = context.prepared.counted.subarray(tile.start, end);
      const columns = this.columnsWhere(counted, counted.length);
      addPowers(
        powerSums,
        this.products(this.plain, 0, columns, tile.matrix, this.dots),
        unit,
        shift,
      );
      addPowers(centredPowerSums, this.centredScores(columns, tile.matrix), unit, 0);
    }
  }

  /** Fills `dots` and `values`, what is ranked, for some columns. */
  private score(columns: Int32Array, { start, matrix }: StoredRows): void {
    const dots = this.products(this.plain, 0, columns, matrix, this.dots);
    if (this.context.withoutCommon) {
      this.centredScores(columns, matrix);
    } else {
      this.values.set(dots);
    }
    const { rank, tokenScale } = this.context;
    if (rank !== 'cosine' && rank !== 'specificity') {
      return;
    }
    for (let c = 0; c < columns.length; c += 1) {
      const column = int32At(columns, c);
      const divisor =
        rank === 'cosine'
          ? (this.row?.norm ?? 0) * this.tokenNorm(column, matrix)
          : tokenScale === undefined
            ? 1
            : float32At(tokenScale, start + column);
      // What a score is divided by is 0 only where the score is.
      this.values[c] = divisor === 0 ? 0 : float64At(this.values, c) / divisor;
    }
  }

  /** Fills `values` with scores without the common directions. */
  private centredScores(columns: Int32Array, matrix: Matrix): Float64Array {
    return this.products(this.centred, this.centredOffset, columns, matrix, this.values);
  }

  private products(
    direction: Float64Array,
    offset: number,
    columns: Int32Array,
    matrix: Matrix,
    into: Float64Array,
  ): Float64Array {
    const products = into.subarray(0, columns.length);
    if (isZero(direction)) {
      products.fill(0);
    } else {
      dotsWithRows(direction, matrix, columns, products);
    }
    if (offset !== 0) {
      for (let c = 0; c < products.length; c += 1) {
        products[c] = float64At(products, c) - offset;
      }
    }
    return products;
  }

  private tokenNorm(column: number, { cols, data }: Matrix): number {
    const token = data.subarray(column * cols, (column + 1) * cols);
    return norm(foldVocabularyRow(token, this.context.space.fold));
  }

  /** Enters the columns `from` to `to` with what was computed for them. */
  private enter(side: CandidateSide, keyOf: KeyOf, from: number, to: number, start: number): void {
    for (let c = from; c < to; c += 1) {
      const score = float64At(this.values, c);
      const id = start + int32At(this.columns, c);
      side.insert(id, keyOf(score), score, float64At(this.dots, c));
    }
  }

  /** Columns of the first `length` whose flag is set; all of them without flags. */
  private columnsWhere(flags: Float32Array | undefined, length: number): Int32Array {
    let kept = 0;
    for (let column = 0; column < length; column += 1) {
      if (flags === undefined || float32At(flags, column) > 0) {
        this.columns[kept] = column;
        kept += 1;
      }
    }
    return this.columns.subarray(0, kept);
  }

  private reserve(length: number): void {
    if (this.columns.length < length) {
      this.columns = new Int32Array(length);
      this.dots = new Float64Array(length);
      this.values = new Float64Array(length);
    }
  }
}

function isZero(direction: Float64Array): boolean {
  for (let j = 0; j < direction.length; j += 1) {
    if (float64At(direction, j) !== 0) {
      return false;
    }
  }
  return true;
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
