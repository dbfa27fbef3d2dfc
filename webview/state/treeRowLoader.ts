/** Fetches the rows that the tree shows under tables, a page of each at a time, words alone. */
import type { TableRow } from '../../src/protocol/reading';
import type { PanelStore } from './panelStore';
import { TREE_PAGE_ROWS } from './treeModel';
import type { TreeRows } from './treeModel';

interface TableRows {
  shown: number;
  readonly rows: TableRow[];
  /** Rows asked for so far. */
  asked: number;
}

export class TreeRowLoader implements TreeRows {
  readonly #store: PanelStore;
  readonly #tables = new Map<string, TableRows>();
  #controller = new AbortController();
  #dataKey = '';
  /** Called when rows came. */
  onLoaded: () => void = () => undefined;

  constructor(store: PanelStore) {
    this.#store = store;
  }

  shown(matrix: string): number {
    return this.#tables.get(matrix)?.shown ?? TREE_PAGE_ROWS;
  }

  row(matrix: string, index: number): TableRow | undefined {
    return this.#tables.get(matrix)?.rows[index];
  }

  /** Says which tables are unfolded: their rows are fetched unless they are there. */
  want(matrices: readonly string[]): void {
    if (!this.#store.started) return;
    if (this.#dataKey !== this.#store.dataKey) {
      this.#dataKey = this.#store.dataKey;
      this.#controller.abort();
      this.#controller = new AbortController();
      for (const table of this.#tables.values()) table.asked = 0;
    }
    for (const matrix of matrices) void this.#fetch(matrix);
  }

  showMore(matrix: string): void {
    const table = this.#table(matrix);
    table.shown += TREE_PAGE_ROWS;
    void this.#fetch(matrix);
    this.onLoaded();
  }

  dispose(): void {
    this.#controller.abort();
    this.#dataKey = '';
  }

  #table(matrix: string): TableRows {
    const table = this.#tables.get(matrix) ?? { shown: TREE_PAGE_ROWS, rows: [], asked: 0 };
    this.#tables.set(matrix, table);
    return table;
  }

  async #fetch(matrix: string): Promise<void> {
    const table = this.#table(matrix);
    const start = table.asked;
    if (start >= table.shown) return;
    table.asked = table.shown;
    const { signal } = this.#controller;
    try {
      for (let from = start; from < table.shown; from += TREE_PAGE_ROWS) {
        const page = await this.#store.host.query(
          'rowPage',
          {
            ...{ matrix, options: this.#store.options, start: from, count: TREE_PAGE_ROWS },
            ...{ sort: 'row', descending: false, statistics: false },
          },
          { signal },
        );
        for (const [at, row] of page.rows.entries()) table.rows[from + at] = row;
        this.onLoaded();
      }
    } catch {
      // The tree keeps its ids without words; the table itself says what is wrong when it opens.
    }
  }
}
