import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { kindTitle } from '../../format/components';
import { mapModel, RAMP_STEPS } from '../../format/mapModel';
import type { MapCell, MapModel } from '../../format/mapModel';
import { formatCount, NOT_APPLICABLE, NOT_COMPUTED } from '../../format/numbers';
import { t } from '../../l10n';
import { MAP_METRICS } from '../../state/uiState';
import type { MapMetric } from '../../state/uiState';
import { definition, kindDefinition } from '../../components/definition';
import { hover } from '../../components/hover';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import type { ValueControl } from '../../components/toolkit';
import { styled } from '../../components/styled';

function metricTitle(metric: MapMetric): string {
  const titles: Readonly<Record<MapMetric, string>> = {
    share: t('Share standing out'),
    norm: t('Mean norm'),
    kurtosis: t('Mean kurtosis (centred)'),
  };
  return titles[metric];
}

/** Layers down, kinds across: where a model's weights speak. Also as a table. */
@customElement('vs-map')
export class MapView extends StoreElement {
  #columns = 1;

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.map-cell', columns: () => this.#columns }));
    new Keys(this, {
      v: () => {
        this.#toggleTwin();
        return true;
      },
    });
  }

  protected override template(): unknown {
    const { summary, overview, ui } = this.store;
    if (summary === null) return nothing;
    const model = mapModel(summary, overview?.matrices ?? [], ui.mapMetric);
    this.#columns = Math.max(1, model.kinds.length);
    return html`<section class="map-section" aria-label=${t('Map of layers and kinds')}>
      <div class="map-bar">
        <span class="option-label" aria-hidden="true">${t('Colour')}</span>
        <ttk-dropdown
          aria-label=${t('Colour')}
          data-testid="map-metric"
          .value=${ui.mapMetric}
          @change=${(event: Event) => {
            const chosen = (event.target as ValueControl).value;
            const mapMetric = MAP_METRICS.find((metric) => metric === chosen);
            if (mapMetric !== undefined) this.store.setUi({ mapMetric });
          }}
        >
          ${MAP_METRICS.map(
            (metric) =>
              html`<ttk-option value=${metric} ?selected=${metric === ui.mapMetric}
                >${metricTitle(metric)}</ttk-option
              >`,
          )}
        </ttk-dropdown>
        ${ui.mapAsTable ? nothing : this.#legend(model)}
        <button
          class="toggle"
          aria-pressed=${String(ui.mapAsTable)}
          data-testid="map-twin"
          @click=${() => {
            this.#toggleTwin();
          }}
        >
          ${t('Table')}
        </button>
      </div>
      ${ui.mapAsTable ? this.#table(model) : this.#grid(model)}
    </section>`;
  }

  #toggleTwin(): void {
    this.store.setUi({ mapAsTable: !this.store.ui.mapAsTable });
  }

  #legend({ maximumText }: MapModel): TemplateResult {
    const steps = Array.from({ length: RAMP_STEPS }, (_, step) => step);
    return html`<span
      class="legend"
      role="img"
      aria-label=${t('Scale from 0 to {0}', maximumText)}
      ${hover(() => definition('standsOut'))}
    >
      <span aria-hidden="true">0</span><span class="legend-dash" aria-hidden="true">–</span>
      ${steps.map((step) => html`<span class="legend-step ramp-${step}" aria-hidden="true"></span>`)}
      <span aria-hidden="true">${maximumText}</span>
    </span>`;
  }

  #grid({ kinds, rows }: MapModel): TemplateResult {
    return html`<div
      class="map"
      role="grid"
      aria-label=${t('Layers and kinds')}
      aria-rowcount=${rows.length + 1}
      aria-colcount=${kinds.length + 1}
      data-testid="map"
      ${styled({ '--kinds': String(kinds.length) })}
      @keydown=${this.#onKeydown}
      @click=${this.#onClick}
    >
      <div class="map-row map-head" role="row">
        <div class="map-corner" role="columnheader">
          <span class="sr-only">${t('Layer')}</span>
        </div>
        ${kinds.map(
          (kind) =>
            html`<div class="map-kind" role="columnheader" ${hover(() => kindDefinition(kind))}>
              ${kind}
            </div>`,
        )}
      </div>
      ${rows.map(
        ({ layer, cells }) =>
          html`<div class="map-row" role="row">
            <div class="map-layer" role="rowheader">L${layer}</div>
            ${cells.map((cell) => this.#cell(cell))}
          </div>`,
      )}
    </div>`;
  }

  #cell(cell: MapCell): TemplateResult {
    const { matrix, rows, step, text } = cell;
    const isRunning = this.store.scans.running?.matrix === matrix;
    const classes = {
      'map-cell': true,
      [`ramp-${step ?? 'none'}`]: true,
      'map-absent': rows === null,
      'map-running': isRunning,
    };
    const name = rows === null ? t('{0}: the model has none', matrix) : `${matrix}: ${text}`;
    return html`<div
      class=${classMap(classes)}
      role="gridcell"
      tabindex="-1"
      aria-label=${name}
      data-matrix=${rows === null ? nothing : matrix}
      ${styled({ '--share': String((step ?? 0) / (RAMP_STEPS - 1)) })}
      ${hover(() => this.#card(cell))}
    >
      ${rows === null ? NOT_APPLICABLE : step === null ? NOT_COMPUTED : nothing}
    </div>`;
  }

  #card({ matrix, kind, rows, text }: MapCell): TemplateResult {
    const best =
      this.store.overview?.readable.filter(({ component }) => component.startsWith(matrix)) ?? [];
    return html`<p class="full-value">
        ${matrix} <span class="page-kind">${kindTitle(kind)}</span>
      </p>
      <p>${rows === null ? t('The model has no such table.') : t('{0} rows', formatCount(rows))}</p>
      <p>${metricTitle(this.store.ui.mapMetric)}: ${text}</p>
      ${best.slice(0, 3).map(({ component }) => html`<p>${component}</p>`)}`;
  }

  #open(target: EventTarget | null): boolean {
    const matrix =
      target instanceof Element
        ? target.closest<HTMLElement>('[data-matrix]')?.dataset['matrix']
        : undefined;
    if (matrix === undefined) return false;
    this.store.navigate({ page: 'matrix', component: matrix });
    return true;
  }

  readonly #onClick = (event: MouseEvent): void => {
    this.#open(event.target);
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (!this.#open(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #table({ kinds, rows }: MapModel): TemplateResult {
    return html`<div class="map-table" tabindex="0" role="region" aria-label=${t('Map as a table')}>
      <table class="plain-table" data-testid="map-table">
        <thead>
          <tr>
            <th scope="col">${t('Layer')}</th>
            ${kinds.map((kind) => html`<th scope="col" class="numeric">${kind}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ layer, cells }) =>
              html`<tr>
                <th scope="row">L${layer}</th>
                ${cells.map(
                  ({ matrix, rows: count, value, text }) =>
                    html`<td class="numeric">
                      ${
                        count === null
                          ? NOT_APPLICABLE
                          : html`<button
                              class="link-button"
                              aria-label=${`${matrix}: ${text}`}
                              @click=${() => {
                                this.store.navigate({ page: 'matrix', component: matrix });
                              }}
                            >
                              ${value === null ? NOT_COMPUTED : text.split(',')[0]}
                            </button>`
                      }
                    </td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-map': MapView;
  }
}
