import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { namesHeads } from '../../../src/core/model/headMatrixId';
import type { Bookmark } from '../../../src/protocol/bookmarks';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { pairOptionsBeside } from '../../../src/protocol/pairs';
import type { PairReading, UnreadableHead } from '../../../src/protocol/pairs';
import type { RowReading } from '../../../src/protocol/reading';
import { locate } from '../../format/components';
import { rowsAsText } from '../../format/export';
import { formatCount } from '../../format/numbers';
import { pairsAsText } from '../../format/pairExport';
import { t } from '../../l10n';
import { ComponentAnswers } from '../../state/componentAnswers';
import { FixedRows } from '../../state/fixedRows';
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

function byComponent<T extends { readonly component: string }>(
  answers: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(answers.map((answer) => [answer.component, answer]));
}

/** Whether nothing of a head is on its way. */
function isHeadRead({ component, exists, head }: MarkedRow): boolean {
  return !exists || !namesHeads(component) || head !== undefined;
}

/** The rows and heads that the reader marked, with their notes and words. */
@customElement('vs-bookmarks-view')
export class BookmarksView extends StoreElement {
  readonly #words = new ComponentAnswers<RowReading>(this);
  readonly #judged = new ComponentAnswers<RowReading>(this);
  readonly #pairs = new ComponentAnswers<PairReading | UnreadableHead>(this);
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
    const [words, judged, pairs] = [this.#words.all, this.#judged.all, this.#pairs.all];
    const shown = [bookmarks.all, words, judged, pairs, heads.count, summary];
    if (shown.every((value, index) => value === this.#shown[index])) return;
    this.#shown = shown;
    this.#rows = new FixedRows(
      bookmarks.all.map(({ component, note }) => ({
        ...{ component, note, exists: 'location' in locate(component, summary) },
        reading: judged.get(component) ?? words.get(component),
        head: pairs.get(component),
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
  #loadRows(rows: readonly string[]): void {
    const { dataKey, options, host } = this.store;
    const read = async (
      components: readonly string[],
      statistics: boolean,
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, RowReading>> => {
      const asked = { components, options: { ...options, k: WORDS }, statistics };
      return byComponent((await host.query('readRows', asked, { signal })).rows);
    };
    this.#words.load(dataKey, rows, (missing, signal) => read(missing, false, signal));
    if (!this.#words.hasAll(rows)) return;
    this.#judged.load(dataKey, rows, (missing, signal) => read(missing, true, signal));
  }

  /** Best pairs; how far they stand out only of heads that were judged already, which takes many searches a head. */
  #loadHeads(marked: readonly string[]): void {
    const { dataKey, host, heads } = this.store;
    if (marked.length > 0) heads.load();
    this.#pairs.load(dataKey, marked, async (components, signal, onProgress) => {
      const options = { ...pairOptionsBeside(this.store.options), k: PAIRS };
      const asked = { components, options, statistics: false, passUnreadable: true };
      const { rows, unreadable } = await host.query('pairs', asked, { signal, onProgress });
      return byComponent([...rows, ...unreadable]);
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
    const [words, judged] = [this.#words.request, this.#judged.request];
    const failure = words.failure ?? judged.failure;
    const failed =
      failure === undefined
        ? nothing
        : failureBlock(failure, () => {
            words.retry();
            judged.retry();
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
    const { request } = this.#pairs;
    if (request.failure !== undefined || request.cancelled) return pendingBlock(request);
    const isRead = this.#rows.rows.every(isHeadRead);
    return request.loading && !isRead ? progressLine(request) : nothing;
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
    if (row.head !== undefined) {
      return 'problem' in row.head ? undefined : pairsAsText(row.head, row.head.top, source);
    }
    return row.reading === undefined ? undefined : rowsAsText([row.reading], source);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-bookmarks-view': BookmarksView;
  }
}
