import { bareText } from './bare';
import { CONTINUATION } from './display';
import type { Vocabulary } from './vocabulary';

/** Longest piece that is looked for, in UTF-16 units: tokens are shorter, but for a few runs of spaces. */
const MAX_PIECE_LENGTH = 64;
/** Longer texts are cut before they are compared or split. */
const MAX_TEXT_LENGTH = 256;
/** Texts further apart than this share of their length are no spelling of each other. */
const MAX_DISTANCE_SHARE = 0.5;

/** A part of a text and the token that spells it; `id` undefined where none does. */
export interface TextPiece {
  readonly text: string;
  readonly id: number | undefined;
}

/**
 * A text cut into tokens, the longest that fits first: tokens that together spell it, though a tokenizer may cut
 * elsewhere. Pieces of WordPiece behind the first are those that continue a word. What no token spells stands as it is.
 */
export function piecesOf(text: string, vocabulary: Vocabulary): TextPiece[] {
  const pieces: TextPiece[] = [];
  const whole = text.slice(0, MAX_TEXT_LENGTH);
  for (let start = 0; start < whole.length;) {
    const piece = longestPiece(whole, start, vocabulary);
    pieces.push(piece);
    start += piece.text.length;
  }
  return pieces;
}

function longestPiece(text: string, start: number, vocabulary: Vocabulary): TextPiece {
  const longest = Math.min(MAX_PIECE_LENGTH, text.length - start);
  for (let length = longest; length > 0; length -= 1) {
    const part = text.slice(start, start + length);
    const spelled = start > 0 && vocabulary.kind === 'wordpiece' ? `${CONTINUATION}${part}` : part;
    const [id] = vocabulary.idsOf(spelled);
    if (id !== undefined) {
      return { text: part, id };
    }
  }
  const [character = ''] = text.slice(start);
  return { text: character, id: undefined };
}

interface Suggestion {
  readonly id: number;
  readonly distance: number;
  readonly sameCase: boolean;
}

/**
 * Tokens spelled most like a text, nearest first: by the edits between their bare, lower-cased texts (Levenshtein),
 * then those of the same case, then lower ids. Special tokens and bytes are no spellings.
 */
export function nearestTokens(text: string, vocabulary: Vocabulary, count: number): number[] {
  const bare = text.slice(0, MAX_TEXT_LENGTH).replace(/^ /u, '');
  const wanted = bare.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length * MAX_DISTANCE_SHARE));
  const found: Suggestion[] = [];
  for (let id = 0; id < vocabulary.idLimit; id += 1) {
    const token = vocabulary.token(id);
    const own = token === undefined || token.special || token.byteToken ? null : bareText(token);
    if (own === null || own === '' || Math.abs(own.length - wanted.length) > most) {
      continue;
    }
    const distance = editDistance(wanted, own.toLowerCase(), most);
    if (distance <= most) {
      found.push({ id, distance, sameCase: own === bare });
    }
  }
  found.sort(
    (a, b) => a.distance - b.distance || Number(b.sameCase) - Number(a.sameCase) || a.id - b.id,
  );
  return found.slice(0, count).map(({ id }) => id);
}

/** Insertions, deletions and replacements between two texts; more than `most` may be answered as any number above it. */
function editDistance(a: string, b: string, most: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const next = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(next);
      least = Math.min(least, next);
    }
    if (least > most) {
      return least;
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
