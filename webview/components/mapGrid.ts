import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { RAMP_STEPS } from '../format/mapScale';
import { NOT_APPLICABLE, NOT_COMPUTED } from '../format/numbers';
import { t } from '../l10n';
import { hover } from './hover';
import { LightElement } from './lightElement';
import { Roving } from './roving';
import { styled } from './styled';

/** What is across a map. */
export interface MapColumn {
  readonly title: string;
  readonly describe: () => TemplateResult;
}

/** One cell: a component of the model with a value on the map's scale. */
export interface MapGridCell {
  /** What opens. */
  readonly component: string;
  /**
   * `absent`: the model has none; `refused`: it cannot be judged; `unknown`: not computed yet; `same`: there is no
   * difference to show; `new`: there is nothing that it could be compared with.
   */
  readonly state: 'known' | 'unknown' | 'absent' | 'refused' | 'same' | 'new';
  /** Step of the ramp, where known. */
  readonly step: number | null;
  /** The value alone, for the table. */
  readonly value: string;
  /** What the cell says to those who do not see it. */
  readonly name: string;
  /** Whether it is being computed. */
  readonly running: boolean;
  /** Outlined: one that was chosen among all. */
  readonly marked?: boolean;
  /** What a context menu on the cell knows. */
  readonly context?: string;
  readonly card: () => TemplateResult;
}

export interface MapGridRow {
  /** Null: what belongs to no layer. */
  readonly layer: number | null;
  /** What the row is called where it is no layer. */
  readonly title?: string;
  readonly cells: readonly MapGridCell[];
}

/** What stands in cells that have no colour. */
const GLYPHS: Readonly<Partial<Record<MapGridCell['state'], string>>> = {
  ...{ unknown: NOT_COMPUTED, absent: NOT_APPLICABLE },
  ...{ refused: '×', same: '=', new: '+' },
};

function rowTitle({ layer, title }: MapGridRow): string {
  return title ?? (layer === null ? t('Model') : `L${layer}`);
}

/** Layers down, something across: as coloured cells with one tab stop, or as a table. */
@customElement('vs-map-grid')
export class MapGrid extends LightElement {
  @property({ attribute: false }) columns: readonly MapColumn[] = [];
  @property({ attribute: false }) rows: readonly MapGridRow[] = [];
  @property({ attribute: false }) label = '';
  @property({ attribute: false }) asTable = false;
  @property({ attribute: false }) open: (component: string) => void = () => undefined;

  constructor() {
    super();
    this.addController(
      new Roving(this, { items: '.map-cell', columns: () => Math.max(1, this.columns.length) }),
    );
  }

  protected override template(): unknown {
    return this.asTable ? this.#table() : this.#grid();
  }

  #grid(): TemplateResult {
    return html`<div
      class="map"
      role="grid"
      aria-label=${this.label}
      aria-rowcount=${this.rows.length + 1}
      aria-colcount=${this.columns.length + 1}
      data-testid="map"
      ${styled({ '--kinds': String(this.columns.length) })}
      @keydown=${this.#onKeydown}
      @click=${this.#onClick}
    >
      <div class="map-row map-head" role="row">
        <div class="map-corner" role="columnheader">
          <span class="sr-only">${t('Layer')}</span>
        </div>
        ${this.columns.map(
          ({ title, describe }) =>
            html`<div class="map-kind" role="columnheader" ${hover(describe)}>${title}</div>`,
        )}
      </div>
      ${this.rows.map(
        (row) =>
          html`<div class="map-row" role="row">
            <div class="map-layer" role="rowheader">${rowTitle(row)}</div>
            ${row.cells.map((cell) => this.#cell(cell))}
          </div>`,
      )}
    </div>`;
  }

  #cell(cell: MapGridCell): TemplateResult {
    const { component, state, step, name, running, marked, context, card } = cell;
    const classes = {
      'map-cell': true,
      [`ramp-${step ?? 'none'}`]: true,
      'map-absent': state === 'absent',
      'map-same': state === 'same',
      'map-refused': state === 'refused',
      'map-running': running,
      'map-marked': marked === true,
    };
    return html`<div
      class=${classMap(classes)}
      role="gridcell"
      tabindex="-1"
      aria-label=${name}
      data-component=${state === 'absent' ? nothing : component}
      data-vscode-context=${context ?? nothing}
      ${styled({ '--share': String((step ?? 0) / (RAMP_STEPS - 1)) })}
      ${hover(card)}
    >
      ${step === null && state === 'known' ? NOT_COMPUTED : (GLYPHS[state] ?? nothing)}
    </div>`;
  }

  #openAt(target: EventTarget | null): boolean {
    const cell =
      target instanceof Element ? target.closest<HTMLElement>('[data-component]') : undefined;
    const component = cell?.dataset['component'];
    if (component === undefined) return false;
    this.open(component);
    return true;
  }

  readonly #onClick = (event: MouseEvent): void => {
    this.#openAt(event.target);
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (!this.#openAt(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #table(): TemplateResult {
    return html`<div
      class="map-table"
      tabindex="0"
      role="region"
      aria-label=${t('{0}, as a table', this.label)}
    >
      <table class="plain-table" data-testid="map-table">
        <thead>
          <tr>
            <th scope="col">${t('Layer')}</th>
            ${this.columns.map(({ title }) => html`<th scope="col" class="numeric">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${rowTitle(row)}</th>
                ${row.cells.map((cell) => html`<td class="numeric">${this.#value(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #value({ component, state, value, name }: MapGridCell): unknown {
    if (state === 'absent') return NOT_APPLICABLE;
    return html`<button
      class="link-button"
      aria-label=${name}
      @click=${() => {
        this.open(component);
      }}
    >
      ${state === 'refused' ? '×' : value}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-map-grid': MapGrid;
  }
}
