import type { RowSelection } from '../../core/projection/backend';
import type { Matrix } from '../../core/tensor/matrix';

/** Numbers on their way into or out of a graph. */
export interface TensorData {
  readonly data: Float32Array | Int32Array | BigInt64Array;
  readonly shape: readonly number[];
}

export type NamedTensors = Readonly<Record<string, TensorData>>;

export function matrixTensor({ rows, cols, data }: Matrix): TensorData {
  return { data, shape: [rows, cols] };
}

/** Two matrices of which some rows are multiplied, as the inputs `a`, `aRows`, `b`, `bRows`. */
export function selections(a: RowSelection, b: RowSelection): NamedTensors {
  return {
    a: matrixTensor(a.matrix),
    aRows: { data: a.rows, shape: [a.rows.length] },
    b: matrixTensor(b.matrix),
    bRows: { data: b.rows, shape: [b.rows.length] },
  };
}

export function integers(...values: number[]): TensorData {
  return { data: BigInt64Array.from(values, BigInt), shape: [values.length] };
}
