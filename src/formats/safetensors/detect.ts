/** The reference reader's limit for the header. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Length of the number that says how long the header is. */
export const LENGTH_BYTES = 8;

export const INDEX_ENDING = '.safetensors.index.json';

const OPEN_BRACE = 0x7b;

/** Bytes of the header as the file's first eight bytes claim them; not exact beyond 2^53. */
export function claimedHeaderBytes(head: Uint8Array): number {
  return Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}

/** A file whose header has a sensible length and begins as one; an index, by its name. */
export function detectSafetensors(head: Uint8Array, fileName: string): boolean {
  if (fileName.toLowerCase().endsWith(INDEX_ENDING)) {
    return true;
  }
  return (
    head.length > LENGTH_BYTES &&
    claimedHeaderBytes(head) <= MAX_HEADER_BYTES &&
    head[LENGTH_BYTES] === OPEN_BRACE
  );
}
