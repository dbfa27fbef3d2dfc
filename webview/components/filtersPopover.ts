import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NO_TOKEN_FILTERS } from '../format/options';
import type { TokenFilters } from '../../src/core/projection/options';
import { t } from '../l10n';
import { definition } from './definition';
import { icon } from './icon';
import { Keys } from './keys';
import { LightElement } from './lightElement';
import { placeBeside } from './place';
import type { CheckControl, ValueControl } from './toolkit';

type Switch = 'ascii' | 'alphanumeric' | 'wordStart' | 'excludeSpecial';

/** Which tokens the lists leave out: a button that unfolds the choices. */
@customElement('vs-filters-popover')
export class FiltersPopover extends LightElement {
  @property({ attribute: false }) label = '';
  @property({ attribute: false }) filters: TokenFilters = NO_TOKEN_FILTERS;
  @property({ attribute: false }) onChange: (change: Partial<TokenFilters>) => void = () =>
    undefined;
  @state() private open = false;

  constructor() {
    super();
    new Keys(this, {
      Escape: () => {
        if (!this.open) return false;
        this.#toggle(false);
        this.querySelector<HTMLElement>('.menu-button')?.focus();
        return true;
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#onPress);
  }

  protected override template(): unknown {
    return html`<button
        class="menu-button"
        aria-haspopup="dialog"
        aria-expanded=${String(this.open)}
        data-testid="option-filters"
        @click=${() => {
          this.#toggle(!this.open);
        }}
      >
        ${this.label}${icon('down')}
      </button>
      ${this.open ? this.#choices() : nothing}`;
  }

  protected override updated(): void {
    const popover = this.querySelector<HTMLElement>('.popover');
    if (popover !== null) placeBeside(popover, this);
  }

  #choices(): TemplateResult {
    return html`<div class="popover" role="dialog" aria-label=${t('Filters')}>
      ${definition('filters')} ${this.#switch('ascii', t('Printable ASCII only'))}
      ${this.#switch('alphanumeric', t('Letters and digits only'))}
      ${this.#switch('wordStart', t('Word starts only'))}
      ${this.#switch('excludeSpecial', t('No special tokens'))}
      <ttk-text-field
        data-testid="filter-list"
        placeholder=${t('any word')}
        .value=${(this.filters.list ?? []).join(' ')}
        @change=${(event: Event) => {
          const words = (event.target as ValueControl).value.toLowerCase().split(/[\s,]+/u);
          this.onChange({ list: words.filter((word) => word !== '') });
        }}
        >${t('Only these words')}</ttk-text-field
      >
    </div>`;
  }

  #switch(name: Switch, label: string): TemplateResult {
    return html`<ttk-checkbox
      data-testid="filter-${name}"
      .checked=${this.filters[name]}
      @change=${(event: Event) => {
        this.onChange({ [name]: (event.target as CheckControl).checked });
      }}
      >${label}</ttk-checkbox
    >`;
  }

  readonly #onPress = (event: PointerEvent): void => {
    if (!(event.target instanceof Node && this.contains(event.target))) this.#toggle(false);
  };

  #toggle(open: boolean): void {
    this.open = open;
    if (open) document.addEventListener('pointerdown', this.#onPress);
    else document.removeEventListener('pointerdown', this.#onPress);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-filters-popover': FiltersPopover;
  }
}
