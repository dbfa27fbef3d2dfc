import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import { float64At } from '../tensor/elements';
import type { Matrix64 } from '../tensor/matrix';

/** A variance below this share of the whole is the rounding of float64 sums: there is no such direction. */
const NO_VARIANCE = 1e-12;

/** Rows laid out in the plane in which they differ most. */
export interface TokenPlane {
  /** `[k]`: coordinates along the first and the second principal direction, in the rows' own units. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Shares of the rows' variance that lie along the two; 0 where the rows do not differ. */
  readonly explained: readonly [x: number, y: number];
}

/**
 * Principal components of a few rows `[k, d]`: with X the rows less their mean and X X^T = U L U^T, the coordinates
 * along component i are sqrt(L_i) u_i, by the k x k Gram matrix in float64. The sign of a component is free: here the
 * coordinate of largest size is positive, the first of equal ones.
 */
export function tokenPlane({ rows, cols, data }: Matrix64): TokenPlane {
  const gram = centredGram(data, rows, cols);
  const total = gram.trace();
  if (!(total > 0)) {
    return { x: new Float64Array(rows), y: new Float64Array(rows), explained: [0, 0] };
  }
  // Eigenvalues come in ascending order.
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, {
    assumeSymmetric: true,
  });
  const component = (place: number): { share: number; along: Float64Array } => {
    const column = rows - 1 - place;
    const variance = column < 0 ? 0 : (realEigenvalues[column] ?? 0);
    if (!(variance > NO_VARIANCE * total)) {
      return { share: 0, along: new Float64Array(rows) };
    }
    const vector = Float64Array.from({ length: rows }, (_, row) =>
      eigenvectorMatrix.get(row, column),
    );
    const scale = Math.sqrt(variance) * signOf(vector);
    return { share: variance / total, along: vector.map((value) => value * scale) };
  };
  const [first, second] = [component(0), component(1)];
  return { x: first.along, y: second.along, explained: [first.share, second.share] };
}

/** `[k, k]`: products of the rows less their mean. */
function centredGram(data: Float64Array, rows: number, cols: number): DenseMatrix {
  const centred = data.slice(0, rows * cols);
  for (let j = 0; j < cols; j += 1) {
    let sum = 0;
    for (let i = 0; i < rows; i += 1) {
      sum += float64At(centred, i * cols + j);
    }
    for (let i = 0; i < rows; i += 1) {
      centred[i * cols + j] = float64At(centred, i * cols + j) - sum / rows;
    }
  }
  const gram = DenseMatrix.zeros(rows, rows);
  for (let a = 0; a < rows; a += 1) {
    for (let b = a; b < rows; b += 1) {
      let sum = 0;
      for (let j = 0; j < cols; j += 1) {
        sum += float64At(centred, a * cols + j) * float64At(centred, b * cols + j);
      }
      gram.set(a, b, sum);
      gram.set(b, a, sum);
    }
  }
  return gram;
}

/** 1 or -1: what makes the largest coordinate positive. */
function signOf(vector: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const value = float64At(vector, i);
    // Sizes that differ by rounding alone count as equal: the first decides.
    if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) {
      largest = value;
    }
  }
  return largest < 0 ? -1 : 1;
}
