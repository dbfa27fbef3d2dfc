/** Stored number formats that are read as float32; everything else is listed but not read. */
export const READABLE_DTYPES = ['F64', 'F32', 'F16', 'BF16'] as const;
export type ReadableDtype = (typeof READABLE_DTYPES)[number];

export function isReadableDtype(dtype: string): dtype is ReadableDtype {
  return (READABLE_DTYPES as readonly string[]).includes(dtype);
}

/** Bytes of one element of the formats that are read. */
export const READABLE_BYTES: Readonly<Record<ReadableDtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
};

/**
 * Bits of one element of every dtype that the safetensors format names (its `Dtype`, in its own spelling).
 * F4 and F6 elements are packed: only whole tensors end on a byte.
 */
const SAFETENSORS_BITS: ReadonlyMap<string, number> = new Map([
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['BOOL', 8],
  ['U8', 8],
  ['I8', 8],
  ['F8_E4M3', 8],
  ['F8_E5M2', 8],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
]);

/** Bits of one element; undefined for a dtype that the safetensors format does not name. */
export function dtypeBits(dtype: string): number | undefined {
  return SAFETENSORS_BITS.get(dtype);
}
