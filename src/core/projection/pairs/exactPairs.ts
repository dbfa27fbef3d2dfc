import { float64At, int32At } from '../../tensor/elements';
import { rowsOf } from '../../tensor/matrix';
import { dotsWithRows } from '../dots';
import { inverseNorm } from './factor';
import type { PairSide } from './side';

/** Exact scores of some pairs: what decides an order, and what is shown. */
export interface ExactScores {
  /** What is ranked. */
  readonly scores: Float64Array;
  /** The plain bilinear forms: the same numbers unless cosines are ranked. */
  readonly dots: Float64Array;
}

/** Tokens of a side whose exact factors are kept. */
const MAX_KEPT_TOKENS = 8192;

/** Scores of pairs in float64, from the weights as they are stored. */
export class ExactPairs {
  private readonly rowSide: ExactSide;
  private readonly columnSide: ExactSide;

  constructor(rowSide: PairSide, columnSide: PairSide) {
    this.rowSide = new ExactSide(rowSide);
    this.columnSide = new ExactSide(columnSide);
  }

  /** Scores of the pairs of tokens `(rows[i], columns[i])`. */
  async score(rows: Int32Array, columns: Int32Array): Promise<ExactScores> {
    const scores = new Float64Array(rows.length);
    const dots = new Float64Array(rows.length);
    for (let start = 0; start < rows.length; start += MAX_KEPT_TOKENS) {
      const end = Math.min(rows.length, start + MAX_KEPT_TOKENS);
      await this.rowSide.load(rows.subarray(start, end));
      await this.columnSide.load(columns.subarray(start, end));
      for (let i = start; i < end; i += 1) {
        const row = this.rowSide.placeOf(int32At(rows, i));
        const column = this.columnSide.placeOf(int32At(columns, i));
        const dot = this.rowSide.dot(row, this.columnSide, column);
        dots[i] = dot;
        scores[i] = dot * this.rowSide.scaleOf(row) * this.columnSide.scaleOf(column);
      }
    }
    return { scores, dots };
  }
}

/** Exact factors of one side's tokens, computed as they are asked for. */
class ExactSide {
  private places = new Map<number, number>();
  private factors = new Float64Array(0);
  private scales = new Float64Array(0);
  private readonly width: number;

  constructor(private readonly side: PairSide) {
    this.width = side.directions.length;
  }

  /** Makes the factors of at most `MAX_KEPT_TOKENS` tokens known. */
  async load(ids: Int32Array): Promise<void> {
    const wanted = [...new Set(ids)];
    let missing = wanted.filter((id) => !this.places.has(id));
    if (this.places.size + missing.length > MAX_KEPT_TOKENS) {
      this.places.clear();
      missing = wanted;
    }
    if (missing.length > 0) {
      await this.compute(missing);
    }
  }

  placeOf(id: number): number {
    return this.places.get(id) ?? 0;
  }

  scaleOf(place: number): number {
    return float64At(this.scales, place);
  }

  /** The product of two factors, summed in the order of the head's dimensions: equal rows get equal sums. */
  dot(place: number, other: ExactSide, otherPlace: number): number {
    const { width, factors } = this;
    const a = place * width;
    const b = otherPlace * width;
    let sum = 0;
    for (let p = 0; p < width; p += 1) {
      sum += float64At(factors, a + p) * float64At(other.factors, b + p);
    }
    return sum;
  }

  private async compute(ids: number[]): Promise<void> {
    const { matrix, directions, cosine, fold } = this.side;
    const rows = await matrix.rowsById(ids);
    const every = Int32Array.from(ids.keys());
    const products = new Float64Array(ids.length);
    const first = this.places.size;
    this.reserve(first + ids.length);
    directions.forEach(({ vector, offset }, p) => {
      dotsWithRows(vector, rows, every, products);
      products.forEach((product, i) => {
        this.factors[(first + i) * this.width + p] = product - offset;
      });
    });
    ids.forEach((id, i) => {
      this.places.set(id, first + i);
      this.scales[first + i] = cosine ? inverseNorm(rowsOf(rows, i, 1).data, fold) : 1;
    });
  }

  /** Makes room for the factors of so many tokens. */
  private reserve(tokens: number): void {
    if (tokens > this.scales.length) {
      const { factors, scales } = this;
      const length = Math.min(MAX_KEPT_TOKENS, Math.max(tokens, 2 * scales.length));
      this.scales = new Float64Array(length);
      this.scales.set(scales);
      this.factors = new Float64Array(length * this.width);
      this.factors.set(factors);
    }
  }
}
