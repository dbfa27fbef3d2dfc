import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowPage } from '../../../src/protocol/engineApi';
import type { TableRow } from '../../../src/protocol/reading';
import {
  kindTitle,
  placeOf,
  rowCountOf,
  rowId,
  shortRowName,
  tableOf,
} from '../../format/components';
import type { Place } from '../../format/components';
import { formatCount } from '../../format/numbers';
import { omittedSentence } from '../../format/omitted';
import { t } from '../../l10n';
import type { PagedRows } from '../../state/pagedRows';
import { MAX_UNASKED_ROWS } from '../../state/scanQueue';
import { spaceOf } from '../../state/spaceSummaries';
import { ROW_SORTS } from '../../state/uiState';
import type { TableState } from '../../state/uiState';
import { ChipRoom } from '../../components/chipRoom';
import { definition, kindDefinition } from '../../components/definition';
import { exportMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import '../../components/menuButton';
import { rowContext } from '../../components/rowColumns';
import { emptyBlock, failureBlock, missingRowsBlock } from '../../components/stateBlocks';
import { fixedWidth } from '../../components/tableColumns';
import type { Column, TableSort } from '../../components/tableColumns';
import '../../components/virtualTable';
import { copyRows } from './copyRows';
import { exportRows } from './exportRows';
import { filterBox } from './filterBox';
import { isOrderable, matrixRows, rowOrder } from './matrixRows';
import { columnMenu, rowColumnSet } from './rowColumnSet';
import { RowSelection } from './rowSelection';
import type { SelectedTable } from './rowSelection';
import { RowShapes } from './rowShapes';
import { compareDrawer, selectionBar } from './selectionBar';
import type { Comparing } from './selectionBar';

/** A table of parameter rows in words: what each row speaks for, and how clearly. */
@customElement('vs-matrix-view')
export class MatrixView extends StoreElement {
  @property({ attribute: false }) component = '';
  #source: PagedRows<TableRow> | null = null;
  #sourceKey = '';
  #sourceTable = '';
  #subject = '';
  #wasScanned = false;
  #latest: RowPage | null = null;
  #place: Place | undefined;
  #columns: readonly Column<TableRow>[] = [];
  #startAt = { firstRow: 0, activeRow: 0 };
  #columnsKey = '';
  #comparing = false;
  readonly #room = new ChipRoom(this, () => fixedWidth(this.#columns));
  readonly #shapes = new RowShapes(this.store);
  readonly #selection = new RowSelection(this.store, () => this.#selectedTable);

  constructor() {
    super();
    const focusFilter = (): boolean => {
      this.querySelector<HTMLElement>('ttk-text-field')?.focus();
      return true;
    };
    const selectAll = (): boolean => {
      void this.#selection.all();
      return true;
    };
    new Keys(this, { '/': focusFilter, 'Ctrl+f': focusFilter, 'Ctrl+a': selectAll });
    this.#shapes.onDidChange(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#source?.dispose();
    this.#source = null;
    this.#sourceKey = '';
    this.#shapes.stop();
  }

  /** Moves the focus to the rows. */
  override focus(): void {
    this.querySelector<HTMLElement>('vs-table')?.focus();
  }

  get #key(): string {
    return `matrix:${this.component}`;
  }

  get #state(): TableState {
    return this.store.table(this.#key);
  }

  /** The table that a scan is asked for: a layer's whole one. */
  get #table(): string {
    const { summary } = this.store;
    const table =
      summary === null || this.#place === undefined ? undefined : tableOf(this.#place.ref, summary);
    return table?.id ?? this.component;
  }

  get #selectedTable(): SelectedTable | null {
    const source = this.#source;
    const order = rowOrder(this.#state, this.#scanned);
    return source === null ? null : { matrix: this.component, key: this.#key, order, source };
  }

  get #scanned(): boolean {
    return this.#latest?.scanned === true || this.store.isScanned(this.#table);
  }

  protected override willUpdate(): void {
    if (this.store.summary === null) return;
    this.#place = placeOf(this.component);
    this.#updateColumns();
    this.#updateSource();
    this.#updateNote();
  }

  #updateColumns(): void {
    const { columns } = this.store.ui;
    const key = `${this.component} ${columns.join()}`;
    if (key === this.#columnsKey) return;
    this.#columnsKey = key;
    this.#columns = this.#makeColumns();
    this.#room.refresh();
  }

  #updateSource(): void {
    const subject = `${this.store.dataKey} ${this.component}`;
    if (subject !== this.#subject) this.#latest = null;
    const scanned = this.#scanned;
    const becameScanned = scanned && !this.#wasScanned && subject === this.#subject;
    if (becameScanned) this.#keepReadersOrder();
    this.#subject = subject;
    this.#wasScanned = scanned;
    const order = rowOrder(this.#state, scanned);
    const key = `${subject} ${JSON.stringify(order)}`;
    if (key === this.#sourceKey) {
      if (becameScanned) this.#source?.refresh();
      return;
    }
    this.#sourceKey = key;
    // Until the first answer the table keeps its length, so that nothing jumps.
    const before = this.#sourceTable === this.component ? this.#source?.total : undefined;
    const expected = before === undefined || before === 0 ? this.#rowCount() : before;
    this.#sourceTable = this.component;
    this.#source?.dispose();
    this.#startAt = { firstRow: this.#state.firstRow, activeRow: this.#state.activeRow };
    this.#source = matrixRows(this.store, this.component, order, expected, (page) => {
      this.#takePage(page);
    });
    this.#source.onDidChange(() => {
      this.requestUpdate();
    });
    this.#selection.forgetAnchor();
  }

  #rowCount(): number {
    const { summary } = this.store;
    if (summary === null || this.#place === undefined) return 0;
    return rowCountOf(this.#place.ref, summary) ?? 0;
  }

  #takePage(page: RowPage): void {
    const first = this.#latest === null;
    this.#latest = page;
    if (page.scanned) this.store.scans.markDone([this.#table]);
    else if (first) this.#scanUnasked();
    if (!page.scanned && !this.#scanIsComing) this.#source?.deepen();
    this.requestUpdate();
  }

  get #scanIsComing(): boolean {
    const { state } = this.store.scans.status(this.#table);
    return state === 'queued' || state === 'running';
  }

  /** A table that is in sight goes before the rest of a batch. */
  #scanUnasked(): void {
    const table = this.store.summary?.matrices.find(({ id }) => id === this.#table);
    if (table === undefined || table.rows > MAX_UNASKED_ROWS) return;
    const { state } = this.store.scans.status(table.id);
    if (state === 'none' || state === 'queued') this.store.scans.request(table.id);
  }

  /** Rows do not move under a reader: who went down the table keeps the order of rows. */
  #keepReadersOrder(): void {
    const { sort, firstRow, activeRow } = this.#state;
    if (sort !== null || (firstRow === 0 && activeRow === 0)) return;
    this.store.setTable(this.#key, { sort: { by: 'row', descending: false } });
  }

  #updateNote(): void {
    const rows = this.#latest?.matrixRows ?? this.#rowCount();
    const standOut = this.#latest?.standOut ?? null;
    const shown = this.#latest?.total ?? rows;
    const counts = [
      shown === rows
        ? t('{0} rows', formatCount(rows))
        : t('{0} of {1} rows', formatCount(shown), formatCount(rows)),
      ...(standOut === null ? [] : [t('{0} stand out', formatCount(standOut))]),
    ].join(', ');
    const { options, spaces } = this.store;
    const kind = this.#place?.ref.kind;
    const space = kind === undefined ? undefined : spaces.get(spaceOf(kind, options));
    this.store.setNote({ counts, omissions: omittedSentence(space?.omitted) });
  }

  #makeColumns(): readonly Column<TableRow>[] {
    const { store } = this;
    return rowColumnSet(store.ui.columns, {
      store,
      room: () => this.#room.characters,
      control: () => {
        const kind = this.#place?.ref.kind;
        return kind === undefined
          ? undefined
          : store.spaces.get(spaceOf(kind, store.options))?.control;
      },
      rowName: (component) => shortRowName(component, this.component),
      placeholder: (index) => this.#placeholderName(index),
      shape: (component) => this.#shapes.of(component),
    });
  }

  #placeholderName(index: number): unknown {
    const { summary } = this.store;
    const { sort, descending } = rowOrder(this.#state, this.#scanned);
    if (summary === null || this.#place === undefined || sort !== 'row' || descending) {
      return html`<span class="skeleton"></span>`;
    }
    return shortRowName(rowId(this.#place.ref, index, summary), this.component);
  }

  protected override template(): unknown {
    const kind = this.#place?.ref.kind;
    if (this.store.summary === null || kind === undefined || this.#rowCount() === 0) {
      return failureBlock({
        reason: 'unknownComponent',
        message: t('This model has no table {0}. The overview lists what it has.', this.component),
      });
    }
    return html`<section class="page page-matrix" data-testid="page-matrix">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1" ${hover(() => kindDefinition(kind))}>
          ${this.component} <span class="page-kind">${kindTitle(kind)}</span>
        </h1>
        <span class="page-counts" data-testid="row-counts" ${hover(() => definition('standsOut'))}
          >${this.store.note.counts}</span
        >
        ${filterBox(this.#state.filter, (filter) => {
          this.#setFilter(filter);
        })}
        <vs-menu-button
          .label=${t('Columns')}
          .testId=${'columns'}
          .items=${() => columnMenu(this.store)}
        ></vs-menu-button>
        ${exportMenu(() => exportRows(this.store, this.#selectedTable, this.#selection.ids))}
      </div>
      ${selectionBar(this.#selection, this.#comparison)} ${this.#scanLine()} ${this.#rows()}
      ${compareDrawer(this.#selection, this.#comparison)}
    </section>`;
  }

  #setFilter(filter: string): void {
    this.store.setTable(this.#key, { filter, firstRow: 0, activeRow: 0 });
  }

  #scanLine(): unknown {
    const status = this.store.scans.status(this.#table);
    const scan = {
      label: t('Scan all {0} rows', formatCount(this.#rowCountOfTable())),
      act: () => {
        this.store.scans.request(this.#table);
      },
    };
    if (status.state === 'failed') return failureBlock(status.failure, scan.act);
    if (this.#scanned || this.#scanIsComing) return nothing;
    const why =
      this.#state.filter === '' && isOrderable(this.#state.sort?.by ?? 'row')
        ? t('Only a scan of all rows says which stand out.')
        : t('Sorting and filtering need a scan of all rows.');
    return html`<div class="scan-line" data-testid="scan-line">
      <span>${why}</span>
      <ttk-button appearance="secondary" data-testid="scan" @click=${scan.act}
        >${scan.label}</ttk-button
      >
    </div>`;
  }

  #rowCountOfTable(): number {
    return this.store.summary?.matrices.find(({ id }) => id === this.#table)?.rows ?? 0;
  }

  #rows(): unknown {
    const source = this.#source;
    if (source === null) return nothing;
    const missing = missingRowsBlock(source);
    if (missing !== nothing && !source.answered) return missing;
    if (source.answered && source.total === 0) {
      return emptyBlock(t('No row passes the filter “{0}”.', this.#state.filter), {
        label: t('Clear filter'),
        act: () => {
          this.#setFilter('');
        },
      });
    }
    const { sort, descending } = rowOrder(this.#state, this.#scanned);
    const selected = new Set(this.#selection.ids);
    return html`${missing}<vs-table
        .columns=${this.#columns}
        .source=${source}
        .label=${t('Rows of {0}', this.component)}
        .sort=${{ by: sort, descending }}
        .selected=${(row: TableRow) => selected.has(row.component)}
        .context=${rowContext}
        .startAt=${this.#startAt}
        .testId=${'row-table'}
        .events=${{
          open: (row: TableRow) => {
            this.store.navigate({ page: 'row', component: row.component });
          },
          sort: (wanted: TableSort) => {
            this.#sortBy(wanted);
          },
          moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
            this.store.setTable(this.#key, place);
          },
          select: ({ component }: TableRow, index: number) => {
            this.#selection.toggle(component, index);
          },
          extend: (from: number, to: number) => void this.#selection.extend(from, to),
          shown: (start: number, end: number) => {
            this.#showShapes(source, start, end);
          },
          copy: (row: TableRow | undefined) => this.#copy(row),
        }}
      ></vs-table>`;
  }

  #sortBy({ by, descending }: TableSort): void {
    const sort = ROW_SORTS.find((name) => name === by);
    if (sort === undefined) return;
    this.store.setTable(this.#key, { sort: { by: sort, descending }, firstRow: 0, activeRow: 0 });
    if (!this.#scanned && !isOrderable(sort)) this.store.scans.request(this.#table);
  }

  /** Sparklines follow once rows are judged: they need the same preparation. */
  #showShapes(source: PagedRows<TableRow>, start: number, end: number): void {
    if (!this.store.ui.columns.includes('shape')) return;
    const rows = Array.from({ length: Math.max(0, end - start) }, (_, at) =>
      source.row(start + at),
    );
    const judged = rows.filter((row) => row !== undefined && row.std !== null);
    this.#shapes.show(judged.flatMap((row) => row?.component ?? []));
  }

  get #comparison(): Comparing {
    return {
      on: this.#comparing,
      set: (on) => {
        this.#comparing = on;
        this.requestUpdate();
        if (!on) this.focus();
      },
    };
  }

  #copy(active: TableRow | undefined): string | undefined {
    const table = this.#selectedTable;
    if (table === null) return undefined;
    const loaded = this.#source?.loadedRows() ?? [];
    return copyRows(this.store, { ...table, selected: this.#selection.ids, loaded, active });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-matrix-view': MatrixView;
  }
}
