import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend, VocabularyMatrix, VocabularyTile } from './backend';
import type { PreparedStatistics } from './space';

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

/** The tiles of a matrix, checked; what is already known of it is not computed again. */
export async function* checkedTiles(
  matrix: VocabularyMatrix,
  maxRows: number,
  backend: MatmulBackend,
  statistics?: PreparedStatistics,
): AsyncGenerator<CheckedTile> {
  for await (const tile of matrix.tiles(maxRows)) {
    yield statistics === undefined ? await checkTile(tile, backend) : knownTile(tile, statistics);
  }
}

function knownTile(tile: VocabularyTile, statistics: PreparedStatistics): CheckedTile {
  const end = tile.start + tile.matrix.rows;
  const nonFinite = [...statistics.nonFinite].filter((id) => id >= tile.start && id < end);
  return {
    start: tile.start,
    matrix: withZeroRows(tile, nonFinite),
    storedNorms: statistics.storedNorms.subarray(tile.start, end),
    nonFinite,
  };
}

async function checkTile(tile: VocabularyTile, backend: MatmulBackend): Promise<CheckedTile> {
  const storedNorms = await backend.rowSquares(tile.matrix);
  const nonFinite: number[] = [];
  for (let i = 0; i < storedNorms.length; i += 1) {
    const square = float32At(storedNorms, i);
    if (square >= MIN_FLOAT32_SQUARE && square <= MAX_FLOAT32_SQUARE) {
      storedNorms[i] = Math.sqrt(square);
      continue;
    }
    const norm = rowNorm(tile.matrix, i);
    storedNorms[i] = Number.isFinite(norm) ? Math.min(norm, MAX_FLOAT32) : 0;
    if (!Number.isFinite(norm)) {
      nonFinite.push(tile.start + i);
    }
  }
  return { start: tile.start, matrix: withZeroRows(tile, nonFinite), storedNorms, nonFinite };
}

/** The L2 norm of row `row` of a matrix `[t, d]` in float64: no finite float32 row leaves its range. */
export function rowNorm({ cols, data }: Matrix, row: number): number {
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
