import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Histogram } from '../../src/protocol/engineApi';
import { HISTOGRAM_HEIGHT, HISTOGRAM_WIDTH, histogramPicture } from '../format/histogram';
import { formatCount, formatDecimal, formatShare } from '../format/numbers';
import { t } from '../l10n';
import { LightElement } from './lightElement';

/** A row's scores in standard deviations: the row solid, its control dashed; as a table on request. */
@customElement('vs-histogram')
export class HistogramView extends LightElement {
  @property({ attribute: false }) data: Histogram | null = null;
  @property({ attribute: false }) asTable = false;

  protected override template(): unknown {
    if (this.data === null) return html`<div class="histogram skeleton" aria-hidden="true"></div>`;
    return this.asTable ? this.#table(this.data) : this.#picture(this.data);
  }

  #picture(data: Histogram): TemplateResult {
    const { row, control } = histogramPicture(data);
    const label = t('Distribution of the scores of {0}, its random control dashed', data.component);
    return html`<figure class="histogram">
      <svg
        viewBox="0 0 ${HISTOGRAM_WIDTH} ${HISTOGRAM_HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label=${label}
        data-testid="histogram"
      >
        ${svg`<path class="histogram-row" d=${row} /><path class="histogram-control" d=${control} />`}
      </svg>
      <figcaption>
        <span>${formatDecimal(data.low, 0)}σ</span>
        <span class="histogram-legend">
          <span class="swatch-row"></span>${t('this row')}
          <span class="swatch-control"></span>${t('random directions')}
        </span>
        <span>${formatDecimal(data.high, 0)}σ</span>
      </figcaption>
    </figure>`;
  }

  #table(data: Histogram): TemplateResult {
    const width = (data.high - data.low) / Math.max(1, data.counts.length);
    return html`<div
      class="histogram-table"
      tabindex="0"
      role="region"
      aria-label=${t('Distribution')}
    >
      <table class="plain-table" data-testid="histogram-table">
        <thead>
          <tr>
            <th scope="col">${t('From (σ)')}</th>
            <th scope="col" class="numeric">${t('Tokens')}</th>
            <th scope="col" class="numeric">${t('Random directions')}</th>
          </tr>
        </thead>
        <tbody>
          ${data.counts.map(
            (count, bin) =>
              html`<tr>
                <th scope="row">${formatDecimal(data.low + bin * width, 1)}</th>
                <td class="numeric">${formatCount(count)}</td>
                <td class="numeric">${formatShare(data.controlShares[bin] ?? 0)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-histogram': HistogramView;
  }
}
