/**
 * Elements of arrays whose indices the loop bounds, one function per kind of array. In hot loops they are as fast
 * as bare indexing, because each only ever meets one kind; the general `at` is ten times slower once it has met
 * several, as V8 then looks up the kind at every access.
 */

export function float32At(array: Float32Array, index: number): number {
  return array[index] as number;
}

export function float64At(array: Float64Array, index: number): number {
  return array[index] as number;
}

export function int32At(array: Int32Array, index: number): number {
  return array[index] as number;
}

export function uint16At(array: Uint16Array, index: number): number {
  return array[index] as number;
}

export function uint32At(array: Uint32Array, index: number): number {
  return array[index] as number;
}
