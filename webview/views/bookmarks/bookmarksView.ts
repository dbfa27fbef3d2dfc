import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { namesHeads } from '../../../src/core/model/headMatrixId';
import type { Bookmark } from '../../../src/protocol/bookmarks';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { pairOptionsBeside } from '../../../src/protocol/pairs';
import type { PairReading } from '../../../src/protocol/pairs';
import type { RowReading } from '../../../src/protocol/reading';
import { locate } from '../../format/components';
import { rowsAsText } from '../../format/export';
import { formatCount } from '../../format/numbers';
import { pairsAsText } from '../../format/pairExport';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import type { TableState } from '../../state/uiState';
import { componentInFocus, toggleBookmark } from '../../components/bookmarkButton';
import { ChipRoom } from '../../components/chipRoom';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { rowContext } from '../../components/rowColumns';
import { emptyBlock, failureBlock, pendingBlock, progressLine } from '../../components/stateBlocks';
import '../../components/virtualTable';
import { BESIDE_WORDS_EM, bookmarkColumns } from './bookmarkColumns';
import type { MarkedRow } from './bookmarkColumns';

const TABLE_KEY = 'bookmarks';
/** Words of a row, and pairs of a head, that are read. */
const WORDS = 10;
const PAIRS = 3;

/** The rows and heads that the reader marked, with their notes and words. */
@customElement('vs-bookmarks-view')
export class BookmarksView extends StoreElement {
  readonly #words = new Resource<readonly RowReading[]>(this);
  readonly #judged = new Resource<readonly RowReading[]>(this);
  readonly #pairs = new Resource<readonly PairReading[]>(this);
  readonly #room = new ChipRoom(this, () => BESIDE_WORDS_EM);
  #rows = new FixedRows<MarkedRow>([]);
  #shown: readonly unknown[] = [];
  readonly #columns = bookmarkColumns(this.store, () => this.#room.characters);

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
    const { summary, bookmarks, heads } = this.store;
    if (summary === null || !this.store.isReadable) return;
    this.#load(summary, bookmarks.all);
    // At every update: the page that was left may have said its own meanwhile.
    this.store.setNote({ counts: this.#count(), omissions: '' });
    const readings = this.#judged.value ?? this.#words.value ?? [];
    const pairs = this.#pairs.value ?? [];
    const shown = [bookmarks.all, readings, pairs, heads.count, summary];
    if (shown.every((value, index) => value === this.#shown[index])) return;
    this.#shown = shown;
    const rowsById = new Map(readings.map((reading) => [reading.component, reading]));
    const headsById = new Map(pairs.map((reading) => [reading.component, reading]));
    this.#rows = new FixedRows(
      bookmarks.all.map(({ component, note }) => ({
        ...{ component, note, exists: 'location' in locate(component, summary) },
        reading: rowsById.get(component),
        head: headsById.get(component),
        judged: heads.head(component),
      })),
    );
  }

  #load(summary: ModelSummary, bookmarks: readonly Bookmark[]): void {
    const components = bookmarks
      .map(({ component }) => component)
      .filter((component) => 'location' in locate(component, summary));
    this.#loadRows(components.filter((component) => !namesHeads(component)));
    this.#loadHeads(components.filter(namesHeads));
  }

  /** Words first: their judgement takes longer where nothing was read yet. */
  #loadRows(components: readonly string[]): void {
    const { dataKey, options, host } = this.store;
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

  /** Best pairs; how far they stand out only of heads that were judged already, which takes many searches a head. */
  #loadHeads(components: readonly string[]): void {
    const { dataKey, host, heads } = this.store;
    if (components.length > 0) heads.load();
    this.#pairs.load(`${dataKey} ${components.join(' ')}`, async (signal, onProgress) => {
      if (components.length === 0) return [];
      const options = { ...pairOptionsBeside(this.store.options), k: PAIRS };
      const asked = { components, options, statistics: false };
      return (await host.query('pairs', asked, { signal, onProgress })).rows;
    });
  }

  #count(): string {
    const count = this.store.bookmarks.all.length;
    return count === 1 ? t('1 bookmark') : t('{0} bookmarks', formatCount(count));
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
      return emptyBlock(
        t('Nothing is bookmarked yet: press b on a row or a head, or the star on its page.'),
        {
          label: t('To the overview'),
          act: () => {
            this.store.navigate({ page: 'overview' });
          },
        },
      );
    }
    const failure = this.#words.failure ?? this.#judged.failure;
    const failed =
      failure === undefined
        ? nothing
        : failureBlock(failure, () => {
            this.#words.retry();
            this.#judged.retry();
          });
    return html`${failed}${this.#unknownHeads()}${this.#headsState()}${this.#table()}`;
  }

  /** Why it is not known how far heads stand out, where any is marked. */
  #unknownHeads(): unknown {
    const { heads, bookmarks } = this.store;
    const { failure, loaded } = heads;
    if (failure === null || loaded) return nothing;
    if (!bookmarks.all.some(({ component }) => namesHeads(component))) return nothing;
    return failureBlock(failure, () => {
      heads.retry();
    });
  }

  /** How far the pairs of heads are, or why they do not come. */
  #headsState(): unknown {
    const { failure, cancelled, loading, progress } = this.#pairs;
    if (failure !== undefined || cancelled) return pendingBlock(this.#pairs);
    if (!loading) return nothing;
    return progressLine(progress, () => {
      this.#pairs.cancel();
    });
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
          if (!exists) return;
          this.store.navigate({ page: namesHeads(component) ? 'head' : 'row', component });
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
    if (summary === null || row === undefined) return undefined;
    const source = { summary, options };
    if (row.head !== undefined) return pairsAsText(row.head, row.head.top, source);
    return row.reading === undefined ? undefined : rowsAsText([row.reading], source);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-bookmarks-view': BookmarksView;
  }
}
