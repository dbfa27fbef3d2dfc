/** Reading options in words, and what differs from the defaults. */
import type { ReadingOptions, TokenFilters } from '../../src/core/projection/options';
import { t } from '../l10n';

/** The controls of the options bar. */
export type OptionName = 'space' | 'fold' | 'rank' | 'k' | 'withoutCommon' | 'filters' | 'hidden';

/** Filters of the popover: all but the under-trained tokens, which have their own control. */
const POPOVER_FILTERS = ['ascii', 'alphanumeric', 'wordStart', 'excludeSpecial'] as const;

/** Every token takes part. */
export const NO_TOKEN_FILTERS: TokenFilters = {
  ascii: false,
  alphanumeric: false,
  wordStart: false,
  excludeSpecial: false,
  excludeUndertrained: false,
};

/** Filters of the popover that are on. */
export function activeFilterCount(filters: TokenFilters): number {
  const listed = filters.list === undefined ? 0 : 1;
  return listed + POPOVER_FILTERS.filter((name) => filters[name]).length;
}

function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** Which controls differ from the defaults. */
export function changedOptions(
  options: ReadingOptions,
  defaults: ReadingOptions,
): ReadonlySet<OptionName> {
  const plain = (['space', 'fold', 'rank', 'k', 'withoutCommon'] as const).filter(
    (name) => options[name] !== defaults[name],
  );
  const changed = new Set<OptionName>(plain);
  const { filters } = options;
  if (
    POPOVER_FILTERS.some((name) => filters[name] !== defaults.filters[name]) ||
    !sameList(filters.list, defaults.filters.list)
  ) {
    changed.add('filters');
  }
  if (filters.excludeUndertrained !== defaults.filters.excludeUndertrained) changed.add('hidden');
  return changed;
}

/** One line that every copy carries: `space auto, fold none, rank dot, k 20, under-trained tokens hidden`. */
export function describeOptions(options: ReadingOptions): string {
  const { filters } = options;
  return [
    t('space {0}', options.space),
    t('fold {0}', options.fold),
    t('rank {0}', options.rank),
    t('k {0}', options.k),
    ...(options.withoutCommon ? [t('without common directions')] : []),
    ...(filters.ascii ? [t('ASCII only')] : []),
    ...(filters.alphanumeric ? [t('letters and digits only')] : []),
    ...(filters.wordStart ? [t('word starts only')] : []),
    ...(filters.list === undefined ? [] : [t('only {0} listed words', filters.list.length)]),
    ...(filters.excludeSpecial ? [t('special tokens hidden')] : []),
    ...(filters.excludeUndertrained ? [t('under-trained tokens hidden')] : []),
  ].join(', ');
}
