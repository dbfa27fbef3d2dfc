import { Reader } from 'protobufjs/minimal';
import { idLayout } from '../classFacts';
import { MAX_TOKENIZER_FILE_BYTES } from '../files';
import { refuse } from '../fileText';
import { MAX_TOKENS, type PieceTable } from '../pieceTable';
import type { FormContext, VocabularyForm } from './form';

/** Fields of sentencepiece_model.proto (google/sentencepiece): `ModelProto`, its pieces, its trainer's settings. */
const MODEL = { pieces: 1, trainer: 2 } as const;
const PIECE = { text: 1, type: 3 } as const;
const TRAINER = { modelType: 3 } as const;

/** `SentencePiece.Type`. Bytes are told by their spelling; user-defined and unused pieces read as normal ones. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
/** `TrainerSpec.ModelType`. */
const UNIGRAM = 1;
const BPE = 2;

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** Thrown inside for what the wire format allows and a model does not. */
class ModelFault extends Error {}

/** Reads a message field by field up to `end`; `onField` answers whether it took the field. */
function readMessage(
  reader: Reader,
  end: number,
  onField: (field: number, wire: number) => boolean,
): void {
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

interface Piece {
  readonly text: string;
  readonly type: number;
}

function readPiece(reader: Reader): Piece {
  let text = '';
  let type = NORMAL;
  readMessage(reader, messageEnd(reader), (field, wire) => {
    if (field === PIECE.text && wire === WIRE_BYTES) {
      text = reader.string();
      return true;
    }
    if (field === PIECE.type && wire === WIRE_VARINT) {
      type = reader.int32();
      return true;
    }
    return false;
  });
  if (text === '') {
    throw new ModelFault('a piece has no text');
  }
  return { text, type };
}

function readTrainerModelType(reader: Reader): number {
  let modelType = UNIGRAM;
  readMessage(reader, messageEnd(reader), (field, wire) => {
    if (field !== TRAINER.modelType || wire !== WIRE_VARINT) {
      return false;
    }
    modelType = reader.int32();
    return true;
  });
  return modelType;
}

function readModel(bytes: Uint8Array): { pieces: readonly Piece[]; modelType: number } {
  const reader = Reader.create(bytes);
  const pieces: Piece[] = [];
  let modelType = UNIGRAM;
  readMessage(reader, reader.len, (field, wire) => {
    if (wire !== WIRE_BYTES || (field !== MODEL.pieces && field !== MODEL.trainer)) {
      return false;
    }
    if (field === MODEL.trainer) {
      modelType = readTrainerModelType(reader);
      return true;
    }
    if (pieces.length === MAX_TOKENS) {
      throw new ModelFault('there are too many pieces');
    }
    pieces.push(readPiece(reader));
    return true;
  });
  return { pieces, modelType };
}

function readOrRefuse(bytes: Uint8Array): ReturnType<typeof readModel> {
  try {
    return readModel(bytes);
  } catch (error) {
    // The reader of the wire format throws plain errors, for every way a file can be cut or damaged.
    return refuse(
      'sentencePieceModel',
      'is cut or damaged; download it again or choose another file.',
      error,
    );
  }
}

function read(bytes: Uint8Array, { config, modelType: ofModel }: FormContext): PieceTable {
  if (bytes.length > MAX_TOKENIZER_FILE_BYTES) {
    refuse('sentencePieceModel', 'is larger than any tokenizer; choose another file.');
  }
  const model = readOrRefuse(bytes);
  if (model.pieces.length === 0) {
    refuse('sentencePieceModel', 'holds no pieces; choose another file.');
  }
  const { shift, first, last } = idLayout(config, ofModel);
  const pieces = new Map<number, string>();
  const controls = new Set<number>();
  model.pieces.forEach(({ text, type }, index) => {
    const id = index + shift;
    pieces.set(id, text);
    if (type === UNKNOWN || type === CONTROL) {
      controls.add(id);
    }
  });
  for (const { id, content } of first) {
    pieces.set(id, content);
    controls.add(id);
  }
  return {
    kind: model.modelType === BPE ? 'sentencepiece-bpe' : 'sentencepiece-unigram',
    spelling: { sentencePiece: true },
    pieces,
    controls,
    added: [],
    implied: last(model.pieces.length),
  };
}

/**
 * `tokenizer.model`, `spiece.model`, `spm.model`: a SentencePiece model. Ids are the pieces' places, moved where
 * the tokenizer's class moves them.
 */
export const sentencePieceModel: VocabularyForm = { role: 'sentencePieceModel', read };
