/** What is known of a head at a glance, with its control. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import {
  DIGITS,
  formatCount,
  formatDecimal,
  formatShare,
  formatZ,
  NOT_APPLICABLE,
} from '../../format/numbers';
import { t } from '../../l10n';
import type { HeadOverview, HeadStatistics, PairView } from '../../../src/protocol/pairs';
import { bookmarkStar } from '../../components/bookmarkButton';
import { tokenChip } from '../../components/tokenChip';

/** `she → her`: a pair as its two chips. */
export function pairChips({ row, column }: Pick<PairView, 'row' | 'column'>): TemplateResult {
  return html`<span class="pair"
    >${tokenChip(row)}<span aria-hidden="true">→</span>${tokenChip(column)}</span
  >`;
}

/** z beside what it is measured against. */
export function zLine({ z, pairings }: HeadStatistics): string {
  return z === null
    ? t('z {0}: no shuffled pairings to compare with', NOT_APPLICABLE)
    : t('z {0} against {1} shuffled pairings', formatZ(z), formatCount(pairings));
}

/** The share of copying pairs beside that of the control. */
export function copyingLine({ copying }: HeadStatistics): string {
  if (copying === null) return t('copying {0}: no tokenizer', NOT_APPLICABLE);
  return copying.control === null
    ? t('copying {0}', formatShare(copying.share))
    : t('copying {0} (control {1})', formatShare(copying.share), formatShare(copying.control));
}

/** The card of a head: both numbers with their controls, and its best pairs: the three that were kept unless others are given. */
export function headCard(
  component: string,
  head: HeadOverview | undefined,
  pairs: readonly PairView[] = head?.best ?? [],
): TemplateResult {
  const statistics = head?.statistics ?? null;
  return html`<p class="full-value">${component}${bookmarkStar(component)}</p>
    ${
      head === undefined
        ? html`<p>${t('not computed')}</p>`
        : statistics === null
          ? html`<p>${head.problem ?? ''}</p>`
          : html`<p>${zLine(statistics)}</p>
              ${
                statistics.statistic === null
                  ? nothing
                  : html`<p>
                      ${t('Best 50 pairs: {0} times the root mean square of all', formatDecimal(statistics.statistic, DIGITS.score))}
                    </p>`
              }
              <p>${copyingLine(statistics)}</p>`
    }
    ${pairs.map((pair) => html`<p>${pairChips(pair)}</p>`)}`;
}
