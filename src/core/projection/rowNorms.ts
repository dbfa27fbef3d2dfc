import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { ColumnStretch } from './columnProducts';
import type { RowFold } from './fold';

/** A centred row whose squares are this share of the uncentred ones is rounding noise: it is zero. */
const NOISE_SHARE = 1e-13;

/** L2 norms of folded rows, added up from parts of them as they come from a file. */
export class RowNorms {
  private readonly squares: Float64Array;
  private readonly sums: Float64Array;

  constructor(
    rows: number,
    private readonly cols: number,
    private readonly fold: RowFold | null,
  ) {
    this.squares = new Float64Array(rows);
    this.sums = new Float64Array(rows);
  }

  /** Takes whole rows: `count` of `band` `[t, d]` from `start`; the first is row `into`. */
  addRows(into: number, band: Matrix, start: number, count: number): void {
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < band.cols; j += 1) {
        this.add(into + i, j, float32At(band.data, (start + i) * band.cols + j));
      }
    }
  }

  /** Takes entries `first` to `first + band.rows` of the rows that are columns of `band`. */
  addColumns(first: number, band: Matrix, { column, count, into }: ColumnStretch): void {
    for (let j = 0; j < band.rows; j += 1) {
      for (let i = 0; i < count; i += 1) {
        this.add(into + i, first + j, float32At(band.data, j * band.cols + column + i));
      }
    }
  }

  /** `[rows]`; NaN where a row is not finite. */
  finish(): Float64Array {
    return this.squares.map((square, row) => {
      if (!Number.isFinite(square)) {
        return NaN;
      }
      const sum = float64At(this.sums, row);
      const rest = this.fold?.centre === true ? square - (sum * sum) / this.cols : square;
      return Math.sqrt(rest > square * NOISE_SHARE ? rest : 0);
    });
  }

  private add(row: number, entry: number, value: number): void {
    const gain = this.fold?.gain;
    const folded = gain === undefined ? value : value * float32At(gain, entry);
    this.squares[row] = float64At(this.squares, row) + folded * folded;
    this.sums[row] = float64At(this.sums, row) + folded;
  }
}
