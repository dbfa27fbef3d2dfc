import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfSpelling, spellBytes, textOfBytes } from '../../../src/core/tokenizer/byteLevel';
import { readPiece } from '../../../src/core/tokenizer/spelling';

/** Code points that text may hold: surrogates have no UTF-8. */
const scalars = fc.nat(0x10ffff).filter((point) => point < 0xd800 || point > 0xdfff);

describe('the byte table', () => {
  it('spells each byte by one character, the known ones among them', () => {
    const all = spellBytes(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    expect(new Set(all).size).toBe(256);
    expect(spellBytes(Uint8Array.of(0x20, 0x0a, 0x09, 0x00, 0x7f, 0xad, 0x41, 0xff))).toBe(
      'ĠĊĉĀġŃAÿ',
    );
  });

  it('gives every byte sequence back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const piece = spellBytes(bytes);
        expect(bytesOfSpelling(piece)).toEqual(bytes);
        const read = readPiece(piece, { byteLevel: true });
        expect(read.text).toBe(textOfBytes(bytes));
        expect(read.bytes ?? new TextEncoder().encode(read.text ?? '')).toEqual(bytes);
      }),
    );
  });

  it('gives every text back, byte order marks included', () => {
    fc.assert(
      fc.property(fc.array(scalars), (points) => {
        const text = String.fromCodePoint(...points);
        const piece = spellBytes(new TextEncoder().encode(text));
        expect(readPiece(piece, { byteLevel: true }).text).toBe(text);
      }),
    );
  });
});
