import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Bookmark } from '../../../src/protocol/bookmarks';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading } from '../../../src/protocol/reading';
import { locate } from '../../format/components';
import { rowsAsText } from '../../format/export';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import type { TableState } from '../../state/uiState';
import { bookmarkStar, componentInFocus, toggleBookmark } from '../../components/bookmarkButton';
import { ChipRoom } from '../../components/chipRoom';
import { definition } from '../../components/definition';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { rowContext, tokensCard, tokensCell, zValue } from '../../components/rowColumns';
import { emptyBlock, failureBlock } from '../../components/stateBlocks';
import type { Column } from '../../components/tableColumns';
import '../../components/virtualTable';

const TABLE_KEY = 'bookmarks';
/** Widths in em. */
const WIDTHS = { row: 9.5, z: 4.4, note: 18 } as const;
const WORDS = 10;

/** A bookmark as the table shows it. */
interface MarkedRow {
  readonly component: string;
  readonly note: string;
  /** Whether the model has the row. */
  readonly exists: boolean;
  /** Undefined until it is there. */
  readonly reading: RowReading | undefined;
}

/** The rows that the reader marked, with their notes and words. */
@customElement('vs-bookmarks-view')
export class BookmarksView extends StoreElement {
  readonly #words = new Resource<readonly RowReading[]>(this);
  readonly #judged = new Resource<readonly RowReading[]>(this);
  readonly #room = new ChipRoom(this, () => WIDTHS.row + WIDTHS.z + WIDTHS.note);
  #rows = new FixedRows<MarkedRow>([]);
  #shown: readonly unknown[] = [];
  readonly #columns = this.#makeColumns();

  constructor() {
    super();
    new Keys(this, {
      Delete: () => {
        const component = componentInFocus();
        if (component === undefined) return false;
        toggleBookmark(component);
        // Its line is gone: the focus goes to the one in its place.
        void this.updateComplete.then(() => {
          this.focus();
        });
        return true;
      },
    });
  }

  override focus(): void {
    const rows = this.querySelector<HTMLElement>('vs-table');
    (rows ?? this.querySelector<HTMLElement>('.page-title'))?.focus();
  }

  protected override willUpdate(): void {
    const { summary, bookmarks } = this.store;
    if (summary === null || !this.store.isReadable) return;
    this.#load(summary, bookmarks.all);
    // At every update: the page that was left may have said its own meanwhile.
    this.store.setNote({ counts: this.#count(), omissions: '' });
    const readings = this.#judged.value ?? this.#words.value ?? [];
    const shown = [bookmarks.all, readings, summary];
    if (shown.every((value, index) => value === this.#shown[index])) return;
    this.#shown = shown;
    const byComponent = new Map(readings.map((reading) => [reading.component, reading]));
    this.#rows = new FixedRows(
      bookmarks.all.map(({ component, note }) => ({
        ...{ component, note, exists: 'location' in locate(component, summary) },
        reading: byComponent.get(component),
      })),
    );
  }

  /** Words first: their judgement takes longer where nothing was read yet. */
  #load(summary: ModelSummary, bookmarks: readonly Bookmark[]): void {
    const { dataKey, options, host } = this.store;
    const components = bookmarks
      .map(({ component }) => component)
      .filter((component) => 'location' in locate(component, summary));
    const read = async (
      statistics: boolean,
      signal: AbortSignal,
    ): Promise<readonly RowReading[]> => {
      if (components.length === 0) return [];
      const asked = { components, options: { ...options, k: WORDS }, statistics };
      return (await host.query('readRows', asked, { signal })).rows;
    };
    const key = `${dataKey} ${components.join(' ')}`;
    this.#words.load(key, (signal) => read(false, signal));
    if (this.#words.valueKey === key) this.#judged.load(key, (signal) => read(true, signal));
  }

  #count(): string {
    const count = this.store.bookmarks.all.length;
    return count === 1 ? t('1 bookmark') : t('{0} bookmarks', formatCount(count));
  }

  #makeColumns(): readonly Column<MarkedRow>[] {
    return [
      {
        id: 'row',
        title: t('Row'),
        width: `${WIDTHS.row}em`,
        narrow: 'first',
        cell: ({ component, note }) =>
          html`<span class="row-name">${component}</span>${bookmarkStar(component)}
            <span class="narrow-note">${note}</span>`,
      },
      {
        id: 'z',
        title: t('z'),
        width: `${WIDTHS.z}em`,
        numeric: true,
        narrow: 'first',
        describe: () => definition('z'),
        cell: ({ reading }) => zValue(reading?.z ?? null, reading?.nonFinite ?? 0),
      },
      {
        id: 'tokens',
        title: t('Tokens'),
        width: 'minmax(0, 1fr)',
        narrow: 'second',
        describe: () => definition('speaks'),
        cell: (row) => this.#tokens(row),
        hover: ({ reading, component }) =>
          reading === undefined ? html`<p>${component}</p>` : tokensCard(reading),
      },
      {
        id: 'note',
        title: t('Note'),
        width: `minmax(0, ${WIDTHS.note}em)`,
        cell: ({ note }) => html`<bdi class="note-text">${note}</bdi>`,
        hover: ({ note, component }) =>
          html`<p>${note === '' ? t('No note on {0}.', component) : note}</p>`,
      },
    ];
  }

  #tokens({ exists, reading }: MarkedRow): TemplateResult {
    if (!exists) return html`<span class="page-kind">${t('not in this model any more')}</span>`;
    return reading === undefined
      ? html`<span class="skeleton"></span>`
      : tokensCell(reading, this.#room.characters, this.store.options.k);
  }

  protected override template(): unknown {
    const { bookmarks } = this.store;
    return html`<section class="page page-bookmarks" data-testid="page-bookmarks">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1">${t('Bookmarks')}</h1>
        <span class="page-counts">${bookmarks.all.length === 0 ? '' : this.#count()}</span>
        <ttk-button
          class="bar-end"
          appearance="secondary"
          data-testid="export-bookmarks"
          ?disabled=${bookmarks.all.length === 0}
          @click=${() => {
            this.store.host.act('exportBookmarks');
          }}
          >${t('Export…')}</ttk-button
        >
      </div>
      ${this.#body()}
    </section>`;
  }

  #body(): unknown {
    if (this.store.bookmarks.all.length === 0) {
      return emptyBlock(t('No row is bookmarked yet: press b on a row, or the star on its page.'), {
        label: t('To the overview'),
        act: () => {
          this.store.navigate({ page: 'overview' });
        },
      });
    }
    const failure = this.#words.failure ?? this.#judged.failure;
    return html`${
      failure === undefined
        ? ''
        : failureBlock(failure, () => {
            this.#words.retry();
            this.#judged.retry();
          })
    }${this.#table()}`;
  }

  #table(): TemplateResult {
    const { firstRow, activeRow } = this.store.table(TABLE_KEY);
    return html`<vs-table
      .columns=${this.#columns}
      .source=${this.#rows}
      .label=${t('Bookmarks')}
      .context=${rowContext}
      .startAt=${{ firstRow, activeRow }}
      .testId=${'bookmarks-table'}
      .events=${{
        open: ({ component, exists }: MarkedRow) => {
          if (exists) this.store.navigate({ page: 'row', component });
        },
        moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
          this.store.setTable(TABLE_KEY, place);
        },
        copy: (row: MarkedRow | undefined) => this.#copy(row),
      }}
    ></vs-table>`;
  }

  #copy(row: MarkedRow | undefined): string | undefined {
    const { summary, options } = this.store;
    return summary === null || row?.reading === undefined
      ? undefined
      : rowsAsText([row.reading], { summary, options });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-bookmarks-view': BookmarksView;
  }
}
