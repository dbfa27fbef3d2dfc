import type {
  FoldOption,
  RankOption,
  ReadingOptions,
  SpaceOption,
} from '../../core/projection/options';

const SPACES: readonly SpaceOption[] = ['auto', 'input', 'output'];
const FOLDS: readonly FoldOption[] = ['none', 'norms'];
const RANKS: readonly RankOption[] = ['dot', 'cosine', 'abs', 'specificity'];
const MAX_K = 1_000;
const MAX_LISTED_WORDS = 100_000;

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/**
 * Reading options out of storage or a message, as far as they can be understood; the rest as in `defaults`:
 * what an earlier version stored must not break this one.
 */
export function readStoredOptions(value: unknown, defaults: ReadingOptions): ReadingOptions {
  const stored = fields(value);
  const filters = fields(stored['filters']);
  const oneOf = <T>(known: readonly T[], key: string, fallback: T): T =>
    known.find((item) => item === stored[key]) ?? fallback;
  const flag = (source: Fields, key: string, fallback: boolean): boolean =>
    typeof source[key] === 'boolean' ? source[key] : fallback;
  const k = stored['k'];
  const list = words(filters['list']);
  return {
    space: oneOf(SPACES, 'space', defaults.space),
    fold: oneOf(FOLDS, 'fold', defaults.fold),
    rank: oneOf(RANKS, 'rank', defaults.rank),
    withoutCommon: flag(stored, 'withoutCommon', defaults.withoutCommon),
    k: typeof k === 'number' && Number.isSafeInteger(k) && k >= 1 && k <= MAX_K ? k : defaults.k,
    filters: {
      ascii: flag(filters, 'ascii', defaults.filters.ascii),
      alphanumeric: flag(filters, 'alphanumeric', defaults.filters.alphanumeric),
      wordStart: flag(filters, 'wordStart', defaults.filters.wordStart),
      excludeSpecial: flag(filters, 'excludeSpecial', defaults.filters.excludeSpecial),
      excludeUndertrained: flag(
        filters,
        'excludeUndertrained',
        defaults.filters.excludeUndertrained,
      ),
      ...(list === undefined ? {} : { list }),
    },
  };
}

function words(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((word): word is string => typeof word === 'string')
    .slice(0, MAX_LISTED_WORDS);
}
