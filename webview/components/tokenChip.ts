/** A token as a chip: markers for what cannot be seen, exact text for copies, a name for screen readers. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { displaySegments } from '../../src/core/tokenizer/display';
import type { ScoredToken, TokenView } from '../../src/protocol/reading';
import { exactText } from '../format/export';
import { formatFull } from '../format/numbers';
import { spacedHex, spokenScoredToken, spokenToken } from '../format/tokens';
import { t } from '../l10n';
import { definition } from './definition';
import { hover } from './hover';
import { ofToken } from './ofToken';

function isScored(token: TokenView | ScoredToken): token is ScoredToken {
  return 'score' in token;
}

function bytesOf(token: TokenView): string {
  if (token.text === null) return token.hex ?? '';
  return [...new TextEncoder().encode(token.text)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function field(name: string, value: string): TemplateResult {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

/** Everything about a token; `rank` counts from 0. */
export function tokenCard(token: TokenView | ScoredToken, rank?: number): TemplateResult {
  const bytes = bytesOf(token);
  const text = token.text === null ? exactText(token) : JSON.stringify(token.text);
  return html`<dl class="card-fields">
      ${field(t('Token'), text)} ${field(t('Id'), String(token.id))}
      ${bytes === '' ? nothing : field(t('Bytes'), spacedHex(bytes))}
      ${isScored(token) ? field(t('Score'), formatFull(token.score)) : nothing}
      ${isScored(token) && token.dot !== undefined ? field(t('Dot product'), formatFull(token.dot)) : nothing}
      ${rank === undefined ? nothing : field(t('Place in the list'), String(rank + 1))}
    </dl>
    ${token.special === true ? definition('special') : nothing}
    ${token.padding === true ? definition('padding') : nothing}
    ${token.undertrained === true ? definition('undertrained') : nothing}`;
}

/** The chip of a token; `rank` is its place in its list, from 0. */
export function tokenChip(token: TokenView | ScoredToken, rank?: number): TemplateResult {
  const classes = classMap({
    chip: true,
    'chip-special': token.special === true,
    'chip-padding': token.padding === true,
    'chip-undertrained': token.undertrained === true,
  });
  return html`<bdi
    class=${classes}
    role="img"
    aria-label=${isScored(token) ? spokenScoredToken(token) : spokenToken(token)}
    data-exact=${exactText(token)}
    data-testid="token-chip"
    ${hover(() => tokenCard(token, rank))}
    ${ofToken(token)}
    >${displaySegments(token).map(({ text, kind }) => html`<span class="glyph-${kind}">${text}</span>`)}</bdi
  >`;
}

/** Chips in a line. */
export function tokenChips(tokens: readonly ScoredToken[]): readonly TemplateResult[] {
  return tokens.map((token, rank) => tokenChip(token, rank));
}
