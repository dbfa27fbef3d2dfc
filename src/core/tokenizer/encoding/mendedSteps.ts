/** Steps of a `tokenizer.json` in words that the library reads as the field's own does. */
import { isRecord, refuse, type JsonRecord } from '../fileText';
import { SPACE_MARK } from '../spelling';

/** Ways of splitting that the library does not follow. */
const UNKNOWN_BEHAVIOURS: readonly unknown[] = [
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

/** The field's own notion of a punctuation mark: Unicode's, and what else ASCII has. */
const PUNCTUATION = '[\\p{P}!-/:-@\\[-`{-~]';

/** Characters of a word: marks and joiners too, no superscripts. */
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';

/** How GPT-2 cuts a text into words before its bytes are spelled. */
const BYTE_LEVEL_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

function inner(step: JsonRecord, key: string): readonly JsonRecord[] | undefined {
  const list = step[key];
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

/** Keeps what a pattern matches and what lies between. */
function isolated(regex: string): JsonRecord {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

/** Keeps only what a pattern matches. */
function matchesOf(regex: string): JsonRecord {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Removed', invert: true };
}

function sequence(pretokenizers: readonly JsonRecord[]): JsonRecord {
  return { type: 'Sequence', pretokenizers };
}

/** Whether a normaliser leaves no plain space, so that a split at spaces does nothing. */
function replacesSpaces(normalizer: JsonRecord | null): boolean {
  if (normalizer === null) {
    return false;
  }
  const pattern = isRecord(normalizer['pattern']) ? normalizer['pattern']['String'] : undefined;
  return (
    (normalizer['type'] === 'Replace' && pattern === ' ' && normalizer['content'] !== ' ') ||
    (inner(normalizer, 'normalizers') ?? []).some(replacesSpaces)
  );
}

/**
 * The library's own pattern takes other characters for spaces (U+FEFF, not U+0085) than that of a split. Where a space is
 * put before the text it must stay, as that happens before the cut.
 */
function mendedByteLevel(step: JsonRecord): JsonRecord {
  return step['use_regex'] === false || step['add_prefix_space'] === true
    ? step
    : sequence([isolated(BYTE_LEVEL_WORDS), { ...step, use_regex: false }]);
}

function mendedSplit(step: JsonRecord, spacesAreGone: boolean): JsonRecord | null {
  if (!UNKNOWN_BEHAVIOURS.includes(step['behavior'])) {
    return step;
  }
  const pattern = isRecord(step['pattern']) ? step['pattern']['String'] : undefined;
  if (pattern === ' ' && spacesAreGone) {
    return null;
  }
  refuse(
    'tokenizerJson',
    `splits text in a way that is not read (Split with ${String(step['behavior'])}); choose another tokenizer.`,
  );
}

/**
 * A pre-tokenizer: the library's `Whitespace` knows ASCII letters alone, its `Punctuation` keeps runs together, its
 * `Digits` knows ASCII digits alone, its `Metaspace` never splits. Null: a step that does nothing.
 */
export function mendedPreTokenizer(
  step: JsonRecord | null,
  normalizer: JsonRecord | null,
): JsonRecord | null {
  const steps = step === null ? undefined : inner(step, 'pretokenizers');
  if (steps !== undefined) {
    const kept = steps.map((each) => mendedPreTokenizer(each, normalizer));
    return { ...step, pretokenizers: kept.filter((each) => each !== null) };
  }
  switch (step?.['type']) {
    case 'Whitespace':
      return matchesOf(`[${WORD}]+|[^${WORD}\\p{White_Space}]+`);
    case 'WhitespaceSplit':
      return matchesOf('\\S+');
    case 'BertPreTokenizer':
      return sequence([matchesOf('\\S+'), isolated(PUNCTUATION)]);
    case 'Digits':
      return isolated(step['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
    case 'ByteLevel':
      return mendedByteLevel(step);
    case 'Metaspace':
      return step['split'] === false || (step['replacement'] ?? SPACE_MARK) !== SPACE_MARK
        ? step
        : sequence([step, isolated(`${SPACE_MARK}[^${SPACE_MARK}]*`)]);
    case 'Punctuation':
      return (step['behavior'] ?? 'Isolated') === 'Isolated' ? isolated(PUNCTUATION) : step;
    case 'Split':
      return mendedSplit(step, replacesSpaces(normalizer));
    default:
      return step;
  }
}

/** A capital sigma becomes a small one wherever it stands: the library's lower case has another at the end of a word. */
const LOWER_SIGMA = { type: 'Replace', pattern: { String: 'Σ' }, content: 'σ' };

/** A normaliser: the library lower-cases words, the field's own letters. */
export function mendedNormalizer(step: JsonRecord | null): JsonRecord | null {
  const steps = step === null ? undefined : inner(step, 'normalizers');
  if (steps !== undefined) {
    return { ...step, normalizers: steps.map(mendedNormalizer) };
  }
  const lowers =
    step?.['type'] === 'Lowercase' ||
    (step?.['type'] === 'BertNormalizer' && step['lowercase'] !== false);
  return lowers ? { type: 'Sequence', normalizers: [LOWER_SIGMA, step] } : step;
}
