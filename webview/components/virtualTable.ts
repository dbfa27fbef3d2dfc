import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RowSource } from '../state/pagedRows';
import { hover } from './hover';
import { chordOf } from './keys';
import { LightElement } from './lightElement';
import { cellTarget } from './movement';
import type { CellPlace } from './movement';
import { leastWidth, NARROW_BELOW_PX } from './tableColumns';
import type { Column, TableSort } from './tableColumns';
import { VirtualRows } from './virtualRows';
import { styled } from './styled';

/** With it, keys that move mark rows on their way. */
const EXTEND = 'Shift+';

/** What a table tells its page. */
export interface TableEvents<Row> {
  /** `column`: the id of the column that the reader is in. */
  open?(row: Row, index: number, column: string): void;
  sort?(sort: TableSort): void;
  /** Where the reader is: worth remembering. */
  moved?(place: { firstRow: number; activeRow: number }): void;
  /** Marks or unmarks a row. */
  select?(row: Row, index: number): void;
  /** Marks every row from the last one that was marked, `from` where there is none, to `to`. */
  extend?(from: number, to: number): void;
  /** Rows `start` to `end` (excluded) are in sight. */
  shown?(start: number, end: number): void;
  /** Text for the clipboard. */
  copy?(activeRow: Row | undefined): string | undefined;
}

/**
 * A table of any length as an ARIA grid: one tab stop, arrows between cells, only rows in sight in the
 * document, the focused one always.
 */
@customElement('vs-table')
export class VirtualTable<Row> extends LightElement {
  @property({ attribute: false }) columns: readonly Column<Row>[] = [];
  @property({ attribute: false }) source: RowSource<Row> | null = null;
  @property({ attribute: false }) label = '';
  @property({ attribute: false }) sort: TableSort | null = null;
  @property({ attribute: false }) events: TableEvents<Row> = {};
  @property({ attribute: false }) selected: (row: Row) => boolean = () => false;
  /** JSON for context menus. */
  @property({ attribute: false }) context: (row: Row) => string | undefined = () => undefined;
  /** Where to begin with a new source. */
  @property({ attribute: false }) startAt = { firstRow: 0, activeRow: 0 };
  @property({ attribute: false }) testId = 'table';

  @state() private wanted: CellPlace = { row: 0, column: 0 };
  @state() private narrow = false;
  readonly #rows: VirtualRows;
  #stopWatching: (() => void) | undefined;
  #placed = false;

  constructor() {
    super();
    this.#rows = new VirtualRows(this, {
      scroller: () => this.querySelector('.table'),
      count: () => this.#rowCount,
      rowHeight: (fontSize, width) => {
        this.narrow = width > 0 && width < NARROW_BELOW_PX;
        return this.narrow ? Math.max(40, 3.1 * fontSize) : Math.max(22, 1.7 * fontSize);
      },
      head: () => this.querySelector('.table-head'),
      shown: (start, end) => {
        this.source?.show(start, end);
        this.events.shown?.(start, end);
      },
      rested: () => {
        this.#tellPlace();
      },
    });
  }

  /** Moves the focus to the cell that was last in use. */
  override focus(): void {
    void this.#focusCell(this.#active);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('source')) return;
    this.#stopWatching?.();
    this.#stopWatching = this.source?.onDidChange(() => {
      this.requestUpdate();
    });
    this.wanted = { row: this.startAt.activeRow, column: this.wanted.column };
    this.#placed = false;
  }

  protected override updated(): void {
    if (this.#placed || this.#rowCount === 0 || this.#rows.height === 0) return;
    this.#placed = true;
    this.#rows.reveal(this.startAt.firstRow, 'start');
  }

  get #shownColumns(): readonly Column<Row>[] {
    return this.narrow ? this.columns.filter(({ narrow }) => narrow !== undefined) : this.columns;
  }

  get #rowCount(): number {
    return this.source?.total ?? 0;
  }

  /** The cell that is the tab stop, inside what there is now. */
  get #active(): CellPlace {
    return {
      row: Math.min(this.wanted.row, this.#rowCount - 1),
      column: Math.min(this.wanted.column, this.#shownColumns.length - 1),
    };
  }

  get #activeColumn(): string {
    return this.#shownColumns[this.#active.column]?.id ?? '';
  }

  protected override template(): unknown {
    const columns = this.#shownColumns;
    const tracks = columns.filter(({ narrow }) => !(this.narrow && narrow === 'second'));
    const styles = {
      '--columns': tracks
        .map(({ width }, at) => (this.narrow && at === 0 ? '1fr' : width))
        .join(' '),
      '--row-height': `${this.#rows.rowHeight}px`,
      '--table-width': this.narrow ? '0' : `${leastWidth(tracks)}em`,
    };
    return html`<div
      class=${classMap({ table: true, 'table-narrow': this.narrow })}
      role="grid"
      aria-label=${this.label}
      aria-rowcount=${this.#rowCount + 1}
      aria-colcount=${columns.length}
      aria-multiselectable=${this.events.select === undefined ? nothing : 'true'}
      data-testid=${this.testId}
      ${styled(styles)}
      @keydown=${this.#onKeydown}
      @focusin=${this.#onFocusin}
      @copy=${this.#onCopy}
    >
      <div class="table-head" role="rowgroup">
        <div class="table-head-row" role="row" aria-rowindex="1">
          ${columns.map((column, at) => this.#headCell(column, at))}
        </div>
      </div>
      <div class="table-body" role="rowgroup" ${styled({ height: `${this.#rows.height}px` })}>
        ${repeat(
          this.#rows.keyed(this.#active.row),
          ([, key]) => key,
          ([index]) => this.#row(index, columns),
        )}
      </div>
    </div>`;
  }

  #headCell(column: Column<Row>, at: number): TemplateResult {
    const sorted = this.sort?.by === column.id ? this.sort : null;
    const { row, column: activeColumn } = this.#active;
    const tab = row === -1 && activeColumn === at ? 0 : -1;
    const classes = classMap({
      'table-cell': true,
      numeric: column.numeric === true,
      'table-cell-second': this.narrow && column.narrow === 'second',
    });
    const card = column.describe === undefined ? nothing : hover(column.describe);
    if (column.sortable !== true) {
      return html`<div
        role="columnheader"
        class=${classes}
        tabindex=${tab}
        data-cell="-1:${at}"
        ${card}
      >
        ${column.title}
      </div>`;
    }
    const direction = sorted === null ? 'none' : sorted.descending ? 'descending' : 'ascending';
    return html`<div role="columnheader" class=${classes} aria-sort=${direction}>
      <button
        class="table-sort"
        tabindex=${tab}
        data-cell="-1:${at}"
        data-testid="sort-${column.id}"
        ${card}
        @click=${() => {
          this.events.sort?.({ by: column.id, descending: this.#nextDirection(column) });
        }}
      >
        ${column.title}
        ${
          sorted === null
            ? nothing
            : html`<span aria-hidden="true">${sorted.descending ? '▼' : '▲'}</span>`
        }
      </button>
    </div>`;
  }

  /** Numbers begin with the highest, everything else with the first. */
  #nextDirection(column: Column<Row>): boolean {
    return this.sort?.by === column.id ? !this.sort.descending : column.numeric === true;
  }

  #row(index: number, columns: readonly Column<Row>[]): TemplateResult {
    const row = this.source?.row(index);
    const isSelected = row !== undefined && this.selected(row);
    const isActive = index === this.#active.row;
    return html`<div
      role="row"
      class=${classMap({ 'table-row': true, selected: isSelected, active: isActive })}
      aria-rowindex=${index + 2}
      aria-selected=${this.events.select === undefined ? nothing : String(isSelected)}
      data-testid="row"
      data-vscode-context=${ifDefined(row === undefined ? undefined : this.context(row))}
      ${styled({ transform: `translateY(${this.#rows.rowTop(index)}px)` })}
      @mousedown=${(event: MouseEvent) => {
        // Shift would select text.
        if (event.shiftKey && this.events.extend !== undefined) event.preventDefault();
      }}
      @click=${(event: MouseEvent) => {
        this.#onClick(event, row, index);
      }}
    >
      ${columns.map((column, at) => this.#cell(column, row, index, at))}
    </div>`;
  }

  #cell(column: Column<Row>, row: Row | undefined, index: number, at: number): TemplateResult {
    const isActive = index === this.#active.row && at === this.#active.column;
    const classes = classMap({
      'table-cell': true,
      numeric: column.numeric === true,
      'table-cell-second': this.narrow && column.narrow === 'second',
    });
    const content =
      row === undefined
        ? (column.placeholder?.(index) ?? html`<span class="skeleton"></span>`)
        : column.cell(row);
    const { hover: describe } = column;
    const card = row === undefined || describe === undefined ? nothing : hover(() => describe(row));
    return html`<div
      role="gridcell"
      class=${classes}
      tabindex=${isActive ? 0 : -1}
      data-cell="${index}:${at}"
      data-column=${column.id}
      ${card}
    >
      ${content}
    </div>`;
  }

  #tellPlace(): void {
    this.events.moved?.({
      firstRow: this.#rows.firstRow,
      activeRow: Math.max(0, this.#active.row),
    });
  }

  readonly #onFocusin = (event: FocusEvent): void => {
    const place = (event.target as Element).closest('[data-cell]')?.getAttribute('data-cell');
    const [row, column] = (place ?? '').split(':').map(Number);
    if (row === undefined || column === undefined || Number.isNaN(row)) return;
    this.wanted = { row, column };
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const chord = chordOf(event);
    const row = this.source?.row(this.#active.row);
    if (row !== undefined && chord === 'Enter') {
      this.events.open?.(row, this.#active.row, this.#activeColumn);
    } else if (row !== undefined && chord === ' ' && this.events.select !== undefined) {
      this.events.select(row, this.#active.row);
    } else {
      const extent = {
        rows: this.#rowCount,
        columns: this.#shownColumns.length,
        rowsInView: this.#rows.rowsInView,
      };
      const isExtending = chord.includes(EXTEND) && this.events.extend !== undefined;
      const from = this.#active;
      const target = cellTarget(isExtending ? chord.replace(EXTEND, '') : chord, from, extent);
      if (target === undefined) return;
      if (isExtending && target.row >= 0) this.events.extend?.(Math.max(0, from.row), target.row);
      void this.#focusCell(target);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  async #focusCell(place: CellPlace): Promise<void> {
    this.wanted = place;
    if (place.row >= 0) this.#rows.reveal(place.row);
    await this.updateComplete;
    const cell = this.querySelector<HTMLElement>(`[data-cell="${place.row}:${place.column}"]`);
    cell?.focus({ preventScroll: true });
    this.#tellPlace();
  }

  #onClick(event: MouseEvent, row: Row | undefined, index: number): void {
    if (row === undefined || document.getSelection()?.isCollapsed === false) return;
    const before = Math.max(0, this.#active.row);
    this.wanted = { row: index, column: this.wanted.column };
    this.#tellPlace();
    if ((event.ctrlKey || event.metaKey) && this.events.select !== undefined) {
      this.events.select(row, index);
    } else if (event.shiftKey && this.events.extend !== undefined) {
      this.events.extend(before, index);
      void this.#focusCell(this.wanted);
    } else {
      this.events.open?.(row, index, this.#activeColumn);
    }
  }

  readonly #onCopy = (event: ClipboardEvent): void => {
    if (document.getSelection()?.isCollapsed === false) return;
    const text = this.events.copy?.(this.source?.row(this.#active.row));
    if (text === undefined) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
}
