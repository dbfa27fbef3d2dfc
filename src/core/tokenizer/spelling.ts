import { asciiOfSpelling, bytesOfSpelling, textOfBytes } from './byteLevel';
import { CONTINUATION } from './display';

/** SentencePiece's mark of a space, U+2581. */
export const SPACE_MARK = '▁';
/** Mark of the end of a word in plain BPE. */
export const WORD_END = '</w>';

const SPACE = 0x20;
const NO_BYTES = new Uint8Array();
const BYTE_PIECE = /^<0x([0-9A-F]{2})>$/u;
const BYTE_PIECE_LENGTH = 6;

/** How the pieces of a file spell their texts. */
export interface Spelling {
  /** Characters stand for bytes. */
  readonly byteLevel?: true;
  /** `▁` is a space and `<0xNN>` that byte. */
  readonly sentencePiece?: true;
  /** This ending is a trailing space. */
  readonly wordEnd?: string;
  /** Pieces that continue a word begin with `##`. */
  readonly wordPiece?: true;
}

/** What a piece says: its text, or bytes that are no UTF-8. */
export interface SpelledPiece {
  readonly text: string | null;
  /** Set where `text` is null. */
  readonly bytes?: Uint8Array;
  readonly byteToken?: true;
  readonly continuation?: true;
}

function readBytePiece(piece: string): SpelledPiece | undefined {
  const digits = piece.length === BYTE_PIECE_LENGTH ? BYTE_PIECE.exec(piece)?.[1] : undefined;
  if (digits === undefined) {
    return undefined;
  }
  const bytes = Uint8Array.of(Number.parseInt(digits, 16));
  return { text: textOfBytes(bytes), bytes, byteToken: true };
}

function readByteLevel(piece: string): SpelledPiece {
  const ascii = asciiOfSpelling(piece);
  if (ascii !== undefined) {
    return { text: ascii };
  }
  const bytes = bytesOfSpelling(piece);
  // A piece with any character outside the table stands for itself, as in the field's own decoder.
  return bytes === undefined ? { text: piece } : { text: textOfBytes(bytes), bytes };
}

function readBody(piece: string, { byteLevel, sentencePiece, wordPiece }: Spelling): SpelledPiece {
  if (byteLevel === true) {
    return readByteLevel(piece);
  }
  if (sentencePiece === true) {
    return readBytePiece(piece) ?? { text: piece.replaceAll(SPACE_MARK, ' ') };
  }
  const continues =
    wordPiece === true && piece.length > CONTINUATION.length && piece.startsWith(CONTINUATION);
  return continues ? { text: piece, continuation: true } : { text: piece };
}

/** The exact text of a piece as its file spells it (design section 6). */
export function readPiece(piece: string, spelling: Spelling): SpelledPiece {
  const { wordEnd } = spelling;
  if (wordEnd === undefined || !piece.endsWith(wordEnd)) {
    return readBody(piece, spelling);
  }
  const { text, bytes = NO_BYTES } = readBody(piece.slice(0, -wordEnd.length), spelling);
  return text === null ? { text, bytes: Uint8Array.of(...bytes, SPACE) } : { text: `${text} ` };
}

/** Share of pieces with a mark above which it is one: below, it is part of some piece's text. */
const MARK_SHARE = 1 / 16;

/** How pieces are spelled, told from the pieces alone, for files that do not say it. */
export function recogniseSpelling(pieces: ReadonlyMap<number, string>): Spelling {
  let byteLevel = 0;
  let marked = 0;
  let ended = 0;
  for (const piece of pieces.values()) {
    byteLevel += piece.startsWith('Ġ') || piece === 'Ċ' ? 1 : 0;
    marked += piece.startsWith(SPACE_MARK) ? 1 : 0;
    ended += piece.endsWith(WORD_END) ? 1 : 0;
  }
  return {
    ...(byteLevel > marked ? { byteLevel: true } : {}),
    ...(marked > pieces.size * MARK_SHARE && marked >= byteLevel ? { sentencePiece: true } : {}),
    ...(ended > pieces.size * MARK_SHARE ? { wordEnd: WORD_END } : {}),
  };
}
