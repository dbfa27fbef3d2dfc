import { Writer } from 'protobufjs/minimal';

/** Values of `SentencePiece.Type` and `TrainerSpec.ModelType`. */
export const TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 };
export const MODEL_TYPE = { unigram: 1, bpe: 2 };

/** A SentencePiece model with these pieces, as the field's own trainer writes it. */
export function sentencePieceModel(
  pieces: readonly (readonly [text: string, type?: number])[],
  modelType: number = MODEL_TYPE.unigram,
): Uint8Array {
  const writer = Writer.create();
  for (const [text, type = TYPE.normal] of pieces) {
    writer.uint32(10).fork().uint32(10).string(text).uint32(21).float(-1.5);
    if (type !== TYPE.normal) {
      writer.uint32(24).int32(type);
    }
    writer.ldelim();
  }
  writer.uint32(18).fork().uint32(24).int32(modelType).uint32(32).int32(pieces.length).ldelim();
  writer.uint32(26).fork().uint32(10).string('nmt_nfkc').ldelim();
  return new Uint8Array(writer.finish());
}
