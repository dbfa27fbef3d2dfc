import { readAddedTokenList } from '../addedTokens';
import { isRecord, readJsonObject, refuse, type JsonRecord } from '../fileText';
import type { PieceTable } from '../pieceTable';
import type { Problems } from '../problems';
import { recogniseSpelling, SPACE_MARK, WORD_END, type Spelling } from '../spelling';
import type { VocabularyForm } from './form';
import { kindOfBpe, NO_TOKENS, readBareVocabulary, readPieceIds } from './vocabJson';

const STEP_LISTS = ['decoders', 'pretokenizers', 'normalizers'];

/** Steps nest in lists of steps; the file's own depth is limited before. */
function stepsOf(step: unknown): readonly JsonRecord[] {
  if (!isRecord(step)) {
    return [];
  }
  const inner = STEP_LISTS.map((key) => step[key]).find((list) => Array.isArray(list)) ?? [];
  return [step, ...inner.flatMap((item: unknown) => stepsOf(item))];
}

function replacesSpaceMark(step: JsonRecord): boolean {
  const pattern = isRecord(step['pattern']) ? step['pattern']['String'] : undefined;
  return step['type'] === 'Replace' && (pattern === SPACE_MARK || step['content'] === SPACE_MARK);
}

/** How the file says that its pieces are spelled; empty where it says nothing of bytes or spaces. */
function statedSpelling(json: JsonRecord, model: JsonRecord): Spelling {
  const decoder = stepsOf(json['decoder']);
  const before = [...stepsOf(json['pre_tokenizer']), ...stepsOf(json['normalizer'])];
  const has = (steps: readonly JsonRecord[], type: string): boolean =>
    steps.some((step) => step['type'] === type);
  const byteLevel = has(decoder, 'ByteLevel') || (decoder.length === 0 && has(before, 'ByteLevel'));
  const steps = [...decoder, ...before];
  const sentencePiece =
    has(steps, 'Metaspace') || steps.some(replacesSpaceMark) || model['byte_fallback'] === true;
  const suffix = decoder.find((step) => step['type'] === 'BPEDecoder')?.['suffix'];
  const wordEnd = [model['end_of_word_suffix'], suffix].find(
    (said) => typeof said === 'string' && said !== '',
  );
  return {
    ...(byteLevel ? { byteLevel: true } : {}),
    ...(sentencePiece && !byteLevel ? { sentencePiece: true } : {}),
    ...(typeof wordEnd === 'string' ? { wordEnd } : {}),
    ...(wordEnd === undefined && has(decoder, 'BPEDecoder') ? { wordEnd: WORD_END } : {}),
  };
}

function typeOf(model: JsonRecord): unknown {
  if (typeof model['type'] === 'string') {
    return model['type'];
  }
  // Files of before 2020 do not name the type.
  if (Array.isArray(model['vocab'])) {
    return 'Unigram';
  }
  if ('max_input_chars_per_word' in model) {
    return 'WordPiece';
  }
  return 'merges' in model ? 'BPE' : 'WordLevel';
}

/** Pieces of Unigram's `[[piece, score], ...]`: the id is the place. */
function readScoredPieces(list: readonly unknown[], problems: Problems): Map<number, string> {
  const pieces = new Map<number, string>();
  list.forEach((entry, id) => {
    const piece: unknown = Array.isArray(entry) ? entry[0] : undefined;
    if (typeof piece === 'string') {
      pieces.set(id, piece);
    } else {
      problems.note('noText', undefined, id);
    }
  });
  return pieces;
}

/** The unknown piece of a SentencePiece vocabulary, which is no spelling: by `unk_id` or by its text. */
function unknownPiece(model: JsonRecord, pieces: ReadonlyMap<number, string>): ReadonlySet<number> {
  const id = model['unk_id'];
  if (typeof id === 'number' && pieces.has(id)) {
    return new Set([id]);
  }
  const text = model['unk_token'];
  for (const [found, piece] of pieces) {
    if (piece === text) {
      return new Set([found]);
    }
  }
  return new Set();
}

function readPieces(model: JsonRecord, problems: Problems): Map<number, string> {
  const vocab = model['vocab'];
  if (Array.isArray(vocab)) {
    return readScoredPieces(vocab, problems);
  }
  return isRecord(vocab) ? readPieceIds(vocab, problems) : new Map<number, string>();
}

function readModel(json: JsonRecord, model: JsonRecord, problems: Problems): PieceTable {
  const type = typeOf(model);
  const pieces = readPieces(model, problems);
  const added = readAddedTokenList(json['added_tokens'], problems);
  if (pieces.size === 0 && added.length === 0) {
    refuse('tokenizerJson', NO_TOKENS);
  }
  const common = { pieces, added, controls: new Set<number>() };
  if (type === 'WordPiece') {
    return { ...common, kind: 'wordpiece', spelling: { wordPiece: true } };
  }
  if (type === 'WordLevel') {
    return { ...common, kind: 'wordlevel', spelling: {} };
  }
  const stated = statedSpelling(json, model);
  const silent = stated.byteLevel !== true && stated.sentencePiece !== true;
  const spelling = silent ? { ...recogniseSpelling(pieces), ...stated } : stated;
  const controls = spelling.sentencePiece === true ? unknownPiece(model, pieces) : common.controls;
  if (type === 'Unigram') {
    const kind = spelling.sentencePiece === true ? 'sentencepiece-unigram' : 'unigram';
    return { ...common, kind, spelling, controls };
  }
  return { ...common, kind: kindOfBpe(spelling), spelling, controls };
}

/**
 * `tokenizer.json` of the field's tokenizer library: BPE (byte-level, plain, or converted from SentencePiece),
 * WordPiece, Unigram, WordLevel. Merges and patterns are left alone: reading needs none of them.
 */
export const tokenizerJson: VocabularyForm = {
  role: 'tokenizerJson',
  read: (bytes, context) => {
    const json = readJsonObject(bytes, 'tokenizerJson');
    const model = json['model'];
    return isRecord(model)
      ? readModel(json, model, context.problems)
      : readBareVocabulary(json, 'tokenizerJson', context);
  },
};
