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
const MARKS = '\\p{P}!-/:-@\\[-`{-~';
const PUNCTUATION = `[${MARKS}]`;
const NO_PUNCTUATION = `[^${MARKS}]+`;

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

function refuseBehaviour({ type, behavior }: JsonRecord): never {
  refuse(
    'tokenizerJson',
    `splits text in a way that is not read (${String(type)} with ${String(behavior)}); choose another tokenizer.`,
  );
}

function mendedSplit(step: JsonRecord, spacesAreGone: boolean): JsonRecord | null {
  if (!UNKNOWN_BEHAVIOURS.includes(step['behavior'])) {
    return step;
  }
  const pattern = isRecord(step['pattern']) ? step['pattern']['String'] : undefined;
  if (pattern === ' ' && spacesAreGone) {
    return null;
  }
  refuseBehaviour(step);
}

function mendedPunctuation(step: JsonRecord): JsonRecord {
  switch (step['behavior'] ?? 'Isolated') {
    case 'Isolated':
      return isolated(PUNCTUATION);
    case 'Contiguous':
      return isolated(`${PUNCTUATION}+`);
    case 'Removed':
      return matchesOf(NO_PUNCTUATION);
    default:
      refuseBehaviour(step);
  }
}

/** The field's own splits before every mark; `str_rep`, of older files, it does not read. */
function mendedMetaspace(step: JsonRecord): JsonRecord {
  const mark = step['replacement'] ?? SPACE_MARK;
  const [code, ...more] = typeof mark === 'string' ? Array.from(mark, codeOf) : [];
  if (code === undefined || more.length > 0) {
    refuse(
      'tokenizerJson',
      `puts something for spaces that is no single character (Metaspace with ${JSON.stringify(mark)}); choose another tokenizer.`,
    );
  }
  const marked = { ...step, str_rep: mark };
  return step['split'] === false ? marked : sequence([marked, isolated(`${code}[^${code}]*`)]);
}

/** A character in a pattern, whatever it means there by itself. */
function codeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
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
      return mendedMetaspace(step);
    case 'Punctuation':
      return mendedPunctuation(step);
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
