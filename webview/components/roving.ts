/** One tab stop for a group of elements, arrows between them. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { chordOf } from './keys';
import { rovingTarget } from './movement';

interface RovingOptions {
  /** Selects the elements of the group, in document order. */
  readonly items: string;
  /** Elements in a line: up and down move by as many. Default 1. */
  columns?(): number;
  /** Which of them Tab reaches before the reader has moved. Default the first. */
  start?(): number;
}

/** Keeps `tabindex` of the group and moves the focus by keys. */
export class Roving implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: RovingOptions;
  /** Undefined until the reader moves. */
  #active: number | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, options: RovingOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get #items(): readonly HTMLElement[] {
    return [...this.#host.querySelectorAll<HTMLElement>(this.#options.items)];
  }

  hostConnected(): void {
    this.#host.addEventListener('keydown', this.#onKeydown);
    this.#host.addEventListener('focusin', this.#onFocusin);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('keydown', this.#onKeydown);
    this.#host.removeEventListener('focusin', this.#onFocusin);
  }

  hostUpdated(): void {
    const items = this.#items;
    const wanted = this.#active ?? this.#options.start?.() ?? 0;
    const active = Math.max(0, Math.min(wanted, items.length - 1));
    if (this.#active !== undefined) this.#active = active;
    for (const [index, item] of items.entries()) item.tabIndex = index === active ? 0 : -1;
  }

  readonly #onFocusin = (event: FocusEvent): void => {
    const index = this.#items.indexOf(event.target as HTMLElement);
    if (index === -1 || index === this.#active) return;
    this.#active = index;
    this.hostUpdated();
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const items = this.#items;
    const at = items.indexOf(event.target as HTMLElement);
    if (at === -1) return;
    const columns = this.#options.columns?.() ?? 1;
    const target = rovingTarget(chordOf(event), at, items.length, columns);
    const item = target === undefined ? undefined : items[target];
    if (item === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    item.focus();
  };
}
