import { keyOf, type PairKey } from '../../src/core/projection/pairs/pairKey';
import type { PairSide } from '../../src/core/projection/pairs/side';
import type { PairExclusion } from '../../src/core/projection/pairs/visitTiles';
import { rowsOfMatrix } from './naiveReadings';
import type { Matrix } from '../../src/core/tensor/matrix';

/** Every pair scored one after the other, in float64: what each search must find. */

interface NaivePair {
  readonly row: number;
  readonly column: number;
  readonly score: number;
}

/** Factors of all tokens as the design writes them, `directions . t - offsets`, over the token's norm where cosine. */
function naiveFactors(
  { directions, cosine }: Pick<PairSide, 'directions' | 'cosine'>,
  matrix: Matrix,
): { factors: number[][]; scales: number[] } {
  const rows = rowsOfMatrix(matrix);
  const factors = rows.map((row) =>
    directions.map(({ vector, offset }) => {
      let sum = 0;
      row.forEach((value, j) => {
        sum += (vector[j] ?? NaN) * value;
      });
      return sum - offset;
    }),
  );
  const scales = rows.map((row) => {
    let square = 0;
    for (const value of row) {
      square += value * value;
    }
    return !cosine ? 1 : square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  return { factors, scales };
}

interface NaiveSide {
  readonly side: PairSide;
  readonly matrix: Matrix;
  readonly ids: Int32Array;
}

export class NaivePairs {
  /** `[rows, columns]`, NaN where a pair is left out. */
  private readonly scores: Float64Array;

  constructor(
    private readonly rows: NaiveSide,
    private readonly columns: NaiveSide,
    exclusion: PairExclusion | undefined,
  ) {
    const a = naiveFactors(rows.side, rows.matrix);
    const b = naiveFactors(columns.side, columns.matrix);
    const width = columns.ids.length;
    this.scores = new Float64Array(rows.ids.length * width).fill(NaN);
    rows.ids.forEach((row, i) => {
      const factor = a.factors[row] ?? [];
      columns.ids.forEach((column, j) => {
        if (exclusion && exclusion.rowClasses[row] === exclusion.columnClasses[column]) {
          return;
        }
        const other = b.factors[column] ?? [];
        let sum = 0;
        for (let p = 0; p < factor.length; p += 1) {
          sum += (factor[p] ?? NaN) * (other[p] ?? NaN);
        }
        this.scores[i * width + j] = sum * (a.scales[row] ?? NaN) * (b.scales[column] ?? NaN);
      });
    });
  }

  /** The k first by (key falling, row, column). */
  best(k: number, order: PairKey): NaivePair[] {
    const keys = this.keys(order).sort();
    const least = keys[Math.max(0, keys.length - k)] ?? -Infinity;
    const width = this.columns.ids.length;
    const found: NaivePair[] = [];
    this.scores.forEach((score, at) => {
      if (keyOf(score, order) >= least) {
        const row = this.rows.ids[Math.floor(at / width)] ?? NaN;
        found.push({ row, column: this.columns.ids[at % width] ?? NaN, score });
      }
    });
    // Pairs come by row and column already.
    return found.sort((x, y) => keyOf(y.score, order) - keyOf(x.score, order)).slice(0, k);
  }

  /** How many pairs have a key over that of a threshold. */
  countOver(threshold: number, order: PairKey): number {
    const limit = keyOf(threshold, order);
    return this.keys(order).filter((key) => key > limit).length;
  }

  private keys(order: PairKey): Float64Array {
    return this.scores.filter((score) => !Number.isNaN(score)).map((score) => keyOf(score, order));
  }
}
