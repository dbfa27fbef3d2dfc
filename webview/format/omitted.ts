import type { Omitted } from '../../src/protocol/reading';
import { t } from '../l10n';
import { formatCount } from './numbers';

/** What lists leave out, by reason; empty where that is nothing, or not known yet. */
export function omittedSentence(omitted: Omitted | undefined): string {
  if (omitted === undefined) return '';
  const { undertrained, special, padding, filter } = omitted;
  const parts = [
    ...(undertrained === 0 ? [] : [t('{0} under-trained', formatCount(undertrained))]),
    ...(special === 0 ? [] : [t('{0} special', formatCount(special))]),
    ...(padding === 0 ? [] : [t('{0} padding', formatCount(padding))]),
    ...(filter === 0 ? [] : [t('{0} by filters', formatCount(filter))]),
  ];
  return parts.length === 0 ? '' : t('Left out of the lists: {0}', parts.join(', '));
}
