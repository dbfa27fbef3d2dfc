/** A dense row-major float32 matrix `[rows, cols]` that owns or views its numbers. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
}

/** A dense row-major float64 matrix `[rows, cols]`. */
export interface Matrix64 {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/**
 * Element `index` of an array that is known to hold it: the one place where the checked-index noise of hot
 * loops is settled. Loops bound their indices by the array's length or by the matrix's shape.
 */
export function at(array: ArrayLike<number>, index: number): number {
  return array[index] as number;
}

/** Rows `start` to `start + count` of a matrix `[rows, cols]`, as a view `[count, cols]` without a copy. */
export function rowsOf(matrix: Matrix, start: number, count: number): Matrix {
  const { cols, data } = matrix;
  return { rows: count, cols, data: data.subarray(start * cols, (start + count) * cols) };
}
