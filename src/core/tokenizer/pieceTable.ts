import type { Problems } from './problems';
import type { Spelling } from './spelling';
import type { VocabularyKind } from './vocabulary';

/** A higher id is no token's: the largest vocabularies in use have a million. */
export const MAX_TOKEN_ID = 2 ** 24 - 1;

/** A token that was added to a vocabulary, wherever a file says so. Its text is its content as it stands. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** More tokens than this are no vocabulary. */
export const MAX_TOKENS = 2 ** 22;

/** What one file says of a vocabulary, before tokens of other files are laid over it. */
export interface PieceTable {
  readonly kind: VocabularyKind;
  readonly spelling: Spelling;
  /** Pieces as the file spells them, by id. */
  readonly pieces: Map<number, string>;
  /** Ids whose piece is no spelling but the text itself: control and unknown pieces. All are special. */
  readonly controls: ReadonlySet<number>;
  readonly added: readonly AddedToken[];
  /** Tokens that the tokenizer's class adds; each gives way where its text or its id is already taken. */
  readonly implied?: readonly AddedToken[];
}

/** Whether a value is an id that a vocabulary may use. */
export function isTokenId(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKEN_ID
  );
}

/** Puts a piece at its id, unless the id is none or taken; both are noted. */
export function placePiece(
  pieces: Map<number, string>,
  piece: string,
  id: unknown,
  problems: Problems,
): void {
  if (!isTokenId(id)) {
    problems.note('badId', piece, id);
  } else if (pieces.has(id)) {
    problems.note('doubleId', piece, id);
  } else {
    pieces.set(id, piece);
  }
}
