import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { kindTitle, placeOf } from '../format/components';
import { askFor } from '../format/findQuery';
import { t } from '../l10n';
import { Finder } from '../state/finder';
import type { FindMode, Finding, FindSection } from '../state/finder';
import { sameLocation } from '../state/history';
import { chordOf, Keys } from './keys';
import { StoreElement } from './lightElement';
import { tokensInFocus } from './ofToken';
import { placeBeside } from './place';
import { tokenChip } from './tokenChip';

const LIST_ID = 'find-list';

/** The box that finds components and tokens: `L5.FF.V`, `3v907`, `she`, `" she"`, `#537`. */
@customElement('vs-find-box')
export class FindBox extends StoreElement {
  @state() private open = false;
  /** Place of the marked option among all; -1: none. */
  @state() private active = -1;
  readonly #finder = new Finder(this.store);
  #mode: FindMode = 'component';
  #stopWatching: (() => void) | undefined;

  constructor() {
    super();
    new Keys(this, {
      g: () => this.#begin('component'),
      t: () => this.#beginToken(),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWatching = this.#finder.onDidChange(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    this.#finder.stop();
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  get #sections(): readonly FindSection[] {
    return this.open ? this.#finder.sections : [];
  }

  get #findings(): readonly Finding[] {
    return this.#sections.flatMap(({ findings }) => findings);
  }

  /** `t` on a token searches that one; where several stand, they are offered. */
  #beginToken(): boolean {
    const here = tokensInFocus();
    const [only] = here;
    if (only !== undefined && here.length === 1) {
      this.store.navigate({ page: 'search', token: askFor(only) });
      return true;
    }
    this.#begin('token');
    this.#clear();
    this.#finder.offer(here);
    this.open = true;
    return true;
  }

  #begin(mode: FindMode): boolean {
    this.#mode = mode;
    this.#input?.focus();
    this.#input?.select();
    this.requestUpdate();
    return true;
  }

  protected override template(): unknown {
    if (this.store.summary === null) return nothing;
    const shown = this.#findings.length > 0;
    const label =
      this.#mode === 'token' ? t('Find token: she, " she", #537') : t('Find token or component');
    return html`<search class="find-box" data-testid="go" @focusout=${this.#onFocusout}>
      <input
        class="text-input"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        placeholder=${label}
        aria-label=${label}
        aria-autocomplete="list"
        aria-expanded=${String(shown)}
        aria-controls=${shown ? LIST_ID : nothing}
        aria-activedescendant=${shown && this.active >= 0 ? optionId(this.active) : nothing}
        @input=${this.#onInput}
        @keydown=${this.#onKeydown}
      />
      ${shown ? this.#list() : nothing} ${this.#message(shown)}
    </search>`;
  }

  #message(shown: boolean): unknown {
    const { problem } = this.#finder;
    if (!this.open || problem === '') return nothing;
    return html`<p class="go-problem" role="alert" data-testid="go-problem" ?hidden=${shown}>
      ${problem}
    </p>`;
  }

  #list(): TemplateResult {
    let at = 0;
    return html`<div
      class="find-list"
      id=${LIST_ID}
      role="listbox"
      aria-label=${t('Found')}
      data-testid="find-list"
      @pointerdown=${keepFocus}
    >
      ${this.#sections.map(({ title, findings }) => {
        const first = at;
        at += findings.length;
        return html`<div role="group" aria-label=${title}>
          <div class="find-title" role="presentation">${title}</div>
          ${findings.map((finding, index) => this.#option(finding, first + index))}
        </div>`;
      })}
    </div>`;
  }

  #option(finding: Finding, at: number): TemplateResult {
    return html`<div
      class="find-option"
      id=${optionId(at)}
      role="option"
      aria-selected=${String(at === this.active)}
      data-testid="find-option"
      @click=${() => {
        this.#choose(finding);
      }}
    >
      ${describe(finding)}
    </div>`;
  }

  protected override updated(): void {
    const list = this.querySelector<HTMLElement>('.find-list');
    if (list === null) return;
    placeBeside(list, this);
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  readonly #onInput = (): void => {
    this.open = true;
    this.active = -1;
    this.#finder.look(this.#input?.value ?? '', this.#mode);
  };

  readonly #onFocusout = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && this.contains(event.relatedTarget)) return;
    this.open = false;
    this.#mode = 'component';
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const count = this.#findings.length;
    switch (chordOf(event)) {
      case 'ArrowDown':
        if (this.open) this.active = count === 0 ? -1 : (this.active + 1) % count;
        else this.#onInput();
        break;
      case 'ArrowUp':
        this.active = this.active <= 0 ? count - 1 : this.active - 1;
        break;
      case 'Enter':
      case 'Ctrl+Enter':
        void this.#enter(chordOf(event) !== 'Enter');
        break;
      case 'Escape':
        this.#escape();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  async #enter(beside: boolean): Promise<void> {
    if (!this.open) this.#onInput();
    const typed = this.#input?.value ?? '';
    const finding = this.#findings[this.active] ?? (await this.#finder.best());
    if (finding !== undefined && this.#input?.value === typed) {
      this.#choose(finding, beside);
    }
  }

  /** Takes back what is typed, then leads back to the page. */
  #escape(): void {
    if (this.#input?.value === '') {
      focusPage();
    } else {
      this.#clear();
    }
  }

  #choose({ location }: Finding, beside = false): void {
    this.#clear();
    if (beside) this.store.host.openBeside(location);
    else if (sameLocation(this.store.location, location)) focusPage();
    else this.store.navigate(location);
  }

  #clear(): void {
    this.open = false;
    this.active = -1;
    if (this.#input !== null) this.#input.value = '';
    this.#finder.look('', this.#mode);
  }
}

function optionId(at: number): string {
  return `find-option-${at}`;
}

function focusPage(): void {
  document.querySelector<HTMLElement>('.page-host > *')?.focus();
}

/** A press on an option leaves the focus in the box. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

function describe({ component, token, note }: Finding): TemplateResult {
  if (token !== undefined) {
    return html`${tokenChip(token)}<span class="find-detail">#${token.id}</span>`;
  }
  if (note !== undefined) {
    return html`<span class="row-name">${component}</span>
      <span class="find-detail">${note}</span>`;
  }
  const kind = placeOf(component ?? '')?.ref.kind;
  return html`<span class="row-name">${component}</span>
    <span class="find-detail">${kind === undefined ? t('attention head') : kindTitle(kind)}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-find-box': FindBox;
  }
}
