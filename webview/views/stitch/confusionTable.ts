import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { StitchExamplesResult } from '../../../src/protocol/stitch';
import { formatAccuracy, formatCount, NOT_APPLICABLE } from '../../format/numbers';
import { t } from '../../l10n';

/** How often each label is taken for each, and the share of each that is right. */
export function confusionTable({ labels, confusion }: StitchExamplesResult): TemplateResult {
  return html`<div class="stitch-confusion" tabindex="0" role="region" aria-label=${t('Confusion')}>
    <table class="plain-table" data-testid="confusion">
      <caption>
        ${t('Labels down, predictions across')}
      </caption>
      <thead>
        <tr>
          <td></td>
          ${labels.map((label) => html`<th scope="col" class="numeric">${label}</th>`)}
          <th scope="col" class="numeric">${t('Right')}</th>
        </tr>
      </thead>
      <tbody>
        ${labels.map((label, row) => {
          const counts = confusion[row] ?? [];
          const all = counts.reduce((sum, count) => sum + count, 0);
          return html`<tr>
            <th scope="row">${label}</th>
            ${counts.map(
              (count, column) =>
                html`<td class="numeric ${row === column ? 'confusion-right' : ''}">
                  ${formatCount(count)}
                </td>`,
            )}
            <td class="numeric">
              ${all === 0 ? NOT_APPLICABLE : formatAccuracy((counts[row] ?? 0) / all)}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}
