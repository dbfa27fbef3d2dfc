import { html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { TensorRow } from '../../../src/protocol/modelSummary';
import { formatBytes, formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { PagedRows } from '../../state/pagedRows';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { emptyBlock, missingRowsBlock } from '../../components/stateBlocks';
import type { Column } from '../../components/tableColumns';
import type { ValueControl } from '../../components/toolkit';
import '../../components/virtualTable';
import type { TableState } from '../../state/uiState';

const TABLE_KEY = 'tensors';

/** The tensors of the checkpoint as they are stored, whatever the architecture. */
@customElement('vs-tensor-table')
export class TensorTable extends StoreElement {
  #source: PagedRows<TensorRow> | null = null;
  #sourceKey = '';
  #startAt = { firstRow: 0, activeRow: 0 };
  readonly #columns: readonly Column<TensorRow>[] = [
    {
      id: 'name',
      title: t('Name'),
      width: 'minmax(0, 1fr)',
      narrow: 'second',
      cell: ({ name }) => html`<bdi class="tensor-name">${name}</bdi>`,
    },
    { id: 'dtype', title: t('Type'), width: '5em', narrow: 'first', cell: ({ dtype }) => dtype },
    {
      id: 'shape',
      title: t('Shape'),
      width: '10em',
      narrow: 'first',
      cell: ({ shape }) => (shape.length === 0 ? t('scalar') : shape.map(formatCount).join(' × ')),
    },
    {
      id: 'bytes',
      title: t('Size'),
      width: '6em',
      numeric: true,
      cell: ({ byteLength }) => formatBytes(byteLength),
    },
    { id: 'file', title: t('File'), width: '14em', cell: ({ file }) => html`<bdi>${file}</bdi>` },
  ];

  constructor() {
    super();
    const focusFilter = (): boolean => {
      this.querySelector<HTMLElement>('ttk-text-field')?.focus();
      return true;
    };
    new Keys(this, { '/': focusFilter, 'Ctrl+f': focusFilter });
  }

  override focus(): void {
    this.querySelector<HTMLElement>('vs-table')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#source?.dispose();
    this.#source = null;
    this.#sourceKey = '';
  }

  get #state(): TableState {
    return this.store.table(TABLE_KEY);
  }

  protected override willUpdate(): void {
    const { summary, host } = this.store;
    const { filter } = this.#state;
    const key = `${this.store.dataKey} ${filter}`;
    if (summary === null || key === this.#sourceKey) return;
    this.#sourceKey = key;
    this.#source?.dispose();
    this.#startAt = { firstRow: this.#state.firstRow, activeRow: this.#state.activeRow };
    this.#source = new PagedRows(
      async (start, count, _depth, signal) => {
        const wanted = filter === '' ? { start, count } : { start, count, filter };
        const { rows, total } = await host.query('tensors', wanted, { signal });
        const counts = total === 1 ? t('1 tensor') : t('{0} tensors', formatCount(total));
        this.store.setNote({ counts, omissions: '' });
        return { rows, total, complete: true };
      },
      summary.tensorCount,
      'words',
    );
    this.#source.onDidChange(() => {
      this.requestUpdate();
    });
  }

  protected override template(): unknown {
    return html`<search class="filter-box">
        <ttk-text-field
          class="labelled-inside"
          placeholder=${t('Filter by name')}
          data-testid="tensor-filter"
          .value=${this.#state.filter}
          @input=${(event: Event) => {
            this.#setFilter((event.target as ValueControl).value);
          }}
          >${t('Filter by name')}</ttk-text-field
        >
      </search>
      ${this.#rows()}`;
  }

  #setFilter(filter: string): void {
    this.store.setTable(TABLE_KEY, { filter, firstRow: 0, activeRow: 0 });
  }

  #rows(): unknown {
    const source = this.#source;
    if (source === null) return nothing;
    const missing = missingRowsBlock(source);
    if (missing !== nothing && !source.answered) return missing;
    if (source.answered && source.total === 0) {
      return emptyBlock(t('No tensor’s name holds “{0}”.', this.#state.filter), {
        label: t('Clear filter'),
        act: () => {
          this.#setFilter('');
        },
      });
    }
    return html`${missing}<vs-table
        .columns=${this.#columns}
        .source=${source}
        .label=${t('Tensors')}
        .startAt=${this.#startAt}
        .testId=${'tensor-table'}
        .events=${{
          moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
            this.store.setTable(TABLE_KEY, place);
          },
          copy: (row: TensorRow | undefined) => row?.name,
        }}
      ></vs-table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-tensor-table': TensorTable;
  }
}
