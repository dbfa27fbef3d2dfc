import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { GlossaryId } from '../../src/core/model/glossary';
import type { ReadingOptions } from '../../src/core/projection/options';
import { formatCount } from '../format/numbers';
import { activeFilterCount, changedOptions } from '../format/options';
import type { OptionName } from '../format/options';
import { t } from '../l10n';
import { definition } from './definition';
import './filtersPopover';
import { hover } from './hover';
import { Keys } from './keys';
import { StoreElement } from './lightElement';
import type { CheckControl, ValueControl } from './toolkit';

/** Tokens on each side that a reader may ask for. */
const MAX_K = 200;

type Choice = 'space' | 'fold' | 'rank';

const CHOICES: Readonly<Record<Choice, readonly string[]>> = {
  space: ['auto', 'input', 'output'],
  fold: ['none', 'norms'],
  rank: ['dot', 'cosine', 'abs', 'specificity'],
};

/** What a choice means beside what its option means. */
const CHOICE_ENTRIES: Readonly<Record<string, readonly GlossaryId[]>> = {
  ...{ auto: ['inputSpace', 'outputSpace'], input: ['inputSpace'], output: ['outputSpace'] },
  ...{ dot: ['rankDot'], cosine: ['rankCosine'] },
  ...{ abs: ['rankAbs'], specificity: ['rankSpecificity'] },
};

/** How everything is read: what differs from the defaults is marked, and can be reset. */
@customElement('vs-options-bar')
export class OptionsBar extends StoreElement {
  @state() private expanded = false;
  @state() private kProblem = false;

  constructor() {
    super();
    new Keys(this, {
      o: () => {
        this.expanded = true;
        void this.updateComplete.then(() => {
          this.querySelector<HTMLElement>('ttk-dropdown')?.focus();
        });
        return true;
      },
    });
  }

  protected override template(): unknown {
    if (!this.store.started || !this.store.isReadable) return nothing;
    const { options, defaults } = this.store;
    const changed = changedOptions(options, defaults);
    return html`<section class="options-bar" aria-label=${t('Options')} data-testid="options-bar">
      <button
        class="options-toggle"
        aria-expanded=${String(this.expanded)}
        @click=${() => {
          this.expanded = !this.expanded;
        }}
      >
        ${t('Options')}${changed.size > 0 ? ` ● ${changed.size}` : ''}
      </button>
      <div class=${classMap({ 'options-controls': true, expanded: this.expanded })}>
        ${this.#choice('space', t('Space'), changed)} ${this.#choice('fold', t('Fold'), changed)}
        ${this.#choice('rank', t('Rank'), changed)} ${this.#count(options, changed)}
        ${this.#withoutCommon(options, changed)} ${this.#filters(options, changed)}
        ${this.#hidden(options, changed)} ${changed.size === 0 ? nothing : this.#reset()}
      </div>
    </section>`;
  }

  #reset(): TemplateResult {
    return html`<ttk-button
      appearance="secondary"
      data-testid="options-reset"
      @click=${() => {
        this.store.setOptions(this.store.defaults);
        this.store.announce(t('All options are at their defaults.'));
      }}
      >${t('Reset')}</ttk-button
    >`;
  }

  #mark(name: OptionName, changed: ReadonlySet<OptionName>): TemplateResult | typeof nothing {
    if (!changed.has(name)) return nothing;
    return html`<span class="option-mark" role="img" aria-label=${t('not the default')}>●</span>`;
  }

  #choice(name: Choice, label: string, changed: ReadonlySet<OptionName>): TemplateResult {
    const refusal = name === 'fold' ? (this.store.summary?.foldRefusal ?? null) : null;
    const value: string = this.store.options[name];
    return html`<div
      class="option"
      ${hover(
        () =>
          html`${refusal === null ? nothing : html`<p>${refusal}</p>`}${definition(name)}
          ${(CHOICE_ENTRIES[value] ?? []).map(definition)}`,
      )}
    >
      <span class="option-label" aria-hidden="true">${label}</span>
      <ttk-dropdown
        aria-label=${refusal === null ? label : `${label}: ${refusal}`}
        data-testid="option-${name}"
        ?disabled=${refusal !== null}
        .value=${value}
        @change=${(event: Event) => {
          const chosen = (event.target as ValueControl).value;
          this.store.setOptions({ [name]: chosen });
        }}
      >
        ${CHOICES[name].map(
          (choice) =>
            html`<ttk-option value=${choice} ?selected=${choice === value}>${choice}</ttk-option>`,
        )}
      </ttk-dropdown>
      ${this.#mark(name, changed)}
    </div>`;
  }

  #count({ k }: ReadingOptions, changed: ReadonlySet<OptionName>): TemplateResult {
    return html`<div class="option option-k" ${hover(() => definition('k'))}>
      <ttk-text-field
        class=${classMap({ invalid: this.kProblem })}
        size="3"
        data-testid="option-k"
        .value=${String(k)}
        @change=${(event: Event) => {
          this.#setCount((event.target as ValueControl).value);
        }}
        >${t('k')}</ttk-text-field
      >
      ${this.#mark('k', changed)}
      ${
        this.kProblem
          ? html`<span class="option-problem" role="alert">${t('1 to {0}', MAX_K)}</span>`
          : nothing
      }
    </div>`;
  }

  #setCount(text: string): void {
    const k = Number(text.trim());
    this.kProblem = !(Number.isInteger(k) && k >= 1 && k <= MAX_K);
    if (!this.kProblem) this.store.setOptions({ k });
  }

  #withoutCommon(
    { withoutCommon }: ReadingOptions,
    changed: ReadonlySet<OptionName>,
  ): TemplateResult {
    return html`<div
      class="option"
      ${hover(() => html`${definition('withoutCommon')}${definition('commonDirections')}`)}
    >
      <ttk-checkbox
        data-testid="option-without-common"
        .checked=${withoutCommon}
        @change=${(event: Event) => {
          this.store.setOptions({ withoutCommon: (event.target as CheckControl).checked });
        }}
        >${t('Without common')}</ttk-checkbox
      >
      ${this.#mark('withoutCommon', changed)}
    </div>`;
  }

  #filters({ filters }: ReadingOptions, changed: ReadonlySet<OptionName>): TemplateResult {
    return html`<div class="option">
      <vs-filters-popover
        .label=${t('Filters {0}', activeFilterCount(filters))}
        .filters=${filters}
        .onChange=${(change: Partial<ReadingOptions['filters']>) => {
          const { list, ...others } = { ...this.store.options.filters, ...change };
          const merged = list === undefined || list.length === 0 ? others : { ...others, list };
          this.store.setOptions({ filters: merged });
        }}
      ></vs-filters-popover>
      ${this.#mark('filters', changed)}
    </div>`;
  }

  #hidden({ filters }: ReadingOptions, changed: ReadonlySet<OptionName>): TemplateResult {
    const count = this.store.spaces.get('output')?.undertrained;
    const number = count === undefined ? '…' : formatCount(count);
    const hides = filters.excludeUndertrained;
    return html`<div class="option" ${hover(() => definition('undertrained'))}>
      <button
        class="toggle"
        aria-pressed=${String(hides)}
        data-testid="option-hidden"
        @click=${() => {
          this.store.setOptions({ filters: { ...filters, excludeUndertrained: !hides } });
        }}
      >
        ${hides ? t('{0} hidden', number) : t('{0} under-trained shown', number)}
      </button>
      ${this.#mark('hidden', changed)}
    </div>`;
  }
}
