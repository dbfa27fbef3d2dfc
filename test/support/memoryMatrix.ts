import type { VocabularyMatrix } from '../../src/core/projection/backend';
import { rowsOf, type Matrix } from '../../src/core/tensor/matrix';

/** A vocabulary matrix in memory; `tileRows` stands for a reader that is short of memory. */
export function memoryMatrix(matrix: Matrix, tileRows = Infinity): VocabularyMatrix {
  const { rows, cols, data } = matrix;
  return {
    rows,
    cols,
    async *tiles(maxRows) {
      const size = Math.min(maxRows, tileRows);
      for (let start = 0; start < rows; start += size) {
        await Promise.resolve();
        yield { start, matrix: rowsOf(matrix, start, Math.min(size, rows - start)) };
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
