import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import {
  formatHeadMatrixId,
  HEAD_MATRICES,
  headMatrixRef,
} from '../../../src/core/model/headMatrixId';
import type { HeadMatrixRef } from '../../../src/core/model/headMatrixId';
import type { PairReading } from '../../../src/protocol/pairs';
import { MAX_COUNTED_PAIRS } from '../../../src/protocol/pairs';
import { documentOf } from '../../../src/protocol/written/document';
import { isHeadOf } from '../../format/components';
import { askFor } from '../../format/findQuery';
import { formatCount } from '../../format/numbers';
import { pairsAsText } from '../../format/pairExport';
import { sortedPairs } from '../../format/pairOrder';
import type { ListedPair } from '../../format/pairOrder';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import { PAIR_SORTS } from '../../state/uiState';
import type { TableState } from '../../state/uiState';
import '../../components/bookmarkButton';
import { definition } from '../../components/definition';
import { exportItems, exportMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import type { MenuItem } from '../../components/menuButton';
import { foldedSection } from '../../components/section';
import { emptyBlock, failureBlock, pendingBlock } from '../../components/stateBlocks';
import type { Column, TableSort } from '../../components/tableColumns';
import '../../components/virtualTable';
import './directionsView';
import { headControls } from './headControls';
import { headState, pairOptionsOf, setHead } from './headQuery';
import './heatmapView';
import './judgement';
import { pairColumns } from './pairColumns';

/** One head: how far its pairs stand out, the pairs themselves, and what narrows them down. */
@customElement('vs-head-view')
export class HeadView extends StoreElement {
  @property({ attribute: false }) component = '';
  readonly #pairs = new Resource<PairReading | null>(this);
  #subject = '';
  #best: number | null = null;
  #columns: readonly Column<ListedPair>[] = [];
  #rows = new FixedRows<ListedPair>([]);
  #shown = '';
  #startAt = { firstRow: 0, activeRow: 0 };

  constructor() {
    super();
    new Keys(this, {
      '[': () => this.#goBeside(-1),
      ']': () => this.#goBeside(1),
      '/': () => this.#focusFilter(),
      'Ctrl+f': () => this.#focusFilter(),
      v: () => {
        this.#set({ asTables: !headState(this.store, this.component).asTables });
        return true;
      },
    });
  }

  /** Moves the focus to the pairs, or to the title where there are none yet. */
  override focus(): void {
    this.querySelector<HTMLElement>('vs-table, .page-title')?.focus();
  }

  get #ref(): HeadMatrixRef | undefined {
    const { summary } = this.store;
    const ref = headMatrixRef(this.component);
    return summary !== null && ref !== undefined && isHeadOf(ref, summary) ? ref : undefined;
  }

  protected override willUpdate(): void {
    const { store, component } = this;
    const ref = this.#ref;
    if (!store.isReadable || ref === undefined) return;
    const subject = `${store.dataKey} ${component}`;
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#best = null;
      this.#pairs.clear();
      this.#columns = pairColumns(store, ref.kind);
      const { firstRow, activeRow } = store.table(this.#key);
      this.#startAt = { firstRow, activeRow };
      store.heads.look(ref);
    }
    const options = pairOptionsOf(store, component);
    this.#pairs.load(`${subject} ${JSON.stringify(options)}`, async (signal, onProgress) => {
      const asked = { components: [component], options, statistics: false };
      const { rows } = await store.host.query('pairs', asked, { signal, onProgress });
      return rows[0] ?? null;
    });
    this.#takePairs();
    this.#updateNote();
  }

  get #key(): string {
    return `head:${this.component}`;
  }

  /** What is shown: pairs of an older question stay until those of the new one are there. */
  get #reading(): PairReading | null {
    return this.#pairs.value ?? null;
  }

  #takePairs(): void {
    const reading = this.#reading;
    const { sort, reversed } = headState(this.store, this.component);
    const shown = `${this.#pairs.valueKey ?? ''} ${sort} ${String(reversed)}`;
    if (reading === null || shown === this.#shown) return;
    const isFirst = this.#rows.total === 0;
    this.#shown = shown;
    this.#best = reading.top[0]?.score ?? this.#best;
    this.#rows = new FixedRows(sortedPairs(reading.top, { sort, reversed }));
    if (!isFirst) this.#startAt = { firstRow: 0, activeRow: 0 };
  }

  #updateNote(): void {
    const reading = this.#reading;
    if (reading === null) return;
    const { rows, columns, pairs } = reading.omitted;
    const omitted = (side: PairReading['omitted']['rows']): number =>
      side.undertrained + side.special + side.padding + side.filter;
    const parts = [
      ...(omitted(rows) + omitted(columns) === 0
        ? []
        : [
            t(
              'Left out: {0} row tokens, {1} column tokens',
              formatCount(omitted(rows)),
              formatCount(omitted(columns)),
            ),
          ]),
      ...(pairs === 0 ? [] : [t('{0} alike pairs', formatCount(pairs))]),
    ];
    this.store.setNote({
      counts: t('{0} pairs listed', formatCount(reading.top.length)),
      omissions: parts.join(', '),
    });
  }

  #set(change: Parameters<typeof setHead>[2]): void {
    setHead(this.store, this.component, change);
  }

  #focusFilter(): boolean {
    this.querySelector<HTMLElement>('vs-token-side input')?.focus();
    return true;
  }

  /** Goes to the head before or after, by the same matrix, layer after layer. */
  #goBeside(by: -1 | 1): boolean {
    const ref = this.#ref;
    const heads = this.store.summary?.shape?.nHeads ?? 0;
    if (ref === undefined || heads === 0) return false;
    const at = ref.layer * heads + ref.head + by;
    const next = { ...ref, layer: Math.floor(at / heads), head: at % heads };
    if (at < 0 || this.store.summary === null || !isHeadOf(next, this.store.summary)) return false;
    this.store.replace({ page: 'head', component: formatHeadMatrixId(next) });
    return true;
  }

  protected override template(): unknown {
    const ref = this.#ref;
    if (ref === undefined) {
      const message = t(
        '“{0}” is no head of this model. The overview lists what it has.',
        this.component,
      );
      return failureBlock({ reason: 'unknownComponent', message });
    }
    return html`<section
      class="page page-head"
      data-testid="page-head"
      aria-busy=${String(this.#pairs.loading)}
    >
      <div class="page-bar">
        <h1
          class="page-title"
          tabindex="-1"
          ${hover(() => definition(ref.kind === 'VO' ? 'W_VO' : 'W_QK'))}
        >
          <span class="row-id">${this.component}</span>
          <span class="page-kind"
            >${
              ref.kind === 'VO'
                ? t('what the head moves: source token, promoted token')
                : t('where the head looks: query token, key token')
            }</span
          >
        </h1>
        <vs-bookmark-button .component=${this.component}></vs-bookmark-button>
        ${this.#matrices(ref)} ${exportMenu(() => this.#exports())}
      </div>
      <vs-head-judgement .component=${this.component} .reading=${this.#reading}></vs-head-judgement>
      ${this.#notes()}
      ${headControls({
        ...{ store: this.store, ref, component: this.component, best: this.#best },
        countText: this.#countText(),
      })}
      <div class="head-body">
        <div class="head-pairs">${this.#table()}</div>
        <vs-heatmap .component=${this.component} .reading=${this.#reading}></vs-heatmap>
      </div>
      ${foldedSection(this.store, {
        name: 'directions',
        title: t('Singular directions'),
        body: () => html`<vs-directions .component=${this.component}></vs-directions>`,
      })}
    </section>`;
  }

  #matrices(ref: HeadMatrixRef): TemplateResult {
    return html`<span class="toggles" role="group" aria-label=${t('Matrix of the head')}>
      ${HEAD_MATRICES.map(
        (kind) =>
          html`<button
            class="toggle"
            aria-pressed=${String(kind === ref.kind)}
            data-testid="matrix-${kind}"
            ${hover(() => definition(kind === 'VO' ? 'W_VO' : 'W_QK'))}
            @click=${() => {
              this.store.replace({
                page: 'head',
                component: formatHeadMatrixId({ ...ref, kind }),
              });
            }}
          >
            ${kind}
          </button>`,
      )}
    </span>`;
  }

  #notes(): unknown {
    const note = this.#reading?.note;
    return note === undefined
      ? nothing
      : html`<p class="row-note" data-testid="head-note">${icon('info')} ${note}</p>`;
  }

  /** The live count beside the threshold. */
  #countText(): string {
    const reading = this.#reading;
    if (reading?.count === undefined || headState(this.store, this.component).threshold === null) {
      return '';
    }
    const { count, top } = reading;
    if (count === null) return t('more than {0} pairs', formatCount(MAX_COUNTED_PAIRS));
    return count > top.length
      ? t('{0} pairs, the first {1} listed', formatCount(count), formatCount(top.length))
      : t('{0} pairs', formatCount(count));
  }

  #table(): unknown {
    const { store, component } = this;
    const { sort, reversed } = headState(store, component);
    const { failure, cancelled } = this.#pairs;
    const failed =
      failure === undefined
        ? nothing
        : failureBlock(failure, () => {
            this.#pairs.retry();
          });
    if (this.#reading === null || cancelled) {
      return failure === undefined ? pendingBlock(this.#pairs) : failed;
    }
    if (this.#reading.top.length === 0) return html`${failed} ${this.#empty()}`;
    return html`${failed}
      <vs-table
        .columns=${this.#columns}
        .source=${this.#rows}
        .label=${t('Pairs of the head')}
        .sort=${{ by: sort, descending: (sort === 'score') !== reversed }}
        .startAt=${this.#startAt}
        .testId=${'pair-table'}
        .events=${{
          open: (pair: ListedPair, _index: number, column: string) => {
            if (column === 'source') this.#set({ row: askFor(pair.row) });
            if (column === 'target') this.#set({ column: askFor(pair.column) });
          },
          sort: ({ by }: TableSort) => {
            const wanted = PAIR_SORTS.find((name) => name === by) ?? sort;
            this.#set({ sort: wanted, reversed: wanted === sort && !reversed });
          },
          moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
            store.setTable(this.#key, place);
          },
          copy: (pair: ListedPair | undefined) => this.#copy(pair),
        }}
      ></vs-table>`;
  }

  #empty(): TemplateResult {
    return emptyBlock(t('No pair is left by what was asked.'), {
      label: t('Show all pairs'),
      act: () => {
        this.#set({
          ...{ threshold: null, row: null, column: null },
          ...{ excludeSame: false, excludeCase: false },
        });
      },
    });
  }

  #copy(pair: ListedPair | undefined): string | undefined {
    const { summary, options } = this.store;
    const reading = this.#reading;
    return summary === null || reading === null || pair === undefined
      ? undefined
      : pairsAsText(reading, [pair], { summary, options });
  }

  #exports(): readonly MenuItem[] {
    const { component, store } = this;
    const { summary, options } = store;
    const reading = this.#reading;
    const pairOptions = pairOptionsOf(store, component);
    const statistics = store.heads.head(component)?.statistics ?? null;
    return exportItems(store, {
      ...{ component, count: reading === null ? 0 : 1, selected: () => [] },
      write: (form) => {
        if (summary === null || reading === null) throw new TypeError('There are no pairs yet.');
        const source = { summary, options, pairOptions };
        return Promise.resolve(documentOf(form, [{ ...reading, statistics }], source));
      },
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-head-view': HeadView;
  }
}
