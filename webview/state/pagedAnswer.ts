/** The rows of one question of an element, by pages, with what its answers say beside their rows. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Progress } from '../../src/core/errors';
import { PagedRows } from './pagedRows';

const FIRST_GUESS_ROWS = 64;

interface Answer<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Asks for rows from `start`; pages come whole at once. */
type Ask<Found> = (
  page: { readonly start: number; readonly count: number },
  handling: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
) => Promise<Found>;

/** Pages for a key, as `Resource` is one value for a key: another key begins anew, and nothing outlives the element. */
export class PagedAnswer<Row, Found extends Answer<Row>> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #key: string | undefined;
  #rows: PagedRows<Row> | null = null;
  #found: Found | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Undefined before anything is asked. */
  get key(): string | undefined {
    return this.#key;
  }

  get rows(): PagedRows<Row> | null {
    return this.#rows;
  }

  /** The newest answer to the present key. */
  get found(): Found | null {
    return this.#found;
  }

  /** Makes sure that the pages of `key` are asked with `ask`. */
  load(key: string, ask: Ask<Found>): void {
    if (key === this.#key) return;
    this.#end();
    this.#key = key;
    const rows = new PagedRows<Row>(
      async (start, count, _depth, signal, onProgress) => {
        const found = await ask({ start, count }, { signal, onProgress });
        if (this.#rows === rows) this.#found = found;
        return { rows: found.rows, total: found.total, complete: true };
      },
      FIRST_GUESS_ROWS,
      'words',
    );
    this.#rows = rows;
    rows.onDidChange(() => {
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#end();
  }

  #end(): void {
    this.#rows?.dispose();
    this.#rows = null;
    this.#found = null;
    this.#key = undefined;
  }
}
