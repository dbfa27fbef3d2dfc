import { readText, refuse } from '../fileText';
import { MAX_TOKENS, type PieceTable } from '../pieceTable';
import type { VocabularyForm } from './form';

/** Line ends may take two bytes each. */
const MAX_LINES = 2 * MAX_TOKENS;
const NO_IDS: ReadonlySet<number> = new Set();

/** Pieces by line: an empty last line is the end of the file, any other empty line a token without text. */
function read(bytes: Uint8Array): PieceTable {
  const text = readText(bytes, 'vocabTxt');
  if (
    bytes.reduce((count, byte) => (byte === 0x0a || byte === 0x0d ? count + 1 : count), 0) >
    MAX_LINES
  ) {
    refuse('vocabTxt', 'has more lines than any vocabulary; choose another file.');
  }
  const lines = text.split(/\r\n|\r|\n/u);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  if (lines.length === 0) {
    refuse('vocabTxt', 'is empty; choose another file.');
  }
  return {
    kind: 'wordpiece',
    spelling: { wordPiece: true },
    pieces: new Map(lines.entries()),
    controls: NO_IDS,
    added: [],
  };
}

/** `vocab.txt` of WordPiece: one piece a line, its id the number of the line from 0. */
export const vocabTxt: VocabularyForm = { role: 'vocabTxt', read };
