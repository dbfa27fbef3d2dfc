/** The files that a tokenizer is kept in, by what they say: names as the field's tools write them. */

/** Files of which one alone gives a vocabulary. */
export type VocabularyRole = 'tokenizerJson' | 'vocabJson' | 'vocabTxt' | 'sentencePieceModel';

/** Files that add to one. */
export type CompanionRole =
  'mergesTxt' | 'addedTokensJson' | 'tokenizerConfigJson' | 'specialTokensMapJson';

export type TokenizerRole = VocabularyRole | CompanionRole;

/**
 * Contents by role, as read from disk; `modelType` is config.json's `model_type`. Merges are no part of reading:
 * they say how text is cut, so `mergesTxt` is looked for and may be given, and is not needed.
 */
export type TokenizerFiles = Readonly<
  Partial<Record<TokenizerRole, Uint8Array>> & { modelType?: string }
>;

export interface TokenizerFileNames {
  readonly role: TokenizerRole;
  /** File names, the preferred one first. */
  readonly names: readonly string[];
  /** Whether this file alone gives a vocabulary; such roles stand in order of preference. */
  readonly vocabulary: boolean;
}

/** A bigger file is refused, best before it is read: the largest tokenizers in use take 60 MB. */
export const MAX_TOKENIZER_FILE_BYTES = 128 * 1024 * 1024;

/** What to look for in a model's folder, in order of preference. */
export const TOKENIZER_FILES: readonly TokenizerFileNames[] = [
  { role: 'tokenizerJson', names: ['tokenizer.json'], vocabulary: true },
  { role: 'vocabJson', names: ['vocab.json', 'encoder.json'], vocabulary: true },
  { role: 'vocabTxt', names: ['vocab.txt'], vocabulary: true },
  {
    role: 'sentencePieceModel',
    names: [
      ...['tokenizer.model', 'spiece.model', 'spm.model', 'sentencepiece.bpe.model'],
      ...['sentencepiece.model', 'source.spm'],
    ],
    vocabulary: true,
  },
  { role: 'mergesTxt', names: ['merges.txt', 'vocab.bpe'], vocabulary: false },
  { role: 'addedTokensJson', names: ['added_tokens.json'], vocabulary: false },
  { role: 'tokenizerConfigJson', names: ['tokenizer_config.json'], vocabulary: false },
  { role: 'specialTokensMapJson', names: ['special_tokens_map.json'], vocabulary: false },
];

const ROLES_BY_ENDING: readonly (readonly [string, TokenizerRole])[] = [
  ['.json', 'tokenizerJson'],
  ['.txt', 'vocabTxt'],
  ['.model', 'sentencePieceModel'],
  ['.spm', 'sentencePieceModel'],
];

/**
 * What a single file that a person chose as tokenizer most likely is; undefined where its name says nothing.
 * Any other `.json` counts as a tokenizer.json, whose reader also takes the plain form of vocab.json.
 */
export function roleOfTokenizerFile(name: string): TokenizerRole | undefined {
  const lower = name.toLowerCase();
  const known = TOKENIZER_FILES.find(({ names }) => names.includes(lower));
  return known?.role ?? ROLES_BY_ENDING.find(([ending]) => lower.endsWith(ending))?.[1];
}

/** What messages call the file of a role. */
export function labelOfRole(role: TokenizerRole): string {
  return role === 'sentencePieceModel'
    ? 'The SentencePiece model'
    : (TOKENIZER_FILES.find((file) => file.role === role)?.names[0] ?? role);
}
