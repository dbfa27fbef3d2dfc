/** How long the header of a safetensors file is: its first eight bytes say so. */

/** Length of the number that says it. */
export const LENGTH_BYTES = 8;

/** The reference reader's limit; longer ones are no headers. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Bytes of the header as the first eight bytes of a file claim them; not exact beyond 2^53. */
export function claimedHeaderBytes(head: Uint8Array): number {
  return Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}
