/** What the engine knows of the two spaces under the present options: control, counted and hidden tokens. */
import type { RowKind } from '../../src/core/model/componentId';
import { ROW_KIND_INFO } from '../../src/core/model/rowKinds';
import type { ReadingOptions, Space } from '../../src/core/projection/options';
import type { SpaceSummary } from '../../src/protocol/engineApi';

/** The space that rows of a kind are read in. */
export function spaceOf(kind: RowKind, options: ReadingOptions): Space {
  return options.space === 'auto' ? ROW_KIND_INFO[kind].space : options.space;
}

/** Asks each space once and keeps the answer until the options change. */
export class SpaceSummaries {
  readonly #fetch: (space: Space) => Promise<SpaceSummary>;
  readonly #onLoaded: () => void;
  readonly #known = new Map<Space, SpaceSummary | null>();
  #generation = 0;

  constructor(fetch: (space: Space) => Promise<SpaceSummary>, onLoaded: () => void) {
    this.#fetch = fetch;
    this.#onLoaded = onLoaded;
  }

  /** The summary, if it has come; the first call asks for it. */
  get(space: Space): SpaceSummary | undefined {
    const known = this.#known.get(space);
    if (known === undefined) {
      this.#known.set(space, null);
      void this.#load(space, this.#generation);
    }
    return known ?? undefined;
  }

  /** Forgets everything: options or model changed. */
  clear(): void {
    this.#generation += 1;
    this.#known.clear();
  }

  async #load(space: Space, generation: number): Promise<void> {
    try {
      const summary = await this.#fetch(space);
      if (generation !== this.#generation) return;
      this.#known.set(space, summary);
      this.#onLoaded();
    } catch {
      // Cards then lack the control's numbers; readings themselves say what is wrong.
    }
  }
}
