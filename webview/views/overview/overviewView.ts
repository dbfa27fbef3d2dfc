import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { OverviewResult } from '../../../src/protocol/engineApi';
import type { TableRow } from '../../../src/protocol/reading';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { kindTitle, placeOf } from '../../format/components';
import { rowsAsText } from '../../format/export';
import { headCounts } from '../../format/headMapModel';
import { identityParts } from '../../format/identity';
import { formatCount } from '../../format/numbers';
import { omittedSentence } from '../../format/omitted';
import { warningsOf } from '../../format/warnings';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { MAX_UNASKED_ROWS } from '../../state/scanQueue';
import { spaceOf } from '../../state/spaceSummaries';
import { OVERVIEW_MAPS } from '../../state/uiState';
import type { OverviewMap } from '../../state/uiState';
import { ChipRoom } from '../../components/chipRoom';
import { definition, kindDefinition } from '../../components/definition';
import { exportItems, exportMenu, readRows, writeReadings } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import type { MenuItem } from '../../components/menuButton';
import {
  numberColumn,
  rowContext,
  rowNameCell,
  tokensColumn,
  Z_COLUMN_EM,
} from '../../components/rowColumns';
import type { RowColumnContext } from '../../components/rowColumns';
import { emptyBlock, failureBlock } from '../../components/stateBlocks';
import type { Column } from '../../components/tableColumns';
import '../../components/virtualTable';
import '../heads/headsMap';
import '../tensors/tensorTable';
import './mapView';
import { warningList } from './warningList';

const COMPONENT_COLUMN_EM = 9;

/** Tables of feed-forward values from the last layer up, whose rows are the easiest to read, of so many rows at most. */
function lastValues({ matrices }: ModelSummary, rows: number): readonly string[] {
  let left = rows;
  const values = matrices.filter(({ kind, layer }) => kind === 'FF.V' && layer !== undefined);
  return values.reverse().flatMap((table) => {
    left -= table.rows;
    return left < 0 ? [] : [table.id];
  });
}

/** The model at a glance: what it is, what must be known, where its weights speak, and their clearest words. */
@customElement('vs-overview-view')
export class OverviewView extends StoreElement {
  readonly #room = new ChipRoom(this, () => COMPONENT_COLUMN_EM + Z_COLUMN_EM);
  #shown: OverviewResult | null = null;
  #rows = new FixedRows<TableRow>([]);
  #columns: readonly Column<TableRow>[] = [];
  #askedFor = '';

  /** Moves the focus to the most readable rows, or to the title where there are none yet. */
  override focus(): void {
    const target = this.#rows.total > 0 ? 'vs-table' : '.page-title';
    this.querySelector<HTMLElement>(target)?.focus();
  }

  protected override willUpdate(): void {
    const { overview, summary } = this.store;
    if (summary === null || !this.store.isReadable) return;
    if (this.#columns.length === 0) this.#columns = this.#makeColumns();
    if (overview !== this.#shown) {
      this.#shown = overview;
      this.#rows = new FixedRows(overview?.readable ?? []);
      this.#scanUnasked(summary);
    }
    const scanned = overview?.matrices.reduce((sum, { rows }) => sum + rows, 0) ?? 0;
    const rows = this.#layerRows(summary);
    this.store.setNote({
      counts: t('{0} of {1} rows scanned', formatCount(Math.min(scanned, rows)), formatCount(rows)),
      omissions: omittedSentence(this.store.spaces.get('output')?.omitted),
    });
  }

  #layerRows(summary: ModelSummary): number {
    return summary.matrices.reduce(
      (sum, { layer, rows }) => sum + (layer === undefined ? 0 : rows),
      0,
    );
  }

  /** Small models are read without being asked, once, and some of the values of others: words convince. */
  #scanUnasked(summary: ModelSummary): void {
    if (this.#shown === null || this.#askedFor === this.store.dataKey) return;
    this.#askedFor = this.store.dataKey;
    if (this.#layerRows(summary) <= MAX_UNASKED_ROWS) this.#scanAll(summary);
    else this.store.scans.requestAll(lastValues(summary, MAX_UNASKED_ROWS));
  }

  #scanAll(summary: ModelSummary): void {
    const tables = summary.matrices.filter(({ layer }) => layer !== undefined);
    this.store.scans.requestAll(tables.map(({ id }) => id));
  }

  #makeColumns(): readonly Column<TableRow>[] {
    const context: RowColumnContext = {
      store: this.store,
      room: () => this.#room.characters,
      control: ({ component }) => {
        const kind = placeOf(component)?.ref.kind;
        const { options, spaces } = this.store;
        return kind === undefined ? undefined : spaces.get(spaceOf(kind, options))?.control;
      },
    };
    const component: Column<TableRow> = {
      id: 'component',
      title: t('Component'),
      width: `${COMPONENT_COLUMN_EM}em`,
      narrow: 'first',
      cell: ({ component }) => rowNameCell(component, component),
    };
    const z = { ...numberColumn('z', context), sortable: false };
    return [component, z, tokensColumn(context)];
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    return html`<section class="page page-overview" data-testid="page-overview">
      <h1
        class="page-title identity"
        tabindex="-1"
        data-testid="identity"
        ${hover(() => html`${definition('dModel')}${definition('dVocab')}${definition('tied')}`)}
      >
        ${summary.name} <span class="page-kind">${identityParts(summary).join(', ')}</span>
      </h1>
      ${warningList(warningsOf(summary), (action) => {
        this.store.host.act(action);
      })}
      ${summary.shape === null ? this.#tensors() : this.#words(summary)}
    </section>`;
  }

  #tensors(): TemplateResult {
    return html`<h2>${t('Tensors')}</h2>
      <vs-tensor-table></vs-tensor-table>`;
  }

  #words(summary: ModelSummary): TemplateResult {
    return html`${this.#map(summary)} ${this.#outside(summary)}
      <div class="readable-bar">
        <h2>${t('Most readable rows')}</h2>
        ${this.#scanButton(summary)} ${exportMenu(() => this.#exports())}
      </div>
      ${this.#readable(summary)}`;
  }

  #exports(): readonly MenuItem[] {
    const ids = this.#rows.rows.map(({ component }) => component);
    return exportItems(this.store, {
      ...{ component: null, count: ids.length },
      write: async (form) => writeReadings(this.store, form, await readRows(this.store, ids)),
      selected: () => [],
    });
  }

  /** Of rows or of heads, where there are any. */
  #map(summary: ModelSummary): TemplateResult {
    const ofHeads = headCounts(summary) !== null;
    const shown = ofHeads ? this.store.ui.overviewMap : 'rows';
    const titles: Readonly<Record<OverviewMap, string>> = { rows: t('Rows'), heads: t('Heads') };
    return html`<section class="map-section" aria-label=${t('Map of the model')}>
      ${
        ofHeads
          ? html`<span class="toggles" role="group" aria-label=${t('What the map is of')}>
              ${OVERVIEW_MAPS.map(
                (name) =>
                  html`<button
                    class="toggle"
                    aria-pressed=${String(name === shown)}
                    data-testid="map-of-${name}"
                    @click=${() => {
                      this.store.setUi({ overviewMap: name });
                    }}
                  >
                    ${titles[name]}
                  </button>`,
              )}
            </span>`
          : nothing
      }
      ${shown === 'heads' ? html`<vs-heads-map></vs-heads-map>` : html`<vs-map></vs-map>`}
    </section>`;
  }

  /** Tables that stand in no layer. */
  #outside(summary: ModelSummary): TemplateResult {
    const tables = summary.matrices.filter(({ layer }) => layer === undefined);
    return html`<div class="outside">
      ${tables.map(
        ({ id, kind, rows }) =>
          html`<button
            class="link-button"
            ${hover(() => kindDefinition(kind))}
            @click=${() => {
              this.store.navigate({ page: 'matrix', component: id });
            }}
          >
            ${id}
            <span class="page-kind">${kindTitle(kind)}, ${t('{0} rows', formatCount(rows))}</span>
          </button>`,
      )}
      <button
        class="link-button"
        @click=${() => {
          this.store.navigate({ page: 'tensors' });
        }}
      >
        ${t('{0} tensors', formatCount(summary.tensorCount))}
      </button>
    </div>`;
  }

  #missingTables(summary: ModelSummary): number {
    return summary.matrices.filter(
      ({ id, layer }) => layer !== undefined && !this.store.isScanned(id),
    ).length;
  }

  #scanButton(summary: ModelSummary): unknown {
    const missing = this.#missingTables(summary);
    if (missing === 0 || this.store.scans.running !== null) return nothing;
    return html`<ttk-button
      appearance="secondary"
      data-testid="scan-all"
      @click=${() => {
        this.#scanAll(summary);
      }}
      >${t('Scan {0} tables', formatCount(missing))}</ttk-button
    >`;
  }

  #readable(summary: ModelSummary): unknown {
    if (this.store.overviewFailure !== null) {
      return failureBlock(this.store.overviewFailure, () => {
        void this.store.refreshOverview();
      });
    }
    const failed = summary.matrices
      .map(({ id }) => this.store.scans.status(id))
      .find((status) => status.state === 'failed');
    if (failed?.state === 'failed') {
      return failureBlock(failed.failure, () => {
        this.#scanAll(summary);
      });
    }
    if (this.#rows.total === 0) {
      if (this.store.overview === null || this.store.scans.running !== null) return this.#table();
      return emptyBlock(t('No table is scanned yet: a scan finds the rows whose words stand out.'));
    }
    return this.#table();
  }

  #table(): TemplateResult {
    return html`<vs-table
      class="readable"
      .columns=${this.#columns}
      .source=${this.#rows}
      .label=${t('Most readable rows')}
      .context=${rowContext}
      .testId=${'readable-rows'}
      .events=${{
        open: (row: TableRow) => {
          this.store.navigate({ page: 'row', component: row.component });
        },
        copy: (row: TableRow | undefined) => this.#copy(row),
      }}
    ></vs-table>`;
  }

  #copy(row: TableRow | undefined): string | undefined {
    const { summary, options } = this.store;
    return summary === null || row === undefined
      ? undefined
      : rowsAsText([row], { summary, options });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-overview-view': OverviewView;
  }
}
