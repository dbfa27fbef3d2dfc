import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { HEAD_MATRICES } from '../../../src/core/model/headMatrixId';
import type { AlignHeadsResult, HeadPair, RowMatch } from '../../../src/protocol/alignment';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { alignedHeadsList } from '../../../src/protocol/written/alignedHeads';
import { listDocument } from '../../../src/protocol/written/list';
import { headLayers, headScale, headsOfLayers } from '../../format/alignedHeads';
import type { HeadCell, HeadCells } from '../../format/alignedHeads';
import { formatDecimal, formatFull, formatRatio, NOT_APPLICABLE } from '../../format/numbers';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { MAX_COPIED, sectionMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import '../../components/mapGrid';
import type { MapGridCell } from '../../components/mapGrid';
import { pendingBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';
import type { Column } from '../../components/tableColumns';
import '../../components/virtualTable';
import { headsAsked } from './alignmentAsked';

const DIGITS = 2;
const SIDE_PX = 24;

function matchText(match: RowMatch | null): string {
  return match === null ? NOT_APPLICABLE : `${match.component} ${formatRatio(match.rho)}`;
}

function columns(): readonly Column<HeadPair>[] {
  const describe = (): TemplateResult => definition('alignedHead');
  const width = 'minmax(8em, 1fr)';
  return [
    { id: 'a', title: t('A head'), width, narrow: 'first', cell: ({ component }) => component },
    {
      ...{ id: 'rho', title: t('ρ'), width: '5em', numeric: true, describe },
      narrow: 'first',
      cell: ({ nearest }) => (nearest === null ? NOT_APPLICABLE : formatRatio(nearest.rho)),
    },
    {
      ...{ id: 'nearest', title: t('Nearest head of B'), width, describe },
      narrow: 'second',
      cell: ({ nearest }) => nearest?.component ?? NOT_APPLICABLE,
    },
    {
      ...{ id: 'mutual', title: t('Mutual'), width: '5em', describe },
      cell: ({ mutual }) => (mutual ? t('yes') : t('no')),
    },
    {
      ...{ id: 'assigned', title: t('One to one'), width, describe },
      cell: ({ assigned }) => matchText(assigned),
    },
  ];
}

/** Heads of A against heads of B: a map of layers, the heads of a pair of layers, and each head with its like. */
@customElement('vs-aligned-heads')
export class AlignedHeads extends StoreElement {
  @property({ attribute: false }) other: ModelSummary | null = null;
  /** The path under which the page knows B. */
  @property({ attribute: false }) path = '';
  /** Opens B again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  @state() private layers: { readonly a: number; readonly b: number } | null = null;
  readonly #found = new Resource<AlignHeadsResult>(this);
  readonly #columns = columns();
  #rows = new FixedRows<HeadPair>([]);

  protected override willUpdate(): void {
    const { other, store } = this;
    if (other === null) return;
    const asked = headsAsked(store, other, store.ui.headMatrix);
    this.#found.load(JSON.stringify([store.summary?.model, asked]), (signal, onProgress) =>
      store.host.query('alignHeads', asked, { signal, onProgress }),
    );
    const { current } = this.#found;
    if (current !== undefined && this.#rows.rows !== current.rows) {
      this.#rows = new FixedRows(current.rows);
    }
  }

  protected override template(): unknown {
    const { headMatrix } = this.store.ui;
    return html`<div class="aligned-heads" data-testid="aligned-heads">
      <div class="page-controls">
        ${HEAD_MATRICES.map(
          (kind) =>
            html`<button
              class="toggle"
              aria-pressed=${String(kind === headMatrix)}
              @click=${() => {
                this.store.setUi({ headMatrix: kind });
              }}
            >
              ${kind}
            </button>`,
        )}
        ${this.#menu()}
      </div>
      ${this.#body()}
    </div>`;
  }

  #menu(): unknown {
    const { other, store } = this;
    const { summary, ui } = store;
    const found = this.#found.current;
    if (other === null || summary === null || found === undefined) return nothing;
    const asked = headsAsked(store, other, ui.headMatrix);
    const copied = found.rows.slice(0, MAX_COPIED);
    const list = alignedHeadsList(found, asked.kind, { ...asked, summary, other });
    return sectionMenu(store, {
      ...{ count: copied.length, testId: 'export-heads' },
      comparison: { what: 'alignedHeads', ...asked },
      write: (form) => Promise.resolve(listDocument(form, list, copied)),
    });
  }

  #body(): unknown {
    const found = this.#found.current;
    if (found === undefined) return pendingBlock(this.#found, this.reopen);
    const { meanNearest, control } = found;
    return html`<p
        class="page-sentence page-hint"
        tabindex="0"
        ${hover(() => definition('alignedHead'))}
      >
        ${t(
          'Mean |ρ| of the nearest {0}, with shuffled tokens {1}; colours from 0 to {2}. Outlined: what the assignment pairs. Choose a cell to see the heads of its layers.',
          formatRatio(meanNearest),
          formatRatio(control),
          formatDecimal(headScale(found), DIGITS),
        )}
      </p>
      <div class="layer-group-maps aligned-heads-maps">
        ${this.#map(headLayers(found), {
          ...{ title: t('Layers'), prefix: 'L', testId: 'heads-layers' },
          open: (cell) => {
            this.layers = cell;
          },
        })}
        ${this.#drilled(found)}
      </div>
      ${this.#table()}`;
  }

  #drilled(found: AlignHeadsResult): unknown {
    if (this.layers === null) return nothing;
    const { a, b } = this.layers;
    const { headMatrix } = this.store.ui;
    return this.#map(headsOfLayers(found, a, b), {
      ...{ title: t('Heads of L{0} of A and L{1} of B', a, b), prefix: 'H', testId: 'heads-heads' },
      open: (cell) => {
        this.store.navigate({ page: 'head', component: `L${a}.H${cell.a}.${headMatrix}` });
      },
    });
  }

  #map(
    cells: HeadCells,
    shown: { title: string; prefix: string; testId: string; open: (cell: HeadCell) => void },
  ): TemplateResult {
    const { title, prefix, testId, open } = shown;
    const cellOf = (id: string): HeadCell | undefined => {
      const [a = 0, b = 0] = id.split(' ').map(Number);
      return cells[a]?.[b];
    };
    return html`<figure
      class="layer-map"
      data-testid=${testId}
      ${styled({ '--layer-side': `${SIDE_PX}px` })}
    >
      <figcaption><span class="layer-map-space">${title}</span></figcaption>
      <vs-map-grid
        .columns=${(cells[0] ?? []).map((_, at) => ({
          title: `${prefix}${at}`,
          describe: () => html`<p>${t('{0} of B', `${prefix}${at}`)}</p>`,
        }))}
        .rows=${cells.map((row, at) => ({
          ...{ layer: at, title: `${prefix}${at}` },
          cells: row.map((cell) => gridCell(cell, prefix)),
        }))}
        .label=${t('{0}: those of A go down, those of B across', title)}
        .asTable=${this.store.ui.mapAsTable}
        .open=${(id: string) => {
          const cell = cellOf(id);
          if (cell !== undefined) open(cell);
        }}
      ></vs-map-grid>
    </figure>`;
  }

  #table(): TemplateResult {
    return html`<vs-table
      class="aligned-heads-table"
      .columns=${this.#columns}
      .source=${this.#rows}
      .label=${t('Heads of A and their like in B')}
      .testId=${'aligned-heads-table'}
      .events=${{
        open: ({ component, nearest, assigned }: HeadPair, _index: number, column: string) => {
          const match = column === 'assigned' ? assigned : column === 'nearest' ? nearest : null;
          if (match === null) {
            this.store.navigate({ page: 'head', component });
          } else {
            const location = { page: 'head', component: match.component };
            this.store.host.showOther({ path: this.path, location });
          }
        },
        copy: (row: HeadPair | undefined) =>
          row === undefined
            ? undefined
            : [row.component, row.nearest?.component ?? '', row.nearest?.rho ?? ''].join('\t'),
      }}
    ></vs-table>`;
  }
}

function gridCell({ a, b, value, step, assigned }: HeadCell, prefix: string): MapGridCell {
  const words = t('{0} of A, {1} of B: {2}', `${prefix}${a}`, `${prefix}${b}`, formatRatio(value));
  const name = assigned ? t('{0}, assigned', words) : words;
  return {
    ...{ component: `${a} ${b}`, state: 'known', step, name, running: false, marked: assigned },
    value: assigned ? `[${formatRatio(value)}]` : formatRatio(value),
    card: () =>
      html`<p class="full-value">${formatFull(value)}</p>
        <p>${name}</p>
        ${definition('alignedHead')}`,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-aligned-heads': AlignedHeads;
  }
}
