import type { VocabularyRole } from '../files';
import type { JsonRecord } from '../fileText';
import type { PieceTable } from '../pieceTable';
import type { Problems } from '../problems';

/** What a form may know beside its own file. */
export interface FormContext {
  /** Where problems of single tokens go. */
  readonly problems: Problems;
  /** tokenizer_config.json, where there is a readable one. */
  readonly config: JsonRecord | undefined;
  /** `model_type` of config.json. */
  readonly modelType: string | undefined;
}

/** One form of vocabulary file. */
export interface VocabularyForm {
  readonly role: VocabularyRole;
  /** @throws VocabScopeError `invalidTokenizer` where the file holds no vocabulary of this form. */
  readonly read: (bytes: Uint8Array, context: FormContext) => PieceTable;
}
