/** What stands above a map: what its colour means, the scale, and the way to its table. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { RAMP_STEPS } from '../format/mapScale';
import { t } from '../l10n';
import { panel } from '../state/panel';
import type { PanelStore } from '../state/panelStore';
import { hover } from './hover';
import { Keys } from './keys';
import type { StoreElement } from './lightElement';
import type { ValueControl } from './toolkit';

export interface MapBar {
  /** What the choice is called where more than colours depend on it. */
  readonly title?: string;
  /** What cells can show: value and title. */
  readonly metrics: readonly { readonly value: string; readonly title: string }[];
  readonly metric: string;
  readonly choose: (metric: string) => void;
  /** The value of the highest step, as it is written. */
  readonly maximumText: string;
  /** What the colours mean. */
  readonly describe: () => TemplateResult;
}

/** Shows maps as tables, or as pictures again. */
function toggleTwin(store: PanelStore): void {
  store.setUi({ mapAsTable: !store.ui.mapAsTable });
}

/** `v`: maps as tables, or as pictures again. */
export function bindTwinKey(host: StoreElement): void {
  new Keys(host, {
    v: () => {
      toggleTwin(panel());
      return true;
    },
  });
}

/** The controls of a map. */
export function mapBar(store: PanelStore, bar: MapBar): TemplateResult {
  const { mapAsTable } = store.ui;
  const title = bar.title ?? t('Colour');
  return html`<span class="option-label" aria-hidden="true">${title}</span>
    <ttk-dropdown
      aria-label=${title}
      data-testid="map-metric"
      .value=${bar.metric}
      @change=${(event: Event) => {
        bar.choose((event.target as ValueControl).value);
      }}
    >
      ${bar.metrics.map(
        ({ value, title }) =>
          html`<ttk-option value=${value} ?selected=${value === bar.metric}>${title}</ttk-option>`,
      )}
    </ttk-dropdown>
    ${mapAsTable ? nothing : legend(bar)} ${twinToggle(store)}`;
}

/** The button that does what `v` does. */
export function twinToggle(store: PanelStore): TemplateResult {
  return html`<button
    class="toggle"
    aria-pressed=${String(store.ui.mapAsTable)}
    data-testid="map-twin"
    @click=${() => {
      toggleTwin(store);
    }}
  >
    ${t('Table')}
  </button>`;
}

function legend({ maximumText, describe }: MapBar): TemplateResult {
  const steps = Array.from({ length: RAMP_STEPS }, (_, step) => step);
  return html`<span
    class="legend"
    role="img"
    aria-label=${t('Scale from 0 to {0}', maximumText)}
    ${hover(describe)}
  >
    <span aria-hidden="true">0</span><span class="legend-dash" aria-hidden="true">–</span>
    ${steps.map((step) => html`<span class="legend-step ramp-${step}" aria-hidden="true"></span>`)}
    <span aria-hidden="true">${maximumText}</span>
  </span>`;
}
