import type { VocabularyForm } from './form';
import { sentencePieceModel } from './sentencePieceModel';
import { tokenizerJson } from './tokenizerJson';
import { vocabJson } from './vocabJson';
import { vocabTxt } from './vocabTxt';

/** Every form of vocabulary file, the one that says most first. */
export const VOCABULARY_FORMS: readonly VocabularyForm[] = [
  tokenizerJson,
  vocabJson,
  vocabTxt,
  sentencePieceModel,
];
