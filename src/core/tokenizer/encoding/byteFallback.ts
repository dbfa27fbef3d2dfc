import type { JsonRecord } from '../fileText';

const BYTES = 256;

function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** The ids of the bytes of a piece that no token covers; undefined for the unknown token's own text, or where a byte has no token. */
export type ByteFallback = (piece: string) => readonly number[] | undefined;

/**
 * How a Unigram model with `byte_fallback` cuts what it does not know: the library gives the unknown token for it.
 * Undefined for every other model.
 */
export function unigramByteFallback(model: JsonRecord): ByteFallback | undefined {
  const { vocab, unk_id } = model;
  if (model['type'] !== 'Unigram' || model['byte_fallback'] !== true || !Array.isArray(vocab)) {
    return undefined;
  }
  const pieces = vocab.map((entry: unknown) => (Array.isArray(entry) ? String(entry[0]) : ''));
  const wanted = new Map(Array.from({ length: BYTES }, (_, byte) => [bytePiece(byte), byte]));
  const ids = new Map<number | undefined, number>();
  pieces.forEach((piece, id) => ids.set(wanted.get(piece), id));
  const unknown = typeof unk_id === 'number' ? pieces[unk_id] : undefined;
  return (piece) => {
    if (piece === unknown) {
      return undefined;
    }
    const found = Array.from(new TextEncoder().encode(piece), (byte) => ids.get(byte));
    return found.every((id) => id !== undefined) ? found : undefined;
  };
}
