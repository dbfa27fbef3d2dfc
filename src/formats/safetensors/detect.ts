import { claimedHeaderBytes, LENGTH_BYTES, MAX_HEADER_BYTES } from '../../io/headerLength';

export const INDEX_ENDING = '.safetensors.index.json';

const OPEN_BRACE = 0x7b;

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
