import type { VocabularyMatrix } from '../../src/core/projection/backend';
import { rowsOf, type Matrix } from '../../src/core/tensor/matrix';

/** A vocabulary matrix in memory; with `tileRows` as if it were read from a file in tiles of at most so many rows. */
export function memoryMatrix(matrix: Matrix, tileRows?: number): VocabularyMatrix {
  const { rows, cols, data } = matrix;
  return {
    rows,
    cols,
    whole: tileRows === undefined ? matrix : undefined,
    async *tiles(maxRows) {
      const size = Math.min(maxRows, tileRows ?? rows);
      for (let start = 0; start < rows; start += size) {
        await Promise.resolve();
        const tile = rowsOf(matrix, start, Math.min(size, rows - start));
        // What is read from a file lies in memory that the next tile overwrites.
        yield {
          start,
          matrix: tileRows === undefined ? tile : { ...tile, data: tile.data.slice() },
        };
      }
    },
    rowsById(ids) {
      const picked = new Float32Array(ids.length * cols);
      ids.forEach((id, i) => {
        picked.set(data.subarray(id * cols, (id + 1) * cols), i * cols);
      });
      return Promise.resolve({ rows: ids.length, cols, data: picked });
    },
  };
}
