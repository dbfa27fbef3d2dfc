import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { LightElement } from './lightElement';
import { icon } from './icon';
import { placeBeside } from './place';
import { Roving } from './roving';

export interface MenuItem {
  readonly label: string;
  readonly checked?: boolean;
  /** Switched on and off by itself, the menu stays; else one of several, or nothing to check. */
  readonly toggles?: boolean;
  act(): void;
}

function roleOf({ checked, toggles }: MenuItem): string {
  if (checked === undefined) return 'menuitem';
  return toggles === true ? 'menuitemcheckbox' : 'menuitemradio';
}

/** A button that unfolds a menu: Down opens it, Escape and Tab close it. */
@customElement('vs-menu-button')
export class MenuButton extends LightElement {
  @property({ attribute: false }) label: string | TemplateResult = '';
  /** The button's name where `label` alone does not say it. */
  @property({ attribute: false }) name = '';
  @property({ attribute: false }) items: () => readonly MenuItem[] = () => [];
  @property({ attribute: false }) testId = 'menu-button';
  @state() private open = false;

  constructor() {
    super();
    this.addController(new Roving(this, { items: '[role^="menuitem"]' }));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#onPress);
  }

  protected override template(): unknown {
    return html`<button
        class="menu-button"
        aria-haspopup="menu"
        aria-expanded=${this.open ? 'true' : 'false'}
        aria-label=${this.name === '' ? nothing : this.name}
        data-testid=${this.testId}
        @click=${() => {
          this.#toggle(!this.open);
        }}
        @keydown=${this.#onButtonKey}
      >
        ${this.label}${icon('down')}
      </button>
      ${this.open ? this.#menu() : nothing}`;
  }

  #menu(): TemplateResult {
    return html`<div
      class="menu"
      role="menu"
      @keydown=${this.#onMenuKey}
      @focusout=${this.#onFocusout}
    >
      ${this.items().map(
        (item) =>
          html`<div
            class="menu-item"
            role=${roleOf(item)}
            aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            tabindex="-1"
            @click=${() => {
              this.#choose(item);
            }}
          >
            ${item.label}
          </div>`,
      )}
    </div>`;
  }

  protected override updated(): void {
    const menu = this.querySelector<HTMLElement>('.menu');
    if (menu === null || menu.contains(document.activeElement)) return;
    placeBeside(menu, this);
    const checked = menu.querySelector<HTMLElement>('[aria-checked="true"]');
    (checked ?? menu.querySelector<HTMLElement>('.menu-item'))?.focus();
  }

  readonly #onPress = (event: PointerEvent): void => {
    if (!(event.target instanceof Node && this.contains(event.target))) this.#toggle(false);
  };

  #toggle(open: boolean): void {
    this.open = open;
    if (open) document.addEventListener('pointerdown', this.#onPress);
    else document.removeEventListener('pointerdown', this.#onPress);
  }

  #close(): void {
    this.#toggle(false);
    this.querySelector<HTMLElement>('.menu-button')?.focus();
  }

  #choose(item: MenuItem): void {
    if (item.toggles !== true) this.#close();
    item.act();
    this.requestUpdate();
  }

  readonly #onFocusout = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) {
      this.#toggle(false);
    }
  };

  readonly #onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    this.#toggle(true);
    event.preventDefault();
    event.stopPropagation();
  };

  readonly #onMenuKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#close();
    else if (event.key === 'Enter' || event.key === ' ') (event.target as HTMLElement).click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-menu-button': MenuButton;
  }
}
