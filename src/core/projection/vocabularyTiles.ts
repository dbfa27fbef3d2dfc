import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend, VocabularyMatrix, VocabularyTile } from './backend';

/** Squares outside this range are summed again in float64: in float32 they may have left its range. */
const MIN_FLOAT32_SQUARE = 1e-30;
const MAX_FLOAT32_SQUARE = 1e37;
const MAX_FLOAT32 = 3.4028234663852886e38;

/** A tile fit for multiplication: rows with NaN or infinite weights are zero. */
export interface CheckedTile {
  readonly start: number;
  readonly matrix: Matrix;
  /** `[t]`: L2 norms of the stored rows, 0 for those that are not finite. */
  readonly storedNorms: Float32Array;
  /** Ids of rows that are not finite, ascending. */
  readonly nonFinite: readonly number[];
}

/** What passes through a matrix have found: it is computed once for as long as the matrix is open. */
interface KnownRows {
  /** `[V]`, filled as far as `count`. */
  readonly storedNorms: Float32Array;
  readonly nonFinite: number[];
  count: number;
}

const known = new WeakMap<VocabularyMatrix, KnownRows>();

function knownRowsOf(matrix: VocabularyMatrix): KnownRows {
  const found = known.get(matrix) ?? {
    storedNorms: new Float32Array(matrix.rows),
    nonFinite: [],
    count: 0,
  };
  known.set(matrix, found);
  return found;
}

/** The tiles of a matrix, checked. */
export async function* checkedTiles(
  matrix: VocabularyMatrix,
  maxRows: number,
  backend: MatmulBackend,
): AsyncGenerator<CheckedTile> {
  const rows = knownRowsOf(matrix);
  for await (const tile of matrix.tiles(maxRows)) {
    const end = tile.start + tile.matrix.rows;
    if (end > rows.count) {
      await learn(rows, tile, backend);
    }
    const nonFinite = rows.nonFinite.filter((id) => id >= tile.start && id < end);
    yield {
      start: tile.start,
      matrix: withZeroRows(tile, nonFinite),
      storedNorms: rows.storedNorms.subarray(tile.start, end),
      nonFinite,
    };
  }
}

async function learn(
  rows: KnownRows,
  { start, matrix }: VocabularyTile,
  backend: MatmulBackend,
): Promise<void> {
  const squares = await backend.rowSquares(matrix);
  // Another pass may have come further in the meantime.
  for (let i = Math.max(0, rows.count - start); i < squares.length; i += 1) {
    const square = float32At(squares, i);
    const inRange = square >= MIN_FLOAT32_SQUARE && square <= MAX_FLOAT32_SQUARE;
    const norm = inRange ? Math.sqrt(square) : rowNorm(matrix, i);
    rows.storedNorms[start + i] = Number.isFinite(norm) ? Math.min(norm, MAX_FLOAT32) : 0;
    if (!Number.isFinite(norm)) {
      rows.nonFinite.push(start + i);
    }
  }
  rows.count = Math.max(rows.count, start + squares.length);
}

/** The L2 norm of row `row` of a matrix `[t, d]` in float64: no finite float32 row leaves its range. */
function rowNorm({ cols, data }: Matrix, row: number): number {
  let square = 0;
  for (let j = row * cols; j < (row + 1) * cols; j += 1) {
    square += float32At(data, j) * float32At(data, j);
  }
  return Math.sqrt(square);
}

function withZeroRows({ start, matrix }: VocabularyTile, ids: readonly number[]): Matrix {
  if (ids.length === 0) {
    return matrix;
  }
  const { rows, cols } = matrix;
  const data = matrix.data.slice();
  for (const id of ids) {
    data.fill(0, (id - start) * cols, (id - start + 1) * cols);
  }
  return { rows, cols, data };
}
