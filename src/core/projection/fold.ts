import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

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
  for (let start = 0; start < data.length; start += cols) {
    const row = new Float64Array(rows.data.subarray(start, start + cols));
    if (fold.gain !== undefined) {
      multiplyBy(row, fold.gain);
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
 *
 * @param into `[d]`, written and answered
 */
export function foldIntoDirection(
  x: Float32Array | Float64Array,
  fold: VocabularyFold | null,
  into: Float64Array = new Float64Array(x.length),
): Float64Array {
  into.set(x);
  if (fold?.gain !== undefined) {
    multiplyBy(into, fold.gain);
  }
  if (fold?.centre === true) {
    subtractMean(into);
  }
  return into;
}

/** One vocabulary row `[d]` folded, in float64: F t. */
export function foldVocabularyRow(
  row: Float32Array | Float64Array,
  fold: VocabularyFold | null,
): Float64Array {
  const folded = new Float64Array(row);
  if (fold?.centre === true) {
    subtractMean(folded);
  }
  if (fold?.gain !== undefined) {
    multiplyBy(folded, fold.gain);
  }
  return folded;
}

function multiplyBy(row: Float64Array, gain: Float32Array): void {
  for (let j = 0; j < row.length; j += 1) {
    row[j] = float64At(row, j) * float32At(gain, j);
  }
}

function subtractMean(row: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < row.length; j += 1) {
    sum += float64At(row, j);
  }
  const mean = sum / row.length;
  for (let j = 0; j < row.length; j += 1) {
    row[j] = float64At(row, j) - mean;
  }
}
