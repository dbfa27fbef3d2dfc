/** Reading a SentencePiece model: `sentencepiece_model.proto` of google/sentencepiece. */
import { Reader } from 'protobufjs/minimal';
import { MAX_TOKENIZER_FILE_BYTES } from './files';
import { refuse } from './fileText';
import { MAX_TOKENS } from './pieceTable';

/** Fields of `ModelProto`, its pieces, its trainer's settings and its normaliser. */
const MODEL = { pieces: 1, trainer: 2, normalizer: 3 } as const;
const PIECE = { text: 1, score: 2, type: 3 } as const;
const TRAINER = { modelType: 3, byteFallback: 35 } as const;
const NORMALIZER = { charsmap: 2, dummyPrefix: 3, extraWhitespaces: 4 } as const;

/** `SentencePiece.Type`. Bytes are told by their spelling. */
export const PIECE_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4 } as const;
/** `TrainerSpec.ModelType`. */
export const MODEL_TYPE = { unigram: 1, bpe: 2 } as const;

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/** Thrown inside for what the wire format allows and a model does not. */
class ModelFault extends Error {}

export interface SentencePiece {
  readonly text: string;
  /** Log probability, or minus the rank of the merge that makes it. */
  readonly score: number;
  readonly type: number;
}

export interface SentencePieceModel {
  readonly pieces: readonly SentencePiece[];
  readonly modelType: number;
  /** Characters without a piece are spelled by the pieces of their bytes. */
  readonly byteFallback: boolean;
  /** Characters are replaced before text is cut, by a table of the file. */
  readonly normalises: boolean;
  /** A space is put before every text. */
  readonly dummyPrefix: boolean;
  /** Spaces at the ends go, runs of them become one. */
  readonly removesExtraSpaces: boolean;
}

/** Takes a field, or answers that it did not. */
type OnField = (field: number, wire: number) => boolean;

/** Reads a message field by field up to `end`. */
function readMessage(reader: Reader, end: number, onField: OnField): void {
  while (reader.pos < end) {
    const tag = reader.tag();
    const wire = tag & 7;
    if (!onField(tag >>> 3, wire)) {
      reader.skipType(wire, 0, tag >>> 3);
    }
  }
  if (reader.pos !== end) {
    throw new ModelFault('a field leaves its message');
  }
}

/** The end of the message whose length comes next. */
function messageEnd(reader: Reader): number {
  const length = reader.size();
  if (length > reader.len - reader.pos) {
    throw new ModelFault('a length leaves the file');
  }
  return reader.pos + length;
}

function readPiece(reader: Reader): SentencePiece {
  let text = '';
  let score = 0;
  let type: number = PIECE_TYPE.normal;
  readMessage(reader, messageEnd(reader), (field, wire) => {
    if (field === PIECE.text && wire === WIRE_BYTES) {
      text = reader.string();
    } else if (field === PIECE.score && wire === WIRE_FIXED32) {
      score = reader.float();
    } else if (field === PIECE.type && wire === WIRE_VARINT) {
      type = reader.int32();
    } else {
      return false;
    }
    return true;
  });
  if (text === '') {
    throw new ModelFault('a piece has no text');
  }
  return { text, score, type };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readTrainer(reader: Reader, model: Mutable<SentencePieceModel>): void {
  readMessage(reader, messageEnd(reader), (field, wire) => {
    if (field === TRAINER.modelType && wire === WIRE_VARINT) {
      model.modelType = reader.int32();
    } else if (field === TRAINER.byteFallback && wire === WIRE_VARINT) {
      model.byteFallback = reader.bool();
    } else {
      return false;
    }
    return true;
  });
}

function readNormalizer(reader: Reader, model: Mutable<SentencePieceModel>): void {
  readMessage(reader, messageEnd(reader), (field, wire) => {
    if (field === NORMALIZER.charsmap && wire === WIRE_BYTES) {
      const end = messageEnd(reader);
      model.normalises = end > reader.pos;
      reader.pos = end;
    } else if (field === NORMALIZER.dummyPrefix && wire === WIRE_VARINT) {
      model.dummyPrefix = reader.bool();
    } else if (field === NORMALIZER.extraWhitespaces && wire === WIRE_VARINT) {
      model.removesExtraSpaces = reader.bool();
    } else {
      return false;
    }
    return true;
  });
}

function readModel(bytes: Uint8Array): SentencePieceModel {
  const reader = Reader.create(bytes);
  const pieces: SentencePiece[] = [];
  // What the format says where a field is absent.
  const model: Mutable<SentencePieceModel> = {
    pieces,
    modelType: MODEL_TYPE.unigram,
    byteFallback: false,
    normalises: false,
    dummyPrefix: true,
    removesExtraSpaces: true,
  };
  readMessage(reader, reader.len, (field, wire) => {
    if (wire !== WIRE_BYTES) {
      return false;
    }
    if (field === MODEL.trainer) {
      readTrainer(reader, model);
    } else if (field === MODEL.normalizer) {
      readNormalizer(reader, model);
    } else if (field === MODEL.pieces) {
      if (pieces.length === MAX_TOKENS) {
        throw new ModelFault('there are too many pieces');
      }
      pieces.push(readPiece(reader));
    } else {
      return false;
    }
    return true;
  });
  return model;
}

/** @throws VocabScopeError `invalidTokenizer` where the file is cut, damaged, empty or too long. */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  if (bytes.length > MAX_TOKENIZER_FILE_BYTES) {
    refuse('sentencePieceModel', 'is larger than any tokenizer; choose another file.');
  }
  let model: SentencePieceModel;
  try {
    model = readModel(bytes);
  } catch (error) {
    // The reader of the wire format throws plain errors, for every way a file can be cut or damaged.
    return refuse(
      'sentencePieceModel',
      'is cut or damaged; download it again or choose another file.',
      error,
    );
  }
  if (model.pieces.length === 0) {
    refuse('sentencePieceModel', 'holds no pieces; choose another file.');
  }
  return model;
}
