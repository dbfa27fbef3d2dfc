import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowChange } from '../../../src/protocol/displacement';
import type { EngineResult } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { quotedToken } from '../../../src/protocol/written/words';
import { changeOptions } from '../../format/changes';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { DIFF_SORTS, ofBase } from '../../state/diffState';
import { PagedAnswer } from '../../state/pagedAnswer';
import type { PagedRows } from '../../state/pagedRows';
import type { TableState } from '../../state/uiState';
import { ChipRoom } from '../../components/chipRoom';
import { StoreElement } from '../../components/lightElement';
import { rowContext } from '../../components/rowColumns';
import { emptyBlock, pagedBlock } from '../../components/stateBlocks';
import type { TableSort } from '../../components/tableColumns';
import '../../components/virtualTable';
import { changeColumns, FIXED_COLUMNS_EM } from './changeColumns';

/** Characters that the padding of a cell takes. */
const CELL_PADDING = 2;

/** The rows that changed, of all tables or of one. */
@customElement('vs-changed-rows')
export class ChangedRows extends StoreElement {
  @property({ attribute: false }) base: ModelSummary | null = null;
  /** The path under which the page knows the base. */
  @property({ attribute: false }) other = '';
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  /** Shows a row's words beside the base's. */
  @property({ attribute: false }) open: (component: string) => void = () => undefined;
  readonly #answer = new PagedAnswer<RowChange, EngineResult<'diffRows'>>(this);
  #startAt = { firstRow: 0, activeRow: 0 };
  /** Two columns of tokens share the room. */
  readonly #room = new ChipRoom(this, () => FIXED_COLUMNS_EM);
  #columns = changeColumns(
    this.store,
    () => this.#state.matrix,
    () => this.#room.half - CELL_PADDING,
  );

  get #state(): ReturnType<typeof ofBase> {
    return ofBase(this.store.ui.diff, this.other);
  }

  protected override willUpdate(): void {
    const { base } = this;
    if (base === null) return;
    const { matrix, sort, descending } = this.#state;
    const options = changeOptions(this.store.options);
    const asked = { other: base.model, ...(matrix === null ? {} : { matrix }), options };
    const key = `${this.store.dataKey} ${JSON.stringify({ ...asked, sort, descending })}`;
    if (key === this.#answer.key) return;
    // Another order begins at its top; a page that comes back, where it was left.
    const { firstRow, activeRow } = this.store.table('changed');
    this.#startAt =
      this.#answer.key === undefined ? { firstRow, activeRow } : { firstRow: 0, activeRow: 0 };
    this.#answer.load(key, (page, handling) =>
      this.store.host.query('diffRows', { ...asked, sort, descending, ...page }, handling),
    );
  }

  protected override template(): unknown {
    const { rows: source } = this.#answer;
    if (this.base === null || source === null) return nothing;
    return html`<section class="changed-rows" data-testid="changed-rows">
      ${this.#head(source)}
      ${pagedBlock(source, {
        reopen: this.reopen,
        none: () => this.#none(),
        rows: () => this.#table(source),
      })}
    </section>`;
  }

  #head(source: PagedRows<RowChange>): TemplateResult {
    const { matrix } = this.#state;
    const count = source.answered ? `, ${formatCount(source.total)}` : '';
    return html`<div class="page-bar">
      <h2 class="changed-title" tabindex="-1">
        ${matrix === null ? t('Changed rows of all tables') : t('Changed rows of {0}', matrix)}${count}
      </h2>
      ${
        matrix === null
          ? nothing
          : html`<button class="footer-button" data-testid="all-tables" @click=${this.#showAll}>
              ${t('All tables')}
            </button>`
      }
    </div>`;
  }

  readonly #showAll = (): void => {
    this.store.setUi({ diff: { ...this.#state, matrix: null } });
  };

  #none(): TemplateResult {
    const { matrix } = this.#state;
    return matrix === null
      ? emptyBlock(t('No row changed.'))
      : emptyBlock(t('No row of {0} changed.', matrix), {
          label: t('All tables'),
          act: this.#showAll,
        });
  }

  #table(source: PagedRows<RowChange>): TemplateResult {
    const state = this.#state;
    return html`<vs-table
      .columns=${this.#columns}
      .source=${source}
      .label=${t('Rows that changed')}
      .sort=${{ by: state.sort, descending: state.descending }}
      .selected=${({ component }: RowChange) => component === state.row}
      .context=${rowContext}
      .startAt=${this.#startAt}
      .testId=${'changed-table'}
      .events=${{
        open: ({ component }: RowChange) => {
          this.open(component);
        },
        sort: ({ by, descending }: TableSort) => {
          const sort = DIFF_SORTS.find((name) => name === by) ?? state.sort;
          this.store.setUi({ diff: { ...state, sort, descending } });
        },
        moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
          this.store.setTable('changed', place);
        },
        copy: (row: RowChange | undefined) =>
          row === undefined
            ? undefined
            : [
                ...[row.component, row.norm, row.relative ?? '', row.z ?? ''],
                ...[row.plus, row.minus].map((side) => side.map(quotedToken).join(' ')),
              ].join('\t'),
      }}
    ></vs-table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-changed-rows': ChangedRows;
  }
}
