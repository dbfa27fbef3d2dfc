import { float32At, float64At } from '../tensor/elements';

/** What an adapter adds to a stored tensor `[rows, cols]`: `scale * left right`, never made as a whole. */
export interface LowRank {
  readonly rows: number;
  readonly cols: number;
  readonly rank: number;
  readonly scale: number;
  /** `[rows, rank]` */
  readonly left: Float32Array;
  /** `[rank, cols]` */
  readonly right: Float32Array;
}

/**
 * Adds a stretch of the stored tensor's numbers, row-major, from number `start`: each is a float64 sum over the rank,
 * added to what stands in `target` and rounded once.
 */
export function addLowRank(delta: LowRank, start: number, target: Float32Array): void {
  const { cols } = delta;
  const sums = new Float64Array(Math.min(cols, target.length));
  for (let done = 0; done < target.length;) {
    const row = Math.floor((start + done) / cols);
    const column = (start + done) % cols;
    const count = Math.min(cols - column, target.length - done);
    sumRow(delta, row, column, sums.subarray(0, count));
    for (let i = 0; i < count; i += 1) {
      target[done + i] = float32At(target, done + i) + float64At(sums, i);
    }
    done += count;
  }
}

function sumRow(
  { cols, rank, scale, left, right }: LowRank,
  row: number,
  column: number,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let k = 0; k < rank; k += 1) {
    const weight = scale * float32At(left, row * rank + k);
    const from = k * cols + column;
    for (let i = 0; i < sums.length; i += 1) {
      sums[i] = float64At(sums, i) + weight * float32At(right, from + i);
    }
  }
}

/**
 * Squared L2 norms of all rows (axis 0) or columns (axis 1) of `scale * left right`, from the factors alone: with
 * `G = right right^T` a row's is `scale^2 l G l^T`.
 */
export function lowRankSquares(delta: LowRank, axis: 0 | 1): Float64Array {
  const { rows, cols, rank, scale, left, right } = delta;
  const ofRows = axis === 0;
  const gram = gramOf(ofRows ? right : left, rank, ofRows ? cols : rows, ofRows);
  const count = ofRows ? rows : cols;
  const at = ofRows
    ? (i: number, k: number): number => float32At(left, i * rank + k)
    : (i: number, k: number): number => float32At(right, k * cols + i);
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < rank; k += 1) {
      for (let l = 0; l < rank; l += 1) {
        sum += at(i, k) * float64At(gram, k * rank + l) * at(i, l);
      }
    }
    // Rounding may leave less than nothing of a row that is zero.
    return Math.max(0, sum) * scale * scale;
  });
}

/** Products of the factor's `rank` vectors with each other, `[rank, rank]`; the vectors are its rows where `alongRows`. */
function gramOf(
  factor: Float32Array,
  rank: number,
  length: number,
  alongRows: boolean,
): Float64Array {
  const gram = new Float64Array(rank * rank);
  const at = alongRows
    ? (k: number, i: number): number => float32At(factor, k * length + i)
    : (k: number, i: number): number => float32At(factor, i * rank + k);
  for (let k = 0; k < rank; k += 1) {
    for (let l = k; l < rank; l += 1) {
      let sum = 0;
      for (let i = 0; i < length; i += 1) {
        sum += at(k, i) * at(l, i);
      }
      gram[k * rank + l] = sum;
      gram[l * rank + k] = sum;
    }
  }
  return gram;
}

/** Share of the numbers of `left right` that are not zero because a row of `left` or a column of `right` is. */
export function changedShare({ rows, cols, rank, left, right }: LowRank): number {
  let liveRows = 0;
  for (let row = 0; row < rows; row += 1) {
    liveRows += left.subarray(row * rank, (row + 1) * rank).some((value) => value !== 0) ? 1 : 0;
  }
  let liveColumns = 0;
  for (let column = 0; column < cols; column += 1) {
    for (let k = 0; k < rank; k += 1) {
      if (float32At(right, k * cols + column) !== 0) {
        liveColumns += 1;
        break;
      }
    }
  }
  return (liveRows * liveColumns) / Math.max(1, rows * cols);
}
