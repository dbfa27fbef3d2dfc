import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { TokenMap, TokenMapSide, TokenPoint } from '../../../src/protocol/rowDetails';
import { DIGITS, formatDecimal, formatShare } from '../../format/numbers';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { emptyBlock, pendingBlock } from '../../components/stateBlocks';
import { tokenChip } from '../../components/tokenChip';
import './tokenPlot';
import type { TokenPlot } from './tokenPlot';

/** Labels that can be read at once. */
const MOST_TOKENS = 40;

/** The tokens of a row by the likeness of their embeddings: as a plot, or as a table. */
@customElement('vs-token-map')
export class TokenMapView extends StoreElement {
  @property({ attribute: false }) component = '';
  /** The side that the row speaks for. */
  @property({ attribute: false }) speaks: 'top' | 'bottom' = 'top';
  @property({ attribute: false }) asTable = false;
  @property({ attribute: false }) toggleTable: () => void = () => undefined;
  /** Null: the side that the row speaks for. */
  @state() private chosen: TokenMapSide | null = null;
  readonly #map = new Resource<TokenMap>(this);
  #subject = '';

  protected override willUpdate(): void {
    const { component, store } = this;
    if (this.#subject !== component) this.#map.clear();
    this.#subject = component;
    const side = this.#side;
    const { host, options } = store;
    this.#map.load(`${store.dataKey} ${component} ${side}`, async (signal) => {
      await host.calm();
      const asked = { component, options, side, count: MOST_TOKENS };
      return host.query('tokenMap', asked, { signal });
    });
  }

  get #side(): TokenMapSide {
    return this.chosen ?? this.speaks;
  }

  protected override template(): unknown {
    const { value } = this.#map;
    return html`<div class="plot-bar">
        ${this.#choice('top', t('Top'))} ${this.#choice('bottom', t('Bottom'))}
        ${this.#choice('both', t('Both'))} ${value === undefined ? nothing : this.#bar(value)}
      </div>
      ${value === undefined ? pendingBlock(this.#map) : this.#body(value)}`;
  }

  #choice(side: TokenMapSide, label: string): TemplateResult {
    return html`<button
      class="toggle"
      aria-pressed=${String(this.#side === side)}
      data-testid="map-${side}"
      @click=${() => {
        this.chosen = side;
      }}
    >
      ${label}
    </button>`;
  }

  #bar({ explained: [x, y], points }: TokenMap): TemplateResult {
    return html`${this.asTable || points.length === 0 ? nothing : this.#zoomButtons()}
      <button class="link-button" data-testid="token-map-twin" @click=${this.toggleTable}>
        ${this.asTable ? t('Show as picture') : t('Show as table')}
      </button>
      <span class="dim" ${hover(() => definition('tokenMap'))}>
        ${t('across: {0} of the variance, up: {1}', formatShare(x), formatShare(y))}
      </span>`;
  }

  #zoomButtons(): TemplateResult {
    const button = (by: 'in' | 'out' | 'fit', text: string, name: string): TemplateResult =>
      html`<button
        class="toggle"
        aria-label=${name}
        data-testid="zoom-${by}"
        @click=${() => {
          this.querySelector<TokenPlot>('vs-token-plot')?.zoom(by);
        }}
      >
        ${text}
      </button>`;
    return html`${button('out', '−', t('Zoom out'))} ${button('in', '+', t('Zoom in'))}
    ${button('fit', t('Fit'), t('Show all tokens'))}`;
  }

  #body(map: TokenMap): TemplateResult {
    if (map.points.length === 0) return emptyBlock(t('This side has no tokens.'));
    return this.asTable ? this.#table(map) : html`<vs-token-plot .map=${map}></vs-token-plot>`;
  }

  #table({ points, component }: TokenMap): TemplateResult {
    return html`<div
      class="plot-table"
      tabindex="0"
      role="region"
      aria-label=${t('Map of the tokens of {0} as a table', component)}
    >
      <table class="plain-table" data-testid="token-map-table">
        <thead>
          <tr>
            <th scope="col">${t('Token')}</th>
            <th scope="col" class="numeric">${t('Score')}</th>
            <th scope="col" class="numeric">${t('Across')}</th>
            <th scope="col" class="numeric">${t('Up')}</th>
          </tr>
        </thead>
        <tbody>
          ${points.map((point, rank) => this.#tokenRow(point, rank))}
        </tbody>
      </table>
    </div>`;
  }

  #tokenRow(point: TokenPoint, rank: number): TemplateResult {
    const { score, x, y } = point;
    return html`<tr>
      <th scope="row">${tokenChip(point, rank)}</th>
      ${[score, x, y].map(
        (value) => html`<td class="numeric">${formatDecimal(value, DIGITS.score)}</td>`,
      )}
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-token-map': TokenMapView;
  }
}
