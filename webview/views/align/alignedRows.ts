import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatMatrixId } from '../../../src/core/model/componentId';
import type { AlignRowsResult, RowPair } from '../../../src/protocol/alignment';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { alignedRowsList } from '../../../src/protocol/written/alignedRows';
import { listDocument } from '../../../src/protocol/written/list';
import { formatCount, formatRatio } from '../../format/numbers';
import { t } from '../../l10n';
import { PagedAnswer } from '../../state/pagedAnswer';
import type { PagedRows } from '../../state/pagedRows';
import { ALIGN_SORTS } from '../../state/uiState';
import type { AlignedPair, TableState } from '../../state/uiState';
import { ChipRoom } from '../../components/chipRoom';
import { definition } from '../../components/definition';
import { MAX_COPIED, sectionMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { rowContext } from '../../components/rowColumns';
import { emptyBlock, pagedBlock } from '../../components/stateBlocks';
import type { TableSort } from '../../components/tableColumns';
import '../../components/virtualTable';
import { alignedColumns, FIXED_COLUMNS_EM } from './alignedColumns';
import { rowsAsked } from './alignmentAsked';

/** Columns that are about the nearest row of B. */
const OF_OTHER: ReadonlySet<string> = new Set(['nearest', 'tokensB']);
/** Characters that the padding of a cell takes. */
const CELL_PADDING = 2;

/** The rows of a layer of A beside their like in a layer of B. */
@customElement('vs-aligned-rows')
export class AlignedRows extends StoreElement {
  @property({ attribute: false }) pair: AlignedPair | null = null;
  @property({ attribute: false }) other: ModelSummary | null = null;
  /** Opens the other model again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  /** Asks where in all of B a row of A is. */
  @property({ attribute: false }) seek: (component: string) => void = () => undefined;
  readonly #answer = new PagedAnswer<RowPair, AlignRowsResult>(this);
  /** Two columns of tokens share the room. */
  readonly #room = new ChipRoom(this, () => FIXED_COLUMNS_EM);
  #columns = alignedColumns(this.store, () => this.#room.half - CELL_PADDING);

  protected override willUpdate(): void {
    const { pair, other } = this;
    if (pair === null || other === null) return;
    const asked = rowsAsked(this.store, other, pair);
    const { host, dataKey } = this.store;
    this.#answer.load(`${dataKey} ${JSON.stringify(asked)}`, (page, handling) =>
      host.query('alignRows', { ...asked, ...page }, handling),
    );
  }

  protected override template(): unknown {
    const { pair, other } = this;
    const { summary } = this.store;
    if (pair === null || other === null || summary === null) return nothing;
    const { group: kind, layerA, layerB } = pair;
    return html`<section class="aligned-rows" data-testid="aligned-rows">
      <div class="page-bar">
        <h2 class="aligned-title" tabindex="-1">
          ${t(
            '{0} of {1} beside {2} of {3}',
            formatMatrixId({ kind, layer: layerA }),
            summary.name,
            formatMatrixId({ kind, layer: layerB }),
            other.name,
          )}
        </h2>
        ${this.#seekButton(other)} ${this.#mutualToggle()} ${this.#menu(pair, other, summary)}
      </div>
      ${this.#numbers()} ${this.#rows()}
    </section>`;
  }

  /** For the row that the reader is in. */
  #seekButton({ name }: ModelSummary): unknown {
    const component = this.#answer.rows?.row(this.store.table('aligned').activeRow)?.component;
    if (component === undefined) return nothing;
    return html`<button
      class="footer-button"
      data-testid="seek-row"
      @click=${() => {
        this.seek(component);
      }}
    >
      ${t('Where in {0} is {1}?', name, component)}
    </button>`;
  }

  #menu(pair: AlignedPair, other: ModelSummary, summary: ModelSummary): unknown {
    const { store } = this;
    const { found } = this.#answer;
    if (found === null) return nothing;
    const asked = rowsAsked(store, other, pair);
    const count = Math.min(MAX_COPIED, found.total);
    return sectionMenu(store, {
      ...{ count, testId: 'export-rows' },
      comparison: { what: 'alignedRows', ...asked },
      write: async (form) => {
        const answer = await store.host.query('alignRows', { ...asked, start: 0, count });
        const list = alignedRowsList(answer, { ...asked, summary, other });
        return listDocument(form, list, answer.rows);
      },
    });
  }

  #mutualToggle(): TemplateResult {
    const { align } = this.store.ui;
    return html`<button
      class="toggle"
      aria-pressed=${String(align.mutualOnly)}
      data-testid="mutual-only"
      @click=${() => {
        this.store.setUi({ align: { ...align, mutualOnly: !align.mutualOnly } });
      }}
    >
      ${t('Mutual only')}
    </button>`;
  }

  #numbers(): unknown {
    const { found } = this.#answer;
    if (found === null) return nothing;
    const { rowsA, rowsB, mutual, meanNearest, meanAssigned, control } = found;
    return html`<p class="page-sentence" data-testid="aligned-numbers">
      <span tabindex="0" ${hover(() => definition('alignedRow'))}
        >${t(
          '{0} pairs of A’s {1} and B’s {2} rows are each other’s nearest.',
          formatCount(mutual),
          formatCount(rowsA),
          formatCount(rowsB),
        )}</span
      >
      ${t('Mean |ρ| of the nearest {0}, with shuffled tokens {1}.', formatRatio(meanNearest), formatRatio(control))}
      ${meanAssigned === null ? nothing : t('Assigned one to one {0}.', formatRatio(meanAssigned))}
    </p>`;
  }

  #rows(): unknown {
    const { rows } = this.#answer;
    return rows === null
      ? nothing
      : pagedBlock(rows, {
          reopen: this.reopen,
          none: () => this.#none(),
          rows: () => this.#table(rows),
        });
  }

  #none(): TemplateResult {
    return emptyBlock(t('No two rows of these layers are each other’s nearest.'), {
      label: t('Show all rows'),
      act: () => {
        this.store.setUi({ align: { ...this.store.ui.align, mutualOnly: false } });
      },
    });
  }

  /** Opens the row that a column is about: A's here, B's in its own panel. */
  #open({ component, nearest, assigned }: RowPair, column: string): void {
    const match = column === 'assigned' ? assigned : OF_OTHER.has(column) ? nearest : null;
    const { pair } = this;
    if (match === null || pair === null) {
      this.store.navigate({ page: 'row', component });
    } else {
      const location = { page: 'row', component: match.component };
      this.store.host.showOther({ path: pair.other, location });
    }
  }

  #table(source: PagedRows<RowPair>): TemplateResult {
    const { align } = this.store.ui;
    return html`<vs-table
      .columns=${this.#columns}
      .source=${source}
      .label=${t('Rows of A and their like in B')}
      .sort=${{ by: align.sort, descending: align.sort === 'rho' }}
      .context=${rowContext}
      .testId=${'aligned-table'}
      .events=${{
        open: (row: RowPair, _index: number, column: string) => {
          this.#open(row, column);
        },
        sort: ({ by }: TableSort) => {
          const sort = ALIGN_SORTS.find((name) => name === by) ?? align.sort;
          this.store.setUi({ align: { ...align, sort } });
        },
        moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
          this.store.setTable('aligned', place);
        },
        copy: (row: RowPair | undefined) =>
          row === undefined
            ? undefined
            : [row.component, row.nearest?.component ?? '', row.nearest?.rho ?? ''].join('\t'),
      }}
    ></vs-table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-aligned-rows': AlignedRows;
  }
}
