import type { Matrix } from '../../core/tensor/matrix';

/** Numbers on their way into or out of a graph. */
export interface TensorData {
  readonly data: Float32Array | BigInt64Array;
  readonly shape: readonly number[];
}

export type NamedTensors = Readonly<Record<string, TensorData>>;

export function matrixTensor({ rows, cols, data }: Matrix): TensorData {
  return { data, shape: [rows, cols] };
}

export function integers(...values: number[]): TensorData {
  return { data: BigInt64Array.from(values, BigInt), shape: [values.length] };
}
