import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ScoredToken } from '../../../src/protocol/reading';
import { exactText } from '../../format/export';
import { DIGITS, formatDecimal } from '../../format/numbers';
import { t } from '../../l10n';
import { hover } from '../../components/hover';
import { LightElement } from '../../components/lightElement';
import { ofToken } from '../../components/ofToken';
import { Roving } from '../../components/roving';
import { tokenCard, tokenChip } from '../../components/tokenChip';
import { styled } from '../../components/styled';

/** One side of a row: tokens, scores, bars on a scale that both sides share. */
@customElement('vs-token-list')
export class TokenList extends LightElement {
  @property({ attribute: false }) heading = { name: '', verb: '' };
  @property({ attribute: false }) tokens: readonly ScoredToken[] = [];
  /** The score whose bar is full. */
  @property({ attribute: false }) fullScore = 1;
  @property({ attribute: false }) testId = 'token-list';

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.token-row' }));
  }

  protected override template(): unknown {
    const { name, verb } = this.heading;
    const hasDot = this.tokens.some(({ dot }) => dot !== undefined);
    return html`<table
      class=${hasDot ? 'token-list token-list-wide' : 'token-list'}
      role="grid"
      aria-label=${`${name}: ${verb}`}
      data-testid=${this.testId}
    >
      <thead>
        <tr>
          <th scope="col" class="list-head">${name} <span class="list-verb">${verb}</span></th>
          <th scope="col" class="numeric">${t('Score')}</th>
          ${hasDot ? html`<th scope="col" class="numeric">${t('Dot')}</th>` : nothing}
          <th scope="col" class="bar-head"><span class="sr-only">${t('Bar')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${this.tokens.map((token, rank) => this.#row(token, rank, hasDot))}
      </tbody>
    </table>`;
  }

  #row(token: ScoredToken, rank: number, hasDot: boolean): TemplateResult {
    const share = Math.min(1, Math.abs(token.score) / (this.fullScore || 1));
    return html`<tr
      class="token-row"
      tabindex="-1"
      ${hover(() => tokenCard(token, rank))}
      ${ofToken(token)}
      @copy=${(event: ClipboardEvent) => {
        if (document.getSelection()?.isCollapsed === false) return;
        event.clipboardData?.setData('text/plain', exactText(token));
        event.preventDefault();
      }}
    >
      <td>${tokenChip(token, rank)}</td>
      <td class="numeric">${formatDecimal(token.score, DIGITS.score)}</td>
      ${
        hasDot
          ? html`<td class="numeric">
              ${token.dot === undefined ? nothing : formatDecimal(token.dot, DIGITS.score)}
            </td>`
          : nothing
      }
      <td class="bar-cell" aria-hidden="true">
        <span
          class=${token.score < 0 ? 'bar bar-negative' : 'bar'}
          ${styled({ '--share': String(share) })}
        ></span>
      </td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-token-list': TokenList;
  }
}
