/** Shapes of the rows in sight: asked for once scrolling rests, kept for as long as options stay. */
import { CancelledError } from '../../../src/core/errors';
import { Observable } from '../../state/observable';
import type { PanelStore } from '../../state/panelStore';

/** Scrolling rests after this long. */
const REST_MS = 200;
/** Rows of one request. */
const MAX_ASKED = 64;
/** Rows whose shapes are kept: a few hundred numbers each. */
const MAX_KEPT = 4096;

export type Shape = readonly number[] | null;

export class RowShapes extends Observable {
  readonly #store: PanelStore;
  readonly #shapes = new Map<string, Shape>();
  #key = '';
  #wanted: readonly string[] = [];
  #asking: AbortController | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(store: PanelStore) {
    super();
    this.#store = store;
  }

  /** Counts of a row's scores by bin; null where they have no shape, undefined until they are there. */
  of(component: string): Shape | undefined {
    return this.#shapes.get(component);
  }

  /** Says which rows are in sight and judged. */
  show(components: readonly string[]): void {
    if (this.#key !== this.#store.dataKey) {
      this.#key = this.#store.dataKey;
      this.#shapes.clear();
      this.#wanted = [];
    }
    const missing = components.filter((id) => !this.#shapes.has(id)).slice(0, MAX_ASKED);
    if (missing.length === 0 || missing.join() === this.#wanted.join()) return;
    this.stop();
    this.#wanted = missing;
    this.#resting = setTimeout(() => void this.#ask(missing), REST_MS);
  }

  /** Asks for nothing more. */
  stop(): void {
    clearTimeout(this.#resting);
    this.#asking?.abort();
    this.#asking = undefined;
    this.#wanted = [];
  }

  async #ask(components: readonly string[]): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const { host } = this.#store;
    try {
      await host.calm();
      const { options } = this.#store;
      const { rows } = await host.query(
        'shapes',
        { components, options },
        { signal: asking.signal },
      );
      if (this.#asking !== asking) return;
      for (const { component, counts } of rows) this.#shapes.set(component, counts);
    } catch (error) {
      if (this.#asking !== asking || error instanceof CancelledError) return;
      // A table without sparklines is still a table: what failed is not asked again.
      for (const component of components) this.#shapes.set(component, null);
    }
    for (const oldest of this.#shapes.keys()) {
      if (this.#shapes.size <= MAX_KEPT) break;
      this.#shapes.delete(oldest);
    }
    this.#wanted = [];
    this.changed();
  }
}
