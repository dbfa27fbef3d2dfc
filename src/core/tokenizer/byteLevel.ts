/**
 * The byte table of byte-level BPE (Radford et al., GPT-2, 2019): every byte is spelled by a visible character.
 * Printable Latin-1 stands for itself; the other 68 bytes, in their order, are U+0100 and the following.
 */

const FIRST_SUBSTITUTE = 0x100;
const ASCII_END = 0x80;

function standsForItself(byte: number): boolean {
  return (
    (byte >= 0x21 && byte <= 0x7e) ||
    (byte >= 0xa1 && byte <= 0xac) ||
    (byte >= 0xae && byte <= 0xff)
  );
}

/** `[256]`: the character code of each byte. */
function buildCodes(): readonly number[] {
  let next = FIRST_SUBSTITUTE;
  return Array.from({ length: 256 }, (_, byte) => {
    if (standsForItself(byte)) {
      return byte;
    }
    next += 1;
    return next - 1;
  });
}

const CODES = buildCodes();
const NO_BYTE = -1;
const BYTES = new Int16Array(Math.max(...CODES) + 1).fill(NO_BYTE);
CODES.forEach((code, byte) => {
  BYTES[code] = byte;
});

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What some bytes are: their text, or null where they are no UTF-8. */
export function textOfBytes(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** The characters that spell these bytes. */
export function spellBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(CODES[byte] ?? byte)).join('');
}

/** The bytes that a piece spells; undefined where it holds a character that spells none. */
export function bytesOfSpelling(piece: string): Uint8Array | undefined {
  const bytes = new Uint8Array(piece.length);
  for (let index = 0; index < piece.length; index += 1) {
    const byte = BYTES[piece.charCodeAt(index)] ?? NO_BYTE;
    if (byte === NO_BYTE) {
      return undefined;
    }
    bytes[index] = byte;
  }
  return bytes;
}

/** The text of a piece that spells ASCII alone, without a detour by bytes: most of every vocabulary. */
export function asciiOfSpelling(piece: string): string | undefined {
  let substituted = false;
  for (let index = 0; index < piece.length; index += 1) {
    const code = piece.charCodeAt(index);
    const byte = BYTES[code] ?? NO_BYTE;
    if (byte === NO_BYTE || byte >= ASCII_END) {
      return undefined;
    }
    substituted ||= byte !== code;
  }
  return substituted
    ? piece.replace(/[^\x21-\x7e]/gu, (character) =>
        String.fromCharCode(BYTES[character.charCodeAt(0)] ?? 0),
      )
    : piece;
}
