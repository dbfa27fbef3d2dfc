import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowKind } from '../../../src/core/model/componentId';
import type { Histogram } from '../../../src/protocol/engineApi';
import type { Omitted, RowReading } from '../../../src/protocol/reading';
import { placeOf } from '../../format/components';
import { rowAsIds } from '../../format/export';
import { omittedSentence } from '../../format/omitted';
import { formatCount } from '../../format/numbers';
import { readingSentence, sideTitle, speakingSide } from '../../format/sentence';
import type { Side } from '../../format/sentence';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import '../../components/bookmarkButton';
import { definition, kindDefinition } from '../../components/definition';
import { exportItems, exportMenu, writeReadings } from '../../components/exportMenu';
import type { Exported } from '../../components/exportMenu';
import '../../components/histogram';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import type { MenuItem } from '../../components/menuButton';
import { foldedSection } from '../../components/section';
import { failureBlock, skeletonLines } from '../../components/stateBlocks';
import { tokenChips } from '../../components/tokenChip';
import './evidence';
import { sortName } from '../../format/sortName';
import './neighboursView';
import { partnerIdOf } from './partners';
import './partnerView';
import { findStretch, orderOfReader, positionIn, tableOfReader } from './rowStretch';
import type { RowPosition, RowStretch } from './rowStretch';
import { StagedReading } from './stagedReading';
import './tokenList';
import './tokenMapView';
import './weightsView';

/** Pictures of the page that can be shown as tables. */
type Picture = 'histogram' | 'tokenMap' | 'weights';

/** One parameter row: what it says, how strongly, and how that compares with chance. */
@customElement('vs-row-view')
export class RowView extends StoreElement {
  @property({ attribute: false }) component = '';
  readonly #reading = new StagedReading(this, this.store);
  readonly #stretch = new Resource<RowStretch | null>(this);
  readonly #histogram = new Resource<Histogram>(this);
  #asTables: ReadonlySet<Picture> = new Set();
  #subject = '';
  /** The side that stands first, fixed when the row shows: lists do not change places under a reader. */
  #firstSide: Side | null = null;
  #stretchOrder = '';

  constructor() {
    super();
    new Keys(this, {
      '[': () => this.#goBeside('previous'),
      ']': () => this.#goBeside('next'),
      v: () => {
        this.#toggleTables();
        return true;
      },
    });
  }

  override focus(): void {
    this.querySelector<HTMLElement>('.page-title')?.focus();
  }

  protected override willUpdate(): void {
    const { store, component } = this;
    if (!store.isReadable) return;
    if (this.#subject !== component) {
      this.#subject = component;
      this.#firstSide = null;
      this.#reading.clear();
      this.#histogram.clear();
    }
    const key = `${store.dataKey} ${component}`;
    this.#reading.load(key, component);
    const { judged, shown } = this.#reading;
    this.#firstSide ??= shown === undefined ? null : speakingSide(shown);
    if (judged === undefined) return;
    const { options } = store;
    this.#histogram.load(key, (signal) =>
      store.host.query('histogram', { component, options }, { signal }),
    );
    this.#loadStretch(judged);
    this.#updateNote(judged.omitted);
  }

  #toggleTable(picture: Picture): void {
    const others = [...this.#asTables].filter((shown) => shown !== picture);
    this.#asTables = new Set(others.length < this.#asTables.size ? others : [...others, picture]);
    this.requestUpdate();
  }

  /** All pictures as tables; back where one is already. */
  #toggleTables(): void {
    const all: readonly Picture[] = ['histogram', 'tokenMap', 'weights'];
    this.#asTables = new Set(this.#asTables.size > 0 ? [] : all);
    this.requestUpdate();
  }

  #updateNote(omitted: Omitted): void {
    this.store.setNote({ counts: this.#positionText(), omissions: omittedSentence(omitted) });
  }

  /** Asks for the rows around this one, unless it stands among those that are known. */
  #loadStretch(reading: RowReading): void {
    const { store } = this;
    const matrix = tableOfReader(store, reading.component);
    const order = `${store.dataKey} ${matrix} ${JSON.stringify(orderOfReader(store, matrix))}`;
    if (order === this.#stretchOrder && this.#position !== null) return;
    this.#stretchOrder = order;
    this.#stretch.load(`${order} ${reading.component}`, (signal) =>
      findStretch(store, reading, signal),
    );
  }

  get #position(): RowPosition | null {
    const stretch = this.#stretch.value ?? null;
    return stretch === null ? null : positionIn(stretch, this.component);
  }

  #positionText(): string {
    const stretch = this.#stretch.value ?? null;
    if (stretch === null || this.#position === null) return '';
    const place = formatCount(this.#position.index + 1);
    return t('{0} of {1} by {2}', place, formatCount(stretch.total), sortName(stretch.sort));
  }

  protected override template(): unknown {
    const { failure, shown: value } = this.#reading;
    const kind = placeOf(this.component)?.ref.kind;
    if (kind === undefined) {
      const message = t(
        '“{0}” is no row of this model. The overview lists what it has.',
        this.component,
      );
      return failureBlock({ reason: 'unknownComponent', message });
    }
    return html`<section
      class="page page-row"
      data-testid="page-row"
      aria-busy=${String(this.#reading.loading)}
    >
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1" ${hover(() => kindDefinition(kind))}>
          ${value === undefined ? this.component : this.#sentence(value)}
        </h1>
        <div class="row-actions">${this.#actions(value)}</div>
      </div>
      ${
        failure !== undefined
          ? failureBlock(failure, () => {
              this.#reading.retry();
            })
          : value === undefined
            ? skeletonLines(8)
            : this.#body(value, kind)
      }
    </section>`;
  }

  #sentence(reading: RowReading): TemplateResult {
    const { component, verb, tokens, caveat } = readingSentence(reading);
    return html`<span class="row-id">${component}</span>
      <span class="row-verb">${verb}</span>
      <span class="row-tokens">${tokenChips(tokens)}</span>
      ${
        caveat === null
          ? nothing
          : html`<span class="row-caveat" ${hover(() => definition('standsOut'))}>${caveat}</span>`
      }`;
  }

  #actions(reading: RowReading | undefined): TemplateResult {
    const position = this.#position;
    return html`<vs-bookmark-button .component=${this.component}></vs-bookmark-button>
      <span class="row-position" data-testid="row-position">${this.#positionText()}</span>
      <ttk-button
        appearance="secondary"
        data-testid="previous-row"
        ?disabled=${(position?.previous ?? null) === null}
        @click=${() => this.#goBeside('previous')}
        >${t('Previous')}</ttk-button
      >
      <ttk-button
        appearance="secondary"
        data-testid="next-row"
        ?disabled=${(position?.next ?? null) === null}
        @click=${() => this.#goBeside('next')}
        >${t('Next')}</ttk-button
      >
      ${reading === undefined ? nothing : exportMenu(() => this.#exports(reading))}`;
  }

  #exports(reading: RowReading): readonly MenuItem[] {
    const { summary, options, host } = this.store;
    if (summary === null) return [];
    const copy = (label: string, text: () => string): MenuItem => ({
      label,
      act: () => {
        host.copy(text());
        this.store.announce(t('Copied.'));
      },
    });
    const exported: Exported = {
      ...{ component: reading.component, count: 1 },
      write: (form) => Promise.resolve(writeReadings(this.store, form, [reading])),
      selected: () => [],
    };
    return exportItems(this.store, exported, [
      copy(t('Copy token ids'), () => rowAsIds(reading, { summary, options })),
      copy(t('Copy component id'), () => reading.component),
      {
        label: t('Find in another model…'),
        act: () => {
          host.act('findInOther');
        },
      },
      {
        label: t('Copy link'),
        act: () => {
          host.act('copyLink');
          this.store.announce(t('Copied.'));
        },
      },
    ]);
  }

  /** Goes along the order that the table is shown in; the way back leads to the table, not through all rows. */
  #goBeside(direction: 'previous' | 'next'): boolean {
    const position = this.#position;
    const matrix = this.#stretch.value?.matrix;
    const component = position?.[direction] ?? null;
    if (position === null || matrix === undefined || component === null) return false;
    const activeRow = position.index + (direction === 'next' ? 1 : -1);
    this.store.setTable(`matrix:${matrix}`, { activeRow });
    this.store.replace({ page: 'row', component });
    return true;
  }

  #body(reading: RowReading, kind: RowKind): TemplateResult {
    const sides: readonly Side[] =
      this.#firstSide === 'bottom' ? ['bottom', 'top'] : ['top', 'bottom'];
    const scores = [...reading.top, ...reading.bottom].map(({ score }) => Math.abs(score));
    const fullScore = Math.max(...scores, 0);
    return html`${this.#notes(reading)}
      <div class="row-body">
        ${sides
          .filter((side) => reading[side].length > 0)
          .map(
            (side) =>
              html`<vs-token-list
                .heading=${sideTitle(kind, side)}
                .tokens=${reading[side]}
                .fullScore=${fullScore}
                .testId=${`list-${side}`}
              ></vs-token-list>`,
          )}
        <div class="row-evidence">
          <vs-evidence
            .reading=${reading}
            .control=${this.store.spaces.get(reading.space)?.control}
          ></vs-evidence>
          ${this.#distribution()}
        </div>
      </div>
      ${this.#sections(reading)}`;
  }

  #notes({ note, sharedBy }: RowReading): TemplateResult {
    const shared =
      sharedBy === undefined || sharedBy.length === 0
        ? nothing
        : html`<p class="row-note" ${hover(() => definition('groupedQueries'))}>
            ${icon('info')} ${t('The same row as {0}: queries are grouped.', sharedBy.join(', '))}
          </p>`;
    return html`${note === undefined ? nothing : html`<p class="row-note">${icon('info')} ${note}</p>`}${shared}`;
  }

  #distribution(): TemplateResult {
    const { failure, value } = this.#histogram;
    if (failure !== undefined) return html`<p class="row-note">${failure.message}</p>`;
    const asTable = this.#asTables.has('histogram');
    return html`<vs-histogram .data=${value ?? null} .asTable=${asTable}></vs-histogram>
      <button
        class="link-button"
        data-testid="histogram-twin"
        @click=${() => {
          this.#toggleTable('histogram');
        }}
      >
        ${asTable ? t('Show as picture') : t('Show as table')}
      </button>`;
  }

  #sections(reading: RowReading): TemplateResult {
    const { component, store } = this;
    const picture = (name: Picture): { asTable: boolean; toggle: () => void } => ({
      asTable: this.#asTables.has(name),
      toggle: () => {
        this.#toggleTable(name);
      },
    });
    const map = picture('tokenMap');
    const weights = picture('weights');
    return html`${
      partnerIdOf(component) === null
        ? nothing
        : foldedSection(store, {
            name: 'partner',
            title: t('Partner'),
            body: () => html`<vs-partner .component=${component}></vs-partner>`,
          })
    }
    ${foldedSection(store, {
      name: 'neighbours',
      title: t('Neighbours'),
      body: () => html`<vs-neighbours .component=${component}></vs-neighbours>`,
    })}
    ${foldedSection(store, {
      name: 'tokenMap',
      title: t('Token map'),
      body: () =>
        html`<vs-token-map
          .component=${component}
          .speaks=${speakingSide(reading)}
          .asTable=${map.asTable}
          .toggleTable=${map.toggle}
        ></vs-token-map>`,
    })}
    ${foldedSection(store, {
      name: 'weights',
      title: t('Raw weights'),
      body: () =>
        html`<vs-weights
          .component=${component}
          .asTable=${weights.asTable}
          .toggleTable=${weights.toggle}
        ></vs-weights>`,
    })}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-row-view': RowView;
  }
}
