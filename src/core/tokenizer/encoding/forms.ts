import type { VocabularyRole } from '../files';
import { fromSentencePiece } from './fromSentencePiece';
import { fromTokenizerJson } from './fromTokenizerJson';
import { fromVocabJson } from './fromVocabJson';
import { fromVocabTxt } from './fromVocabTxt';
import type { FormInput, TokenizerObject } from './tokenizerObject';

/** How one form of tokenizer file says how text is cut. */
export interface EncodingForm {
  readonly role: VocabularyRole;
  /** @throws VocabScopeError `invalidTokenizer` where it does not say so, or in a way that is not known */
  readonly build: (bytes: Uint8Array, input: FormInput) => TokenizerObject;
}

/** Every form, the one that says most first. */
export const ENCODING_FORMS: readonly EncodingForm[] = [
  { role: 'tokenizerJson', build: fromTokenizerJson },
  { role: 'vocabJson', build: fromVocabJson },
  { role: 'vocabTxt', build: fromVocabTxt },
  { role: 'sentencePieceModel', build: fromSentencePiece },
];
