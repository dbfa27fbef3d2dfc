import { VocabScopeError } from '../errors';
import { readAddedTokensDecoder, readAddedTokensFile, readSpecialTexts } from './addedTokens';
import { labelOfRole, type TokenizerFiles, type TokenizerRole } from './files';
import { readJsonObject, type JsonRecord } from './fileText';
import type { FormContext } from './forms/form';
import { VOCABULARY_FORMS } from './forms/registry';
import type { AddedToken, PieceTable } from './pieceTable';
import { Problems } from './problems';
import { readPiece } from './spelling';
import { TableVocabulary } from './tableVocabulary';
import type { Vocabulary } from './vocabulary';

/** What tokenizer classes take for special where no file names a special token. */
const USUAL_SPECIALS: readonly string[] = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '<s>', '</s>', '<pad>', '<unk>', '<mask>'],
  '<|endoftext|>',
];

function attempt<T>(read: () => T, onRefusal: (message: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof VocabScopeError)) {
      throw error;
    }
    onRefusal(error.message);
    return undefined;
  }
}

/** The files that add to a vocabulary, those that cannot be read left out with a warning. */
interface Companions {
  readonly config: JsonRecord | undefined;
  readonly added: readonly AddedToken[];
  readonly specialTexts: ReadonlySet<string>;
}

function readCompanions(
  files: TokenizerFiles,
  problems: Problems,
  warn: (message: string) => void,
): Companions {
  const object = (role: TokenizerRole): JsonRecord | undefined => {
    const bytes = files[role];
    return bytes && attempt(() => readJsonObject(bytes, role), warn);
  };
  const config = object('tokenizerConfigJson');
  const addedFile = object('addedTokensJson');
  const specialMap = object('specialTokensMapJson');
  return {
    config,
    added: [
      ...(config ? readAddedTokensDecoder(config, problems) : []),
      ...(addedFile ? readAddedTokensFile(addedFile, problems) : []),
    ],
    specialTexts: new Set([
      ...(specialMap ? readSpecialTexts(specialMap) : []),
      ...(config ? readSpecialTexts(config) : []),
    ]),
  };
}

/**
 * Reads the first vocabulary file that can be read. @throws VocabScopeError `missingTokenizer` where there is none,
 * `invalidTokenizer` where none can be read.
 */
function readFirst(
  files: TokenizerFiles,
  config: JsonRecord | undefined,
  warn: (message: string) => void,
): PieceTable {
  const refusals: string[] = [];
  for (const form of VOCABULARY_FORMS) {
    const bytes = files[form.role];
    const problems = new Problems();
    const context: FormContext = { problems, config, modelType: files.modelType };
    const table =
      bytes &&
      attempt(
        () => form.read(bytes, context),
        (message) => refusals.push(message),
      );
    if (table !== undefined) {
      refusals.forEach((message) => {
        warn(`${message} The vocabulary was read from another file: ${labelOfRole(form.role)}.`);
      });
      problems.sentences().forEach(warn);
      return table;
    }
  }
  throw refusals.length === 0
    ? new VocabScopeError(
        'missingTokenizer',
        'There is no tokenizer file: choose a tokenizer.json, vocab.json, vocab.txt or tokenizer.model.',
      )
    : new VocabScopeError('invalidTokenizer', refusals.join(' '));
}

/** Ids by what stands at them besides their piece. */
interface Marks {
  /** Ids whose piece is the text itself, not a spelling. */
  readonly literal: Set<number>;
  readonly special: Set<number>;
}

/**
 * Lays added tokens over the pieces: content as it stands, the first to claim an id keeps it. An added token that
 * is not special and is itself a SentencePiece piece (user-defined ones are listed twice) stays that piece.
 */
function layAdded(
  table: PieceTable,
  added: readonly AddedToken[],
  marks: Marks,
  problems: Problems,
): void {
  const { pieces, spelling } = table;
  const claimed = new Map<number, string>();
  for (const { id, content, special } of added) {
    const known = claimed.get(id) ?? pieces.get(id);
    if (claimed.has(id) && known !== content) {
      problems.note('doubleId', content, id);
      continue;
    }
    if (known !== undefined && known !== content && readPiece(known, spelling).text !== content) {
      problems.note('replaced', content, id);
    }
    claimed.set(id, content);
    pieces.set(id, content);
    if (special) {
      marks.special.add(id);
    }
    if (special || known !== content || spelling.sentencePiece !== true) {
      marks.literal.add(id);
    }
  }
}

/** Adds what the tokenizer's class adds without saying it in a file. */
function layImplied(table: PieceTable, marks: Marks): void {
  const { pieces, implied = [] } = table;
  if (implied.length === 0) {
    return;
  }
  const texts = new Set(pieces.values());
  for (const { id, content } of implied) {
    if (!pieces.has(id) && !texts.has(content)) {
      pieces.set(id, content);
      marks.literal.add(id);
      marks.special.add(id);
    }
  }
}

/** Marks the pieces that a special map names; where no file names any, the usual ones. */
function markSpecials(table: PieceTable, named: ReadonlySet<string>, marks: Marks): void {
  const silent = named.size === 0 && marks.special.size === 0;
  const texts = silent ? new Set(USUAL_SPECIALS) : named;
  if (texts.size === 0) {
    return;
  }
  for (const [id, piece] of table.pieces) {
    if (texts.has(piece)) {
      marks.special.add(id);
      marks.literal.add(id);
    }
  }
}

/**
 * The vocabulary of a tokenizer: pieces of its best readable file, added tokens wherever they stand
 * (`added_tokens` of tokenizer.json before tokenizer_config.json before added_tokens.json), special tokens by all
 * of them. What is wrong with single tokens or with files that only add something becomes a warning.
 * @throws VocabScopeError `missingTokenizer` without any vocabulary file, `invalidTokenizer` where none is usable.
 */
export function readVocabulary(files: TokenizerFiles): Vocabulary {
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
  };
  const problems = new Problems();
  const { config, added, specialTexts } = readCompanions(files, problems, warn);
  const table = readFirst(files, config, warn);
  const marks: Marks = { literal: new Set(table.controls), special: new Set(table.controls) };
  layAdded(table, [...table.added, ...added], marks, problems);
  layImplied(table, marks);
  markSpecials(table, specialTexts, marks);
  return new TableVocabulary({
    ...table,
    ...marks,
    warnings: [...warnings, ...problems.sentences()],
  });
}
