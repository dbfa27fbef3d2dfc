/** Stored number formats that are read as float32; everything else is listed but not read. */
export const READABLE_DTYPES = ['F64', 'F32', 'F16', 'BF16'] as const;
export type ReadableDtype = (typeof READABLE_DTYPES)[number];

export function isReadableDtype(dtype: string): dtype is ReadableDtype {
  return (READABLE_DTYPES as readonly string[]).includes(dtype);
}
