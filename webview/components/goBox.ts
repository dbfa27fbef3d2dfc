import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { locate } from '../format/components';
import { t } from '../l10n';
import { Keys } from './keys';
import { StoreElement } from './lightElement';
import type { ValueControl } from './toolkit';

/** The field that leads to a component: `L5.FF.V`, `L3.H7.O[5]`. */
@customElement('vs-go-box')
export class GoBox extends StoreElement {
  @state() private problem = '';

  constructor() {
    super();
    const focus = (): boolean => {
      this.#field?.focus();
      return true;
    };
    new Keys(this, { g: focus, t: focus });
  }

  get #field(): ValueControl | null {
    return this.querySelector<ValueControl>('ttk-text-field');
  }

  protected override template(): unknown {
    return html`<search class="go-box">
      <ttk-text-field
        class="labelled-inside"
        placeholder=${t('Go to component')}
        data-testid="go"
        @keydown=${this.#onKeydown}
        @input=${() => {
          this.problem = '';
        }}
        >${t('Go to component')}</ttk-text-field
      >
      ${
        this.problem === ''
          ? nothing
          : html`<p class="go-problem" role="alert" data-testid="go-problem">${this.problem}</p>`
      }
    </search>`;
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.#go();
    else if (event.key === 'Escape') this.#clear();
    else return;
    event.stopPropagation();
  };

  #clear(): void {
    this.problem = '';
    if (this.#field !== null) this.#field.value = '';
  }

  #go(): void {
    const { summary } = this.store;
    const text = this.#field?.value.trim() ?? '';
    if (summary === null || text === '') return;
    const found = locate(text, summary);
    if ('problem' in found) {
      this.problem = found.problem;
      return;
    }
    this.#clear();
    this.store.navigate(found.location);
  }
}
