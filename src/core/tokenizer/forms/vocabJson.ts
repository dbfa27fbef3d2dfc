import { readJsonObject, refuse, type JsonRecord } from '../fileText';
import type { VocabularyRole } from '../files';
import { placePiece, type PieceTable } from '../pieceTable';
import { recogniseSpelling, type Spelling } from '../spelling';
import type { VocabularyKind } from '../vocabulary';
import type { FormContext, VocabularyForm } from './form';

export const NO_TOKENS = 'holds no tokens with ids; choose another file.';

const NO_IDS: ReadonlySet<number> = new Set();

/** The kind of a BPE vocabulary, by how its pieces are spelled. */
export function kindOfBpe(spelling: Spelling): VocabularyKind {
  if (spelling.byteLevel === true) {
    return 'byte-level-bpe';
  }
  return spelling.sentencePiece === true ? 'sentencepiece-bpe' : 'bpe';
}

/** Pieces of a `{ piece: id }` object. */
export function readPieceIds(
  object: JsonRecord,
  problems: FormContext['problems'],
): Map<number, string> {
  const pieces = new Map<number, string>();
  // Twice as fast as entries, on the largest objects that are read.
  for (const piece of Object.keys(object)) {
    placePiece(pieces, piece, object[piece], problems);
  }
  return pieces;
}

/** Above this share of values that are no numbers, a file is another kind of JSON: a config names numbers too. */
const MAX_ODD_SHARE = 1 / 10;

/** A vocabulary that is nothing but `{ piece: id }`: how pieces are spelled only they can tell. */
export function readBareVocabulary(
  object: JsonRecord,
  role: VocabularyRole,
  { problems }: FormContext,
): PieceTable {
  const values = Object.values(object);
  const odd = values.filter((value) => typeof value !== 'number').length;
  if (values.length === 0 || odd > values.length * MAX_ODD_SHARE) {
    refuse(role, 'is no vocabulary: it does not map tokens to ids; choose another file.');
  }
  const pieces = readPieceIds(object, problems);
  if (pieces.size === 0) {
    refuse(role, NO_TOKENS);
  }
  const spelling = recogniseSpelling(pieces);
  return { kind: kindOfBpe(spelling), spelling, pieces, controls: NO_IDS, added: [] };
}

/** `vocab.json` of BPE (beside it `merges.txt`, which reading does not need): `{ piece: id }`. */
export const vocabJson: VocabularyForm = {
  role: 'vocabJson',
  read: (bytes, context) =>
    readBareVocabulary(readJsonObject(bytes, 'vocabJson'), 'vocabJson', context),
};
