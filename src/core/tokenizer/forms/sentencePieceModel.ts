import { idLayout } from '../classFacts';
import type { PieceTable } from '../pieceTable';
import { MODEL_TYPE, PIECE_TYPE, readSentencePieceModel } from '../sentencePieceFile';
import type { FormContext, VocabularyForm } from './form';

function read(bytes: Uint8Array, { config, modelType: ofModel }: FormContext): PieceTable {
  const model = readSentencePieceModel(bytes);
  const { shift, first, last } = idLayout(config, ofModel);
  const pieces = new Map<number, string>();
  const controls = new Set<number>();
  model.pieces.forEach(({ text, type }, index) => {
    const id = index + shift;
    pieces.set(id, text);
    if (type === PIECE_TYPE.unknown || type === PIECE_TYPE.control) {
      controls.add(id);
    }
  });
  for (const { id, content } of first) {
    pieces.set(id, content);
    controls.add(id);
  }
  return {
    kind: model.modelType === MODEL_TYPE.bpe ? 'sentencepiece-bpe' : 'sentencepiece-unigram',
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
