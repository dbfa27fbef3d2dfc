import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TokenView } from '../../../src/protocol/reading';
import type { TokenMatches } from '../../../src/protocol/search';
import { askFor, offerTokens, parseFind } from '../../format/findQuery';
import { spokenToken } from '../../format/tokens';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { StoreElement } from '../../components/lightElement';
import { tokenChip } from '../../components/tokenChip';

const MAX_OFFERED = 4;

/** One side of a head's pairs: any token, or the one that is typed, with its other spellings. */
@customElement('vs-token-side')
export class TokenSide extends StoreElement {
  @property({ attribute: false }) label = '';
  /** Exact text, or an id as `#537`; null for any. */
  @property({ attribute: false }) token: string | null = null;
  @property({ attribute: false }) testId = 'token-side';
  @property({ attribute: false }) choose: (token: string | null) => void = () => undefined;
  readonly #matches = new Resource<TokenMatches | null>(this);

  protected override willUpdate(): void {
    const { token, store } = this;
    const text = token === null || /^#\d+$/u.test(token) ? null : token;
    this.#matches.load(`${store.summary?.model ?? ''} ${text ?? ''}`, (signal) =>
      text === null || store.summary?.tokenizer === null
        ? Promise.resolve(null)
        : store.host.query('matchTokens', { text }, { signal }),
    );
  }

  protected override template(): unknown {
    return html`<span class="token-side">
      <label
        >${this.label}
        <input
          class="text-input"
          type="text"
          spellcheck="false"
          placeholder=${t('any')}
          data-testid=${this.testId}
          .value=${this.token ?? ''}
          @change=${(event: Event) => {
            this.#take((event.target as HTMLInputElement).value);
          }}
      /></label>
      ${this.token === null ? nothing : this.#clear()} ${this.#offers()}
    </span>`;
  }

  #clear(): TemplateResult {
    return html`<button
      class="footer-button"
      data-testid="${this.testId}-any"
      aria-label=${t('{0}: any token', this.label)}
      @click=${() => {
        this.choose(null);
      }}
    >
      ${t('Any')}
    </button>`;
  }

  /** Quotes mean the text exactly, `#537` that id; a lone space is a token too. */
  #take(typed: string): void {
    if (typed === '') {
      this.choose(null);
      return;
    }
    const { token } = parseFind(typed);
    if (token === null) this.choose(typed);
    else this.choose(token.by === 'id' ? `#${String(token.id)}` : token.text);
  }

  /** Other spellings of the word, or what is spelled like it where it is no token. */
  #offers(): unknown {
    const matches = this.#matches.value ?? null;
    const { token } = this;
    if (matches === null || token === null || this.#matches.loading) return nothing;
    const { spellings, pieces, nearest } = offerTokens(token, false, matches);
    const others = [...spellings, ...pieces, ...nearest].filter(({ text }) => text !== token);
    if (others.length === 0) return nothing;
    return html`<span class="token-offers"
      >${t('or')} ${others.slice(0, MAX_OFFERED).map((other) => this.#offer(other))}</span
    >`;
  }

  #offer(token: TokenView): TemplateResult {
    return html`<button
      class="chip-button"
      aria-label=${t('{0}: {1}', this.label, spokenToken(token))}
      @click=${() => {
        this.choose(askFor(token));
      }}
    >
      ${tokenChip(token)}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-token-side': TokenSide;
  }
}
