import type {
  Magnitudes,
  MatmulBackend,
  RowSelection,
  ScoreReduction,
  ScoreRequest,
} from '../../src/core/projection/backend';
import { keyOf, type PairKey } from '../../src/core/projection/pairs/pairKey';
import { float32At, float64At } from '../../src/core/tensor/elements';
import { rowsOf, type Matrix, type Matrix64 } from '../../src/core/tensor/matrix';

const POWERS = 4;

/** The multiplications in plain TypeScript, summed in float64: slow, obvious, the measure of every other backend. */
export function createPlainBackend(): MatmulBackend {
  return new PlainBackend();
}

class PlainBackend implements MatmulBackend {
  multiplyTransposed(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix> {
    const data = into ?? new Float32Array(a.rows * b.rows);
    data.set(products(a, b));
    return Promise.resolve({ rows: a.rows, cols: b.rows, data });
  }

  async gram(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix> {
    const sums = (await this.gramDouble(a, b)).data;
    const data = into ?? new Float32Array(sums.length);
    data.set(sums);
    return { rows: a.cols, cols: b.cols, data };
  }

  gramDouble(a: Matrix, b: Matrix): Promise<Matrix64> {
    const sums = new Float64Array(a.cols * b.cols);
    for (let i = 0; i < a.rows; i += 1) {
      for (let p = 0; p < a.cols; p += 1) {
        const value = float32At(a.data, i * a.cols + p);
        for (let q = 0; q < b.cols; q += 1) {
          const at = p * b.cols + q;
          sums[at] = float64At(sums, at) + value * float32At(b.data, i * b.cols + q);
        }
      }
    }
    return Promise.resolve({ rows: a.cols, cols: b.cols, data: sums });
  }

  rowSquares(tile: Matrix, by?: Matrix): Promise<Float32Array> {
    const cols = by?.rows ?? tile.cols;
    const data = Float64Array.from(by === undefined ? tile.data : products(tile, by));
    const { rows } = tile;
    return Promise.resolve(
      Float32Array.from({ length: rows }, (_, i) =>
        data.subarray(i * cols, (i + 1) * cols).reduce((sum, value) => sum + value * value, 0),
      ),
    );
  }

  absoluteColumnSums(x: Matrix, tile: Matrix): Promise<Float32Array> {
    const scores = products(tile, x);
    return Promise.resolve(
      Float32Array.from({ length: tile.rows }, (_, i) =>
        scores
          .subarray(i * x.rows, (i + 1) * x.rows)
          .reduce((sum, score) => sum + Math.abs(score), 0),
      ),
    );
  }

  multiplySelected(a: RowSelection, b: RowSelection): Promise<Matrix> {
    return this.multiplyTransposed(selected(a), selected(b));
  }

  rowMaxima(a: RowSelection, b: RowSelection, key: PairKey): Promise<Float32Array> {
    const scores = products(selected(a), selected(b));
    const width = b.rows.length;
    return Promise.resolve(
      Float32Array.from(a.rows, (_, i) =>
        scores
          .subarray(i * width, (i + 1) * width)
          .reduce((best, score) => Math.max(best, keyOf(score, key)), -Infinity),
      ),
    );
  }

  magnitudes(a: Matrix, b: Matrix): Promise<Magnitudes> {
    const rowMaxima = new Float32Array(a.rows);
    const columnMaxima = new Float32Array(b.rows);
    const rowSums = new Float64Array(a.rows);
    products(a, b).forEach((product, at) => {
      const [row, column] = [Math.floor(at / b.rows), at % b.rows];
      rowMaxima[row] = Math.max(float32At(rowMaxima, row), Math.abs(product));
      columnMaxima[column] = Math.max(float32At(columnMaxima, column), Math.abs(product));
      rowSums[row] = float64At(rowSums, row) + Math.abs(product);
    });
    return Promise.resolve({ rowMaxima, columnMaxima, rowSums: Float32Array.from(rowSums) });
  }

  reduceScores({
    x,
    tile,
    ranking,
    shift,
    moments,
    common,
  }: ScoreRequest): Promise<ScoreReduction> {
    const plain = products(x, tile);
    const inCommon =
      common === undefined ? new Float64Array(plain.length) : products(common.a, common.p);
    const shiftOf = (at: number): number =>
      shift === undefined ? 0 : float32At(shift, Math.floor(at / tile.rows));
    const shifted = plain.map((score, at) => score - shiftOf(at));
    const centred = shifted.map((score, at) => score - float64At(inCommon, at));
    if (ranking !== undefined) {
      offer(ranking.rankCentred ? centred : plain, tile.rows, ranking);
    }
    if (moments === undefined) {
      return Promise.resolve({});
    }
    const { counted } = moments;
    return Promise.resolve({
      powerSums: powerSums(shifted, counted),
      centredPowerSums: powerSums(centred, counted),
    });
  }
}

/** `A B^T` `[n, m]` in float64. */
function selected({ matrix, rows }: RowSelection): Matrix {
  const data = new Float32Array(rows.length * matrix.cols);
  rows.forEach((row, i) => {
    data.set(rowsOf(matrix, row, 1).data, i * matrix.cols);
  });
  return { rows: rows.length, cols: matrix.cols, data };
}

function products(a: Matrix, b: Matrix): Float64Array {
  const made = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i += 1) {
    for (let j = 0; j < b.rows; j += 1) {
      let sum = 0;
      for (let c = 0; c < a.cols; c += 1) {
        sum += float32At(a.data, i * a.cols + c) * float32At(b.data, j * b.cols + c);
      }
      made[i * b.rows + j] = sum;
    }
  }
  return made;
}

function offer(
  scores: Float64Array,
  tokens: number,
  { lists, firstId, allowed, scale }: NonNullable<ScoreRequest['ranking']>,
): void {
  scores.forEach((score, at) => {
    const row = Math.floor(at / tokens);
    const token = at % tokens;
    if (allowed !== undefined && float32At(allowed, token) === 0) {
      return;
    }
    const ranked = Math.fround(score * (scale === undefined ? 1 : float32At(scale, token)));
    if (ranked >= float64At(lists.topLimits, row)) {
      lists.offerTop(row, firstId + token, ranked);
    }
    if (-ranked >= float64At(lists.bottomLimits, row)) {
      lists.offerBottom(row, firstId + token, ranked);
    }
  });
}

function powerSums(scores: Float64Array, counted: Float32Array): Float64Array {
  const tokens = counted.length;
  const sums = new Float64Array((scores.length / tokens) * POWERS);
  for (let at = 0; at < scores.length; at += 1) {
    const first = Math.floor(at / tokens) * POWERS;
    let term = float32At(counted, at % tokens);
    for (let power = 0; power < POWERS; power += 1) {
      term *= float64At(scores, at);
      sums[first + power] = float64At(sums, first + power) + term;
    }
  }
  return sums;
}
