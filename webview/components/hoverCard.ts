import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { hoverAt } from './hover';
import type { HoverContent } from './hover';
import { StoreElement } from './lightElement';
import { placeBeside } from './place';

/** How long one rests on something until its card shows, and until it goes after leaving. */
const SHOW_AFTER_MS = 300;
const HIDE_AFTER_MS = 200;
/** A focus that a key moved comes this soon after it; one that the panel set by itself shows no card. */
const KEY_RECENT_MS = 500;
const MOVING_KEY = /^(?:Tab|Arrow|Home|End|Page)/u;

interface Shown {
  readonly anchor: Element;
  readonly content: HoverContent;
}

/** The one hover card: on hover and on focus, can be entered, Escape closes it. */
@customElement('vs-hover-card')
export class HoverCard extends StoreElement {
  @state() private shown: Shown | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pending: Element | null = null;
  #lastKeyAt = -Infinity;

  override connectedCallback(): void {
    super.connectedCallback();
    this.id = 'hover-card';
    document.addEventListener('pointerover', this.#onPointer);
    document.documentElement.addEventListener('pointerleave', this.#onLeave);
    document.addEventListener('focusin', this.#onFocus);
    document.addEventListener('focusout', this.#onLeave);
    document.addEventListener('pointerdown', this.#onPress);
    document.addEventListener('scroll', this.#onScroll, true);
    document.addEventListener('keydown', this.#onKeydown, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerover', this.#onPointer);
    document.documentElement.removeEventListener('pointerleave', this.#onLeave);
    document.removeEventListener('focusin', this.#onFocus);
    document.removeEventListener('focusout', this.#onLeave);
    document.removeEventListener('pointerdown', this.#onPress);
    document.removeEventListener('scroll', this.#onScroll, true);
    document.removeEventListener('keydown', this.#onKeydown, true);
    clearTimeout(this.#timer);
  }

  protected override template(): unknown {
    if (this.shown === null) return nothing;
    return html`<div
      class="hover-card"
      role="tooltip"
      id="hover-card-text"
      data-testid="hover-card"
    >
      ${this.shown.content()}
    </div>`;
  }

  protected override updated(): void {
    const card = this.querySelector<HTMLElement>('.hover-card');
    if (card !== null && this.shown !== null) placeBeside(card, this.shown.anchor);
  }

  readonly #onPointer = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this.#over(event.target);
  };

  readonly #onFocus = (event: FocusEvent): void => {
    const byKey = performance.now() - this.#lastKeyAt < KEY_RECENT_MS;
    if (byKey) this.#over(event.target);
  };

  readonly #onLeave = (): void => {
    this.#over(null);
  };

  readonly #onPress = (event: PointerEvent): void => {
    if (!(event.target instanceof Node && this.contains(event.target))) this.#hide();
  };

  readonly #onScroll = (event: Event): void => {
    if (!(event.target instanceof Node && this.contains(event.target))) this.#hide();
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (MOVING_KEY.test(event.key)) this.#lastKeyAt = performance.now();
    if (event.key !== 'Escape' || this.shown === null) return;
    this.#hide();
    event.preventDefault();
    event.stopPropagation();
  };

  #over(target: EventTarget | null): void {
    if (target instanceof Node && this.contains(target)) {
      clearTimeout(this.#timer);
      return;
    }
    const found = target instanceof Element ? hoverAt(target) : undefined;
    if (found === undefined) {
      this.#later(HIDE_AFTER_MS, null, () => {
        this.#hide();
      });
    } else if (found.element !== this.shown?.anchor) {
      this.#later(SHOW_AFTER_MS, found.element, () => {
        this.#show({ anchor: found.element, content: found.content });
      });
    } else {
      clearTimeout(this.#timer);
    }
  }

  #later(delay: number, pending: Element | null, act: () => void): void {
    if (pending !== null && pending === this.#pending) return;
    this.#pending = pending;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, delay);
  }

  #show(shown: Shown): void {
    this.#hide();
    if (!shown.anchor.isConnected) return;
    this.shown = shown;
    shown.anchor.setAttribute('aria-describedby', 'hover-card-text');
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#pending = null;
    this.shown?.anchor.removeAttribute('aria-describedby');
    this.shown = null;
  }
}
