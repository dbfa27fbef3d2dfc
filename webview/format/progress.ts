/** How far work is, in words. */
import type { Progress } from '../../src/core/errors';
import { t } from '../l10n';
import { formatCount, formatShare } from './numbers';
import { remainingText } from './remaining';

/** Undefined for a unit without words. */
function amountOf({ done, total, unit }: Progress): string | undefined {
  const amounts: Readonly<Record<string, string>> = {
    tables: t('{0} of {1} tables', formatCount(done), formatCount(total)),
    tokens: t('{0} of {1} tokens', formatCount(done), formatCount(total)),
    rows: t('{0} of {1} rows', formatCount(done), formatCount(total)),
    bytes: t('{0} read', formatShare(done / Math.max(1, total))),
    directions: t('{0} of {1} directions', formatCount(done), formatCount(total)),
    tensors: t('{0} of {1} tensors', formatCount(done), formatCount(total)),
    'parts of layers': t('{0} of {1} parts of layers', formatCount(done), formatCount(total)),
    steps: t('{0} of {1} steps', formatCount(done), formatCount(total)),
    layers: t('{0} of {1} layers', formatCount(done), formatCount(total)),
    components: t('{0} of {1} tables and rows', formatCount(done), formatCount(total)),
    heads: t('{0} of {1} heads', formatCount(done), formatCount(total)),
    pairings: t('{0} of {1} pairings', formatCount(done), formatCount(total)),
    tiles: t('{0} of {1} tiles', formatCount(done), formatCount(total)),
    words: t('{0} of {1} words', formatCount(done), formatCount(total)),
    texts: t('{0} of {1} texts', formatCount(done), formatCount(total)),
    'block runs': t('{0} of {1} runs of a block', formatCount(done), formatCount(total)),
    'assigned rows': t('{0} of {1} rows assigned', formatCount(done), formatCount(total)),
    'pairs of layers': t('{0} of {1} pairs of layers', formatCount(done), formatCount(total)),
  };
  return amounts[unit];
}

/** How far work is and, where it takes long, how long it still takes; `remaining` in seconds. */
export function progressText({
  progress,
  remaining,
}: {
  readonly progress: Progress | null;
  readonly remaining: number | undefined;
}): string {
  const amount = progress === null ? undefined : amountOf(progress);
  if (remaining === undefined) return amount ?? t('Working…');
  const left = remainingText(remaining);
  return amount === undefined ? left : t('{0}, {1}', amount, left);
}
