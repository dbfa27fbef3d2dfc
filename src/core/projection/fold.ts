import { at, type Matrix } from '../tensor/matrix';

/**
 * How parameter rows are folded: `w * gain`, then, where `centre`, minus the folded row's own mean (LayerNorm).
 * A norm that multiplies by 1 + w has the one added before it comes here.
 */
export interface RowFold {
  /** `[d]`; absent: all ones. */
  readonly gain?: Float32Array;
  readonly centre: boolean;
}

/**
 * How rows of the vocabulary matrix are folded: where `centre`, minus the row's own mean (BLOOM's embedding norm), then
 * `* gain` (W_U times the final norm's gain).
 */
export interface VocabularyFold {
  /** `[d]`; absent: all ones. */
  readonly gain?: Float32Array;
  readonly centre: boolean;
}

/** Folds parameter rows `[n, d]` (design section 4, `fold`). Computed in float64; without a fold the rows themselves. */
export function foldRows(rows: Matrix, fold: RowFold | null): Matrix {
  if (fold === null) {
    return rows;
  }
  const { cols } = rows;
  const data = new Float32Array(rows.data.length);
  const row = new Float64Array(cols);
  for (let i = 0; i < rows.rows; i += 1) {
    const start = i * cols;
    for (let j = 0; j < cols; j += 1) {
      row[j] = at(rows.data, start + j) * (fold.gain === undefined ? 1 : at(fold.gain, j));
    }
    if (fold.centre) {
      subtractMean(row);
    }
    data.set(row, start);
  }
  return { rows: rows.rows, cols, data };
}

/**
 * The vector x' `[d]` with `x . fold(t) = x' . t` for every vocabulary row t: folding is linear, so it is moved from
 * the many rows of the vocabulary to the one that is read. With F = gain * (I - 1 1^T / d): x' = F^T x.
 */
export function foldIntoDirection(x: ArrayLike<number>, fold: VocabularyFold | null): Float64Array {
  const folded = Float64Array.from(x);
  if (fold?.gain !== undefined) {
    for (let j = 0; j < folded.length; j += 1) {
      folded[j] = at(folded, j) * at(fold.gain, j);
    }
  }
  if (fold?.centre === true) {
    subtractMean(folded);
  }
  return folded;
}

/** One vocabulary row `[d]` folded, in float64: F t. */
export function foldVocabularyRow(
  row: ArrayLike<number>,
  fold: VocabularyFold | null,
): Float64Array {
  const folded = Float64Array.from(row);
  if (fold?.centre === true) {
    subtractMean(folded);
  }
  if (fold?.gain !== undefined) {
    for (let j = 0; j < folded.length; j += 1) {
      folded[j] = at(folded, j) * at(fold.gain, j);
    }
  }
  return folded;
}

function subtractMean(row: Float64Array): void {
  let sum = 0;
  for (const value of row) {
    sum += value;
  }
  const mean = sum / row.length;
  for (let j = 0; j < row.length; j += 1) {
    row[j] = at(row, j) - mean;
  }
}
