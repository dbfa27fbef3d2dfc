import { VocabScopeError } from '../errors';
import type { TokenFilters } from '../projection/options';
import { bareText } from './bare';
import type { Vocabulary, VocabularyToken } from './vocabulary';

const ASCII = /^[\x20-\x7e]*$/u;
/** Numbers of every script count as digits; a token of nothing but a space has neither letters nor digits. */
const ALPHANUMERIC = /^[\p{L}\p{N}]+$/u;

/** Why a token is left out, in the order in which reasons are tried; the first that applies counts. */
const REASONS = ['undertrained', 'special', 'padding', 'filter'] as const;

/** How many tokens were left out, by the first reason that applied. */
export type OmittedCounts = Readonly<Record<(typeof REASONS)[number], number>>;

export interface AllowedTokens {
  /** `[d_vocab]`, 1: may be listed, 0: left out; undefined where nothing is left out. */
  readonly allowed: Float32Array | undefined;
  readonly omitted: OmittedCounts;
}

export interface AllowedInput {
  readonly filters: TokenFilters;
  /** Null where the model has no tokenizer. */
  readonly vocabulary: Vocabulary | null;
  /** Rows of the vocabulary matrix. */
  readonly dVocab: number;
  /** `[d_vocab]`, 1: under-trained; null where none is known. Looked at only where these are left out. */
  readonly undertrained: Uint8Array | null;
}

function filtersText({ ascii, alphanumeric, wordStart, list }: TokenFilters): boolean {
  return ascii || alphanumeric || wordStart || list !== undefined;
}

/**
 * Whether a token's text passes the text filters (design section 4). Tokens whose bytes are no UTF-8 pass none.
 * Word starts are told by a leading space, in WordPiece by the lack of `##`; where only word ends are marked, no
 * token is known to start a word.
 */
function textFilter(
  { ascii, alphanumeric, wordStart, list }: TokenFilters,
  wordPiece: boolean,
): (token: VocabularyToken) => boolean {
  const listed = list && new Set(list);
  return (token) => {
    const bare = bareText(token);
    return (
      bare !== null &&
      (!ascii || ASCII.test(bare)) &&
      (!alphanumeric || ALPHANUMERIC.test(bare)) &&
      (!wordStart || (wordPiece ? !token.continuation : token.text?.startsWith(' ') === true)) &&
      (listed === undefined || listed.has(bare.toLowerCase()))
    );
  };
}

function refuseWithoutVocabulary(): never {
  throw new VocabScopeError(
    'missingTokenizer',
    'Without a tokenizer tokens have no texts to filter by; choose a tokenizer or leave the filters out.',
  );
}

/** Answers why a row is left out; undefined where it takes part. */
function reasonFor({
  filters,
  vocabulary,
  undertrained,
}: AllowedInput): (id: number) => (typeof REASONS)[number] | undefined {
  const marks = filters.excludeUndertrained ? undertrained : null;
  const text = filtersText(filters);
  if (vocabulary === null && (text || filters.excludeSpecial)) {
    refuseWithoutVocabulary();
  }
  const passes = textFilter(filters, vocabulary?.kind === 'wordpiece');
  return (id) => {
    if (marks?.[id] === 1) {
      return 'undertrained';
    }
    if (vocabulary === null || !(text || filters.excludeSpecial)) {
      return undefined;
    }
    const token = vocabulary.token(id);
    if (filters.excludeSpecial && token?.special === true) {
      return 'special';
    }
    if (token === undefined) {
      return text ? 'padding' : undefined;
    }
    return text && !passes(token) ? 'filter' : undefined;
  };
}

/**
 * Which rows of a vocabulary matrix may be listed. Rows without a token take part until a text filter is on, then
 * they count as padding.
 * @throws VocabScopeError `missingTokenizer` where filters need texts and there is no tokenizer.
 */
export function buildAllowed(input: AllowedInput): AllowedTokens {
  const reason = reasonFor(input);
  const omitted = { undertrained: 0, special: 0, padding: 0, filter: 0 };
  const allowed = new Float32Array(input.dVocab).fill(1);
  for (let id = 0; id < input.dVocab; id += 1) {
    const why = reason(id);
    if (why !== undefined) {
      omitted[why] += 1;
      allowed[id] = 0;
    }
  }
  const some = REASONS.some((why) => omitted[why] > 0);
  return { allowed: some ? allowed : undefined, omitted };
}
