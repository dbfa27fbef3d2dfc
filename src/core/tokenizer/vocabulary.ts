/** A vocabulary: id <-> token, whatever file it came from. */

export type VocabularyKind =
  | 'byte-level-bpe'
  | 'bpe'
  | 'wordpiece'
  | 'wordlevel'
  | 'unigram'
  | 'sentencepiece-bpe'
  | 'sentencepiece-unigram';

export interface VocabularyToken {
  readonly id: number;
  /**
   * The exact text, never a display form: the decoded bytes (null where they are no UTF-8), `▁` as a space,
   * WordPiece's `##` kept, the content of special and added tokens.
   */
  readonly text: string | null;
  /** UTF-8 of `text`, or the raw bytes where it is null. */
  readonly bytes: Uint8Array;
  /** An added token with `special: true`, a token of the special map, SentencePiece control and unknown. */
  readonly special: boolean;
  /** Stands for one byte: `<0xNN>` pieces. */
  readonly byteToken: boolean;
  /** Continues a word without a space in a vocabulary that marks it (WordPiece `##`). */
  readonly continuation: boolean;
}

export interface Vocabulary {
  readonly kind: VocabularyKind;
  /** Tokens that have an id. */
  readonly size: number;
  /** One more than the highest id. */
  readonly idLimit: number;
  /** Undefined where no token has that id (a padding row of the embedding). */
  token(id: number): VocabularyToken | undefined;
  /** Ids whose exact text this is, lowest first, byte tokens last. */
  idsOf(text: string): readonly number[];
  /** What a reader must know: sentences (tokens without content, double ids, ...). */
  readonly warnings: readonly string[];
}
