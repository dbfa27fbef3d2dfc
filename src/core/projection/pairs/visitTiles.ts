import { checkCancelled } from '../../errors';
import { float32At, float64At, int32At } from '../../tensor/elements';
import { rowsOf } from '../../tensor/matrix';
import type { MatmulBackend, RowSelection } from '../backend';
import type { WorkOptions } from '../workPlan';
import { UNIT_ROUNDOFF } from './factor';
import { keyOf, type PairKey } from './pairKey';
import { lowerBound, upperBound, type PairSink } from './pairSink';
import type { Extent, SortedSide } from './sortedSide';

/** Pairs that are left out: those whose tokens are of one class. */
export interface PairExclusion {
  /** `[V]`, by id. */
  readonly rowClasses: Int32Array;
  readonly columnClasses: Int32Array;
}

/** All pairs of a row token and a column token, each scored by the product of its factors. */
export interface PairProblem {
  readonly a: SortedSide;
  readonly b: SortedSide;
  readonly key: PairKey;
  readonly exclusion?: PairExclusion;
}

const TILE_ROWS = 512;
const TILE_COLUMNS = 2048;
/** Rows of a tile whose scores leave the backend at once. */
const SCANNED_ROWS = 64;
/** Roundings of a product of two factors besides the head's dimensions, and what the first-order bound is spared. */
const EXTRA_ROUNDINGS = 3;
const ERROR_SAFETY = 1.1;
/** Above the rounding of a product of two bounds. */
const BOUND_SAFETY = 1 + 2 ** -40;

/** Neighbouring tokens of one side. */
interface Block extends Extent {
  readonly start: number;
  readonly count: number;
  /** No balanced factor of the block is longer. */
  readonly bound: number;
}

interface Tile {
  readonly rows: Block;
  readonly columns: Block;
  /** No product in the tile has a larger magnitude (Cauchy and Schwarz). */
  readonly bound: number;
}

export interface Visited {
  /** Pairs that were multiplied. */
  readonly multiplied: number;
  /** Whether every other pair was ruled out by a bound. */
  readonly proved: boolean;
}

/**
 * Offers every pair that may matter, tiles with the largest bound first, and ends where no tile left can hold one.
 * @throws CancelledError
 */
export async function visitTiles(
  problem: PairProblem,
  sink: PairSink,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<Visited> {
  const tiles = tilesOf(problem);
  const visitor = new TileVisitor(problem, sink, backend);
  let multiplied = 0;
  let leftAside = -Infinity;
  for (const [index, tile] of tiles.entries()) {
    checkCancelled(cancellation);
    if (!sink.done && sink.matters(tile.bound, tile.rows.lowestId, tile.columns.lowestId)) {
      multiplied += await visitor.visit(tile);
      onProgress?.({ done: index + 1, total: tiles.length, unit: 'tiles' });
    } else {
      leftAside = Math.max(leftAside, tile.bound);
      if (sink.done || tile.bound < sink.limit) {
        break;
      }
    }
  }
  return { multiplied, proved: leftAside <= sink.limit };
}

function blocksOf(side: SortedSide, size: number): Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < side.count; start += size) {
    const count = Math.min(size, side.count - start);
    blocks.push({ start, count, bound: side.boundAt(start), ...side.extent(start, count) });
  }
  return blocks;
}

function tilesOf({ a, b }: PairProblem): Tile[] {
  const columnBlocks = blocksOf(b, TILE_COLUMNS);
  const tiles = blocksOf(a, TILE_ROWS).flatMap((rows) =>
    columnBlocks.map((columns) => ({
      rows,
      columns,
      // Where float32 overflowed nothing is ruled out.
      bound: upperBound(rows.bound * columns.bound * BOUND_SAFETY, 0),
    })),
  );
  return tiles.sort((x, y) => (x.bound === y.bound ? 0 : y.bound - x.bound));
}

/** A row of a tile that may hold a pair that matters. */
interface OpenRow {
  /** Its number among the side's factors. */
  readonly factor: number;
  readonly id: number;
  readonly error: number;
  readonly upper: number;
}

class TileVisitor {
  private readonly productRoundings: number;

  constructor(
    private readonly problem: PairProblem,
    private readonly sink: PairSink,
    private readonly backend: MatmulBackend,
  ) {
    const roundings = problem.a.width + EXTRA_ROUNDINGS;
    this.productRoundings = ERROR_SAFETY * roundings * UNIT_ROUNDOFF;
  }

  /** Answers how many pairs were multiplied. */
  async visit(tile: Tile): Promise<number> {
    const { a, b, key, exclusion } = this.problem;
    const rowCount = this.staircase(a, tile.rows, tile.columns.bound);
    const columnCount = this.staircase(b, tile.columns, tile.rows.bound);
    const rows = a.part(tile.rows.start, rowCount);
    const columns = b.part(tile.columns.start, columnCount);
    const maxima = await this.backend.rowMaxima(rows, columns, key);
    const errors = this.errorsOf(tile, rowCount);
    if (exclusion === undefined) {
      this.sink.raise(lowerBounds(maxima, errors));
    }
    const open = this.openRows(tile, rows, maxima, errors);
    await this.scan(tile, rows, columns, open);
    return rowCount * columnCount;
  }

  /** How many tokens of a block can reach the limit against the longest factor of the other side. */
  private staircase(side: SortedSide, { start, count }: Block, other: number): number {
    let low = 1;
    let high = count;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const bound = side.boundAt(start + middle - 1) * other * BOUND_SAFETY;
      if (bound < this.sink.limit) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /** How far a row's float32 products may lie from exact ones, anywhere in the tile. */
  private errorsOf({ rows, columns: { length, error } }: Tile, count: number): Float64Array {
    const { a } = this.problem;
    const perLength = this.productRoundings * length + error;
    const errors = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const place = rows.start + i;
      errors[i] = upperBound(a.lengthAt(place) * perLength, a.errorAt(place) * length);
    }
    return errors;
  }

  private openRows(
    { rows, columns }: Tile,
    values: RowSelection,
    maxima: Float32Array,
    errors: Float64Array,
  ): OpenRow[] {
    const { a } = this.problem;
    const open: OpenRow[] = [];
    for (let at = 0; at < maxima.length; at += 1) {
      const error = float64At(errors, at);
      const upper = upperBound(float32At(maxima, at), error);
      const id = a.idAt(rows.start + at);
      if (this.sink.matters(upper, id, columns.lowestId)) {
        open.push({ factor: int32At(values.rows, at), id, error, upper });
      }
    }
    return open.sort((x, y) => y.upper - x.upper);
  }

  private async scan(
    { columns: block }: Tile,
    { matrix }: RowSelection,
    columns: RowSelection,
    open: OpenRow[],
  ): Promise<void> {
    const { sink } = this;
    for (let start = 0; start < open.length && !sink.done; start += SCANNED_ROWS) {
      const group = open
        .slice(start, start + SCANNED_ROWS)
        .filter(({ id, upper }) => sink.matters(upper, id, block.lowestId));
      if (group.length === 0) {
        return;
      }
      const rows = Int32Array.from(group, ({ factor }) => factor);
      const products = await this.backend.multiplySelected({ matrix, rows }, columns);
      group.forEach((row, i) => {
        this.offerRow(row, block.start, rowsOf(products, i, 1).data);
      });
      if (sink.full) {
        await sink.settle();
      }
    }
  }

  private offerRow({ id: row, error }: OpenRow, firstColumn: number, products: Float32Array): void {
    const { sink } = this;
    const { b, key: order, exclusion } = this.problem;
    for (let j = 0; j < products.length; j += 1) {
      const key = keyOf(float32At(products, j), order);
      if (!(key + error < sink.limit)) {
        const column = b.idAt(firstColumn + j);
        if (!isExcluded(exclusion, row, column)) {
          sink.offer(row, column, key, error);
        }
      }
    }
  }
}

/** `[n]`, none above the exact maximum of its row. */
function lowerBounds(maxima: Float32Array, errors: Float64Array): Float32Array {
  const bounds = new Float32Array(maxima.length);
  for (let i = 0; i < bounds.length; i += 1) {
    bounds[i] = lowerBound(float32At(maxima, i), float64At(errors, i));
  }
  return bounds;
}

function isExcluded(exclusion: PairExclusion | undefined, row: number, column: number): boolean {
  return (
    exclusion !== undefined &&
    int32At(exclusion.rowClasses, row) === int32At(exclusion.columnClasses, column)
  );
}
