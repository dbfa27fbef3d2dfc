import { idLayout } from '../classFacts';
import { refuse, type JsonRecord } from '../fileText';
import {
  MODEL_TYPE,
  PIECE_TYPE,
  readSentencePieceModel,
  type SentencePieceModel,
} from '../sentencePieceFile';
import { SPACE_MARK } from '../spelling';
import { flag } from './settings';
import { addedToken, addedTokens, type FormInput, type TokenizerObject } from './tokenizerObject';

/** A piece at its id in the tokenizer. */
interface PlacedPiece {
  readonly id: number;
  readonly text: string;
  readonly score: number;
  readonly type: number;
}

/** The unknown token of classes that have a place of their own for it. */
const UNKNOWN = '<unk>';

type Merge = readonly [left: string, right: string];

/**
 * Merges that make the pieces, the piece of highest score first: a piece may come of any two pieces that spell it
 * (SentencePiece keeps scores alone; the order of equals is that of the field's own converter).
 */
function mergesOf(pieces: readonly PlacedPiece[]): readonly Merge[] {
  const ids = new Map(pieces.map(({ text, id }) => [text, id]));
  const found = pieces.flatMap(({ text, score }) => {
    const characters = Array.from(text);
    const local: { left: string; right: string; score: number }[] = [];
    for (let cut = 1; cut < characters.length; cut += 1) {
      const left = characters.slice(0, cut).join('');
      const right = characters.slice(cut).join('');
      if (ids.has(left) && ids.has(right)) {
        local.push({ left, right, score });
      }
    }
    const idOf = (piece: string): number => ids.get(piece) ?? 0;
    return local.sort((a, b) => idOf(a.left) - idOf(b.left) || idOf(a.right) - idOf(b.right));
  });
  return found.sort((a, b) => b.score - a.score).map(({ left, right }) => [left, right]);
}

function bpe(model: SentencePieceModel, pieces: readonly PlacedPiece[]): JsonRecord {
  return {
    type: 'BPE',
    unk_token: pieces.find(({ type }) => type === PIECE_TYPE.unknown)?.text ?? null,
    fuse_unk: true,
    byte_fallback: model.byteFallback,
    ignore_merges: false,
    vocab: Object.fromEntries(pieces.map(({ text, id }) => [text, id])),
    merges: mergesOf(pieces),
  };
}

/** Every id up to the last has a line, those without a piece one that no text holds. */
function unigram(pieces: readonly PlacedPiece[], unknown: number | undefined): JsonRecord {
  if (unknown === undefined) {
    refuse('sentencePieceModel', 'has no piece for unknown characters; choose a tokenizer.json.');
  }
  const size = pieces.reduce((most, { id }) => Math.max(most, id + 1), 0);
  const vocab = Array.from({ length: size }, (): readonly [string, number] => ['\u0000', 0]);
  for (const { id, text, score } of pieces) {
    vocab[id] = [text, score];
  }
  return { type: 'Unigram', unk_id: unknown, vocab };
}

function normalizerOf(model: SentencePieceModel, prefixed: boolean): JsonRecord | null {
  const isBpe = model.modelType === MODEL_TYPE.bpe;
  const steps: JsonRecord[] = [
    ...(model.normalises ? [{ type: 'Precompiled', precompiled_charsmap: '' }] : []),
    ...(model.removesExtraSpaces
      ? [
          { type: 'Strip', strip_left: true, strip_right: true },
          { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
        ]
      : []),
    ...(isBpe && prefixed ? [{ type: 'Prepend', prepend: SPACE_MARK }] : []),
    ...(isBpe ? [{ type: 'Replace', pattern: { String: ' ' }, content: SPACE_MARK }] : []),
  ];
  return steps.length === 0 ? null : { type: 'Sequence', normalizers: steps };
}

function spaces(scheme: 'always' | 'first' | 'never'): JsonRecord {
  return { type: 'Metaspace', replacement: SPACE_MARK, prepend_scheme: scheme };
}

/** A SentencePiece model, BPE or Unigram, as the field's library converts it. */
export function fromSentencePiece(bytes: Uint8Array, input: FormInput): TokenizerObject {
  const { settings } = input;
  const model = readSentencePieceModel(bytes);
  const isBpe = model.modelType === MODEL_TYPE.bpe;
  if (!isBpe && model.modelType !== MODEL_TYPE.unigram) {
    refuse(
      'sentencePieceModel',
      'cuts text by words or characters, which is not read; choose a tokenizer.json.',
    );
  }
  const { shift, first } = idLayout(settings.config, settings.modelType);
  const replaced = new Set(first.map(({ id }) => id));
  const pieces = model.pieces
    .map((piece, index) => ({ ...piece, id: index + shift }))
    .filter(({ id }) => !replaced.has(id));
  const unknown =
    pieces.find(({ type }) => type === PIECE_TYPE.unknown)?.id ??
    first.find(({ content }) => content === UNKNOWN)?.id;
  const userDefined = pieces
    .filter(({ type }) => type === PIECE_TYPE.userDefined)
    .map(({ id, text }) => addedToken(id, text, false, { normalized: false }));
  const listed = new Set(userDefined.map(({ id }) => Number(id)));
  const prefixed = flag(settings, 'add_prefix_space') ?? model.dummyPrefix;
  const once = isBpe && prefixed && flag(settings, 'legacy') === false;
  const scheme = prefixed ? 'always' : 'never';
  return {
    model: isBpe ? bpe(model, pieces) : unigram(pieces, unknown),
    normalizer: normalizerOf(model, prefixed && !once),
    pre_tokenizer: isBpe ? (once ? spaces('first') : null) : spaces(scheme),
    added_tokens: [...userDefined, ...addedTokens(input, listed)],
    postProcessor: null,
  };
}
