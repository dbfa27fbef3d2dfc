import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { TableRow } from '../../../src/protocol/reading';
import { kindTitle, placeOf, tableOf } from '../../format/components';
import { mapModel } from '../../format/mapModel';
import type { MapCell } from '../../format/mapModel';
import { formatCount, NOT_COMPUTED } from '../../format/numbers';
import { t } from '../../l10n';
import type { Distance } from '../../state/scanQueue';
import { MAP_METRICS } from '../../state/uiState';
import type { MapMetric } from '../../state/uiState';
import { definition, kindDefinition } from '../../components/definition';
import { StoreElement } from '../../components/lightElement';
import { bindTwinKey, mapBar } from '../../components/mapBar';
import '../../components/mapGrid';
import type { MapGridCell } from '../../components/mapGrid';
import { tokensCell } from '../../components/rowColumns';

/** Rows in a cell's card, and the characters that their tokens may take. */
const CARD_ROWS = 3;
const CARD_CHARACTERS = 36;

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
  constructor() {
    super();
    bindTwinKey(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.scans.lookBy(() => this.#distance());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.scans.lookBy(null);
  }

  /** Distances in pixels from the cell under the pointer, else with the focus, else from the middle of what is in sight. */
  #distance(): Distance {
    const map = this.querySelector('.map');
    const looked = map?.querySelector('.map-cell:hover') ?? map?.querySelector('.map-cell:focus');
    const eye = (looked ?? map)?.getBoundingClientRect() ?? new DOMRect();
    const cells = [...(map?.querySelectorAll<HTMLElement>('[data-component]') ?? [])];
    const distances = new Map(
      cells.map((cell) => {
        const { x, y, width, height } = cell.getBoundingClientRect();
        const across = x + width / 2 - eye.x - eye.width / 2;
        const down = y + height / 2 - eye.y - eye.height / 2;
        return [cell.dataset['component'], Math.hypot(across, down)];
      }),
    );
    return (matrix) => distances.get(matrix) ?? Infinity;
  }

  protected override template(): unknown {
    const { summary, overview, ui } = this.store;
    if (summary === null) return nothing;
    const { kinds, rows, maximumText } = mapModel(summary, overview?.matrices ?? [], ui.mapMetric);
    return html`<div class="map-bar">
        ${mapBar(this.store, {
          metrics: MAP_METRICS.map((value) => ({ value, title: metricTitle(value) })),
          metric: ui.mapMetric,
          choose: (chosen) => {
            const mapMetric = MAP_METRICS.find((metric) => metric === chosen);
            if (mapMetric !== undefined) this.store.setUi({ mapMetric });
          },
          maximumText,
          describe: () => definition('standsOut'),
        })}
      </div>
      <vs-map-grid
        .columns=${kinds.map((kind) => ({ title: kind, describe: () => kindDefinition(kind) }))}
        .rows=${rows.map(({ layer, cells }) => ({
          layer,
          cells: cells.map((cell) => this.#cell(cell)),
        }))}
        .label=${t('Layers and kinds')}
        .asTable=${ui.mapAsTable}
        .open=${(component: string) => {
          this.store.navigate({ page: 'matrix', component });
        }}
      ></vs-map-grid>`;
  }

  #cell(cell: MapCell): MapGridCell {
    const { matrix, rows, step, value, text } = cell;
    return {
      component: matrix,
      state: rows === null ? 'absent' : value === null ? 'unknown' : 'known',
      step,
      value: value === null ? NOT_COMPUTED : (text.split(',')[0] ?? ''),
      name: rows === null ? t('{0}: the model has none', matrix) : `${matrix}: ${text}`,
      running: this.store.scans.running?.matrix === matrix,
      card: () => this.#card(cell),
    };
  }

  #card({ matrix, kind, rows, text }: MapCell): TemplateResult {
    const best = this.#readable(matrix).slice(0, CARD_ROWS);
    return html`<p class="full-value">
        ${matrix} <span class="page-kind">${kindTitle(kind)}</span>
      </p>
      <p>${rows === null ? t('The model has no such table.') : t('{0} rows', formatCount(rows))}</p>
      <p>${metricTitle(this.store.ui.mapMetric)}: ${text}</p>
      ${best.map(
        (row) =>
          html`<p>
            <span class="row-name">${row.component}</span> ${tokensCell(row, CARD_CHARACTERS, 0)}
          </p>`,
      )}`;
  }

  /** Rows of a table that are among the most readable of the model. */
  #readable(matrix: string): readonly TableRow[] {
    const { overview, summary } = this.store;
    return (overview?.readable ?? []).filter(({ component }) => {
      const ref = placeOf(component)?.ref;
      return ref !== undefined && summary !== null && tableOf(ref, summary)?.id === matrix;
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-map': MapView;
  }
}
