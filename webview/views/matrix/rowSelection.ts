/** Which rows of a table are selected: one by one, a stretch, or all that the filter leaves. */
import { CancelledError } from '../../../src/core/errors';
import type { TableRow } from '../../../src/protocol/reading';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import type { RowSource } from '../../state/pagedRows';
import type { PanelStore } from '../../state/panelStore';
import type { RowOrder } from './matrixRows';

/** Rows that can be selected at once: more are a case for an export. */
const MAX_SELECTED = 10_000;

/** The table whose rows are selected, as the reader sees it. */
export interface SelectedTable {
  readonly matrix: string;
  /** Under which the panel remembers the table. */
  readonly key: string;
  readonly order: RowOrder;
  readonly source: RowSource<TableRow>;
}

interface Stretch {
  readonly ids: readonly string[];
  /** Whether it is longer than what can be selected. */
  readonly cut: boolean;
}

export class RowSelection {
  readonly #store: PanelStore;
  readonly #table: () => SelectedTable | null;
  /** Where a stretch begins, where it ends by now, and what was selected before it. */
  #anchor: {
    readonly index: number;
    readonly end: number;
    readonly before: readonly string[];
  } | null = null;
  #asking: AbortController | undefined;

  constructor(store: PanelStore, table: () => SelectedTable | null) {
    this.#store = store;
    this.#table = table;
  }

  /** Ids, in the order in which they were selected. */
  get ids(): readonly string[] {
    const table = this.#table();
    return table === null ? [] : this.#store.table(table.key).selected;
  }

  /** Selects a row, or no longer. */
  toggle(component: string, index: number): void {
    const others = this.ids.filter((id) => id !== component);
    const selected = others.length < this.ids.length ? others : [...this.ids, component];
    this.#set(selected);
    this.#anchor = { index, end: index, before: selected };
  }

  /** Selects every row up to `index`: from where the stretch began that ends at `from`, else from there. */
  async extend(from: number, index: number): Promise<void> {
    const began = this.#anchor?.end === from ? this.#anchor : { index: from, before: this.ids };
    const anchor = { ...began, end: index };
    this.#anchor = anchor;
    const start = Math.min(anchor.index, index);
    const stretch = await this.#idsOf(start, Math.abs(anchor.index - index) + 1);
    if (stretch === undefined) return;
    this.#set([...new Set([...anchor.before, ...stretch.ids])], stretch.cut);
  }

  /** Selects all rows that the filter leaves. */
  async all(): Promise<void> {
    const all = await this.#idsOf(0, this.#table()?.source.total ?? 0);
    if (all === undefined) return;
    this.#anchor = null;
    this.#set(all.ids, all.cut);
  }

  /** Selects a row no longer, wherever it stands. */
  remove(component: string): void {
    this.#anchor = null;
    this.#set(this.ids.filter((id) => id !== component));
  }

  clear(): void {
    this.#anchor = null;
    this.#set([]);
  }

  /** The next stretch begins anew: rows stand in other places now. */
  forgetAnchor(): void {
    this.#anchor = null;
  }

  /** @param cut Whether there were more. */
  #set(selected: readonly string[], cut = false): void {
    const table = this.#table();
    if (table === null) return;
    const kept = selected.slice(0, MAX_SELECTED);
    this.#store.setTable(table.key, { selected: kept });
    this.#store.announce(
      cut || kept.length < selected.length
        ? t('Only the first {0} rows are selected.', formatCount(MAX_SELECTED))
        : t('{0} selected', formatCount(kept.length)),
    );
  }

  /** Ids of rows in their order; undefined where a later question overtook this one, or where it failed. */
  async #idsOf(start: number, count: number): Promise<Stretch | undefined> {
    const table = this.#table();
    if (table === null) return undefined;
    this.#asking?.abort();
    const { source, matrix, order } = table;
    const range = { start, count: Math.min(count, MAX_SELECTED) };
    const cut = range.count < count;
    const known = Array.from({ length: range.count }, (_, at) => source.row(start + at));
    const ids = known.flatMap((row) => row?.component ?? []);
    if (ids.length === known.length) return { ids, cut };
    const asking = new AbortController();
    this.#asking = asking;
    const params = { matrix, options: this.#store.options, ...range, ...order };
    try {
      const answer = await this.#store.host.query('rowIds', params, { signal: asking.signal });
      return { ids: answer.ids, cut };
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        this.#store.announce(t('The rows could not be selected.'));
      }
      return undefined;
    }
  }
}
