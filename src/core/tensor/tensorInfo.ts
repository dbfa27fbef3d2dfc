/**
 * What is known of a tensor without reading it. Whatever the format, `shape` is in row-major order, outermost
 * axis first, as PyTorch prints it.
 */
export interface TensorInfo {
  readonly name: string;
  /** As the file names it, e.g. `F32`, `BF16`, `I64`, `F8_E4M3`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of its span in the file. */
  readonly byteLength: number;
}

/** Elements of a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
