import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Weights } from '../../../src/protocol/rowDetails';
import { DIGITS, formatCount, formatDecimal, formatFull, formatWeight } from '../../format/numbers';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { StoreElement } from '../../components/lightElement';
import { pendingBlock } from '../../components/stateBlocks';
import type { Column, TableSort } from '../../components/tableColumns';
import '../../components/virtualTable';
import './weightStripView';

/** More than any row is wide. */
const ALL_WEIGHTS = 65_536;

interface Weight {
  readonly index: number;
  readonly value: number | null;
}

const COLUMNS: readonly Column<Weight>[] = [
  {
    id: 'index',
    title: t('Dimension'),
    width: '7em',
    numeric: true,
    sortable: true,
    narrow: 'first',
    cell: ({ index }) => formatCount(index),
  },
  {
    id: 'value',
    title: t('Weight'),
    width: '9em',
    numeric: true,
    sortable: true,
    narrow: 'first',
    cell: ({ value }) => formatWeight(value),
    hover: ({ value }) =>
      html`<p class="full-value">${value === null ? 'NaN' : formatFull(value)}</p>`,
  },
];

/** The numbers of a row as they are stored: as a strip, or as a table. */
@customElement('vs-weights')
export class WeightsView extends StoreElement {
  @property({ attribute: false }) component = '';
  @property({ attribute: false }) asTable = false;
  @property({ attribute: false }) toggleTable: () => void = () => undefined;
  @state() private sort: TableSort = { by: 'index', descending: false };
  readonly #weights = new Resource<Weights>(this);
  #subject = '';
  #rows = new FixedRows<Weight>([]);
  #rowsKey: readonly unknown[] = [];

  protected override willUpdate(): void {
    const { component, store } = this;
    if (this.#subject !== component) this.#weights.clear();
    this.#subject = component;
    this.#weights.load(`${store.dataKey} ${component}`, async (signal) => {
      await store.host.calm();
      const range = { start: 0, count: ALL_WEIGHTS };
      return store.host.query('weights', { component, ...range }, { signal });
    });
    this.#sortRows();
  }

  #sortRows(): void {
    const { value } = this.#weights;
    const key = [value, this.sort];
    if (key.every((part, at) => part === this.#rowsKey[at])) return;
    this.#rowsKey = key;
    const { by, descending } = this.sort;
    const sign = descending ? -1 : 1;
    const of = (weight: Weight): number =>
      by === 'value' ? (weight.value ?? -Infinity) : weight.index;
    const rows = (value?.values ?? []).map((weight, index) => ({ index, value: weight }));
    this.#rows = new FixedRows(rows.sort((a, b) => sign * (of(a) - of(b)) || a.index - b.index));
  }

  protected override template(): unknown {
    const { value } = this.#weights;
    if (value === undefined) return pendingBlock(this.#weights);
    return html`${this.#summary(value)}
    ${
      this.asTable
        ? html`<vs-table
            class="weights-table"
            .columns=${COLUMNS}
            .source=${this.#rows}
            .label=${t('Weights of {0}', value.component)}
            .sort=${this.sort}
            .testId=${'weights-table'}
            .events=${{
              sort: (sort: TableSort) => {
                this.sort = sort;
              },
              copy: () => this.#copy(value),
            }}
          ></vs-table>`
        : html`<vs-weight-strip .weights=${value}></vs-weight-strip>`
    }`;
  }

  #summary({ total, lowest, highest, norm, nonFinite }: Weights): TemplateResult {
    return html`<p class="plot-bar">
      <span ${hover(() => definition('weights'))}>
        ${t('{0} weights from {1} to {2}, norm {3}', formatCount(total), formatWeight(lowest), formatWeight(highest), formatDecimal(norm, DIGITS.norm))}
      </span>
      ${
        this.store.options.fold === 'none'
          ? nothing
          : html`<span class="dim">${t('as stored: the reading folds the norm in')}</span>`
      }
      ${
        nonFinite === 0
          ? nothing
          : html`<span
              >${icon('warning')} ${t('{0} are NaN or infinite', formatCount(nonFinite))}</span
            >`
      }
      <button class="link-button" data-testid="weights-twin" @click=${this.toggleTable}>
        ${this.asTable ? t('Show as picture') : t('Show as table')}
      </button>
    </p>`;
  }

  /** All weights, one a line. */
  #copy({ component, values }: Weights): string {
    const lines = values.map((value, index) => `${index}\t${value ?? 'NaN'}`);
    return [`# ${component}`, 'dimension\tweight', ...lines, ''].join('\n');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-weights': WeightsView;
  }
}
