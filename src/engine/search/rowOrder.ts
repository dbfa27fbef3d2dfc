import { kthLargest } from '../../core/projection/candidates';
import { float32At, float64At, uint32At } from '../../core/tensor/elements';

/**
 * Rows with finite scores, best key first, equal ones and those without a key (NaN) in component order; sorted only as far as
 * they were asked for.
 */
export class RowOrder {
  private readonly rows: Uint32Array;
  private first: Uint32Array = new Uint32Array(0);

  /** @param keys `[rows]`, larger is better, smaller where `reversed` */
  constructor(
    private readonly keys: Float64Array,
    scores: Float64Array,
    private readonly reversed: boolean,
  ) {
    const finite = new Uint32Array(scores.length);
    let count = 0;
    for (let row = 0; row < scores.length; row += 1) {
      if (Number.isFinite(float64At(scores, row))) {
        finite[count] = row;
        count += 1;
      }
    }
    this.rows = finite.subarray(0, count);
  }

  /** How many rows there are. */
  get total(): number {
    return this.rows.length;
  }

  /** Row numbers of the places `start` to `start + count`. */
  page(start: number, count: number): Uint32Array {
    const end = Math.min(this.total, start + count);
    if (this.first.length < end) {
      // Twice as many as before, so that page after page costs no more than one sort of all.
      this.first = this.best(Math.min(this.total, Math.max(end, 2 * this.first.length)));
    }
    return this.first.subarray(start, end);
  }

  private best(count: number): Uint32Array {
    const { rows } = this;
    const keys = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i += 1) {
      keys[i] = this.keyOf(uint32At(rows, i));
    }
    // Rounding to float32 changes no order: the best are among those that reach the rounded key of the last.
    const last = kthLargest(keys.slice(), count);
    return rows
      .filter((_, i) => float32At(keys, i) >= last)
      .sort((a, b) => this.keyOf(b) - this.keyOf(a) || a - b)
      .subarray(0, count);
  }

  private keyOf(row: number): number {
    const key = float64At(this.keys, row);
    return Number.isNaN(key) ? -Infinity : this.reversed ? -key : key;
  }
}
