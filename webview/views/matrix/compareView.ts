import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowReading, ScoredToken } from '../../../src/protocol/reading';
import { sharedTokens } from '../../format/sharedTokens';
import { DIGITS, formatCount, formatDecimal } from '../../format/numbers';
import { sideTitle, speakingSide } from '../../format/sentence';
import type { Side } from '../../format/sentence';
import { placeOf } from '../../format/components';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { statistic, zValue } from '../../components/rowColumns';
import { pendingBlock } from '../../components/stateBlocks';
import { tokenChip } from '../../components/tokenChip';

/** Rows that stand side by side. */
const MAX_COMPARED = 4;

interface Measure {
  readonly id: 'z' | 'kurtosis' | 'skewness' | 'norm';
  readonly label: string;
  readonly cell: (reading: RowReading) => TemplateResult;
}

function measures(): readonly Measure[] {
  const number =
    (digits: number, of: (reading: RowReading) => number | null) =>
    (reading: RowReading): TemplateResult =>
      statistic(of(reading), digits, reading.nonFinite);
  return [
    { id: 'z', label: t('z'), cell: ({ z, nonFinite }) => zValue(z, nonFinite) },
    {
      id: 'kurtosis',
      label: t('Kurtosis'),
      cell: number(DIGITS.moment, (reading) => reading.kurtosisCentered),
    },
    {
      id: 'skewness',
      label: t('Skewness'),
      cell: number(DIGITS.moment, (reading) => reading.skewness),
    },
    { id: 'norm', label: t('Norm'), cell: number(DIGITS.norm, (reading) => reading.norm) },
  ];
}

/** Up to four rows side by side: their words, their numbers, and which tokens they share. */
@customElement('vs-compare')
export class CompareView extends StoreElement {
  /** Ids of the rows, in the order in which they were selected. */
  @property({ attribute: false }) components: readonly string[] = [];
  @property({ attribute: false }) unselect: (component: string) => void = () => undefined;
  @property({ attribute: false }) close: () => void = () => undefined;
  readonly #readings = new Resource<readonly RowReading[]>(this);

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.row-link, .compare-remove, .compare-close' }));
    new Keys(this, {
      Escape: () => {
        this.close();
        return true;
      },
    });
  }

  protected override willUpdate(): void {
    const { store } = this;
    const components = this.components.slice(0, MAX_COMPARED);
    this.#readings.load(`${store.dataKey} ${components.join(' ')}`, async (signal) => {
      const { options, host } = store;
      return (await host.query('readRows', { components, options }, { signal })).rows;
    });
  }

  protected override template(): unknown {
    const readings = this.#readings.value;
    return html`<section
      class="compare"
      aria-label=${t('Selected rows side by side')}
      data-testid="compare"
    >
      <div class="compare-bar">
        <h2>${t('Selected rows side by side')}</h2>
        ${
          this.components.length > MAX_COMPARED
            ? html`<span class="dim">
                ${t('the first {0} of {1}', MAX_COMPARED, formatCount(this.components.length))}
              </span>`
            : nothing
        }
        <button class="icon-button compare-close" aria-label=${t('Close')} @click=${this.close}>
          ${icon('close')}
        </button>
      </div>
      ${readings === undefined ? pendingBlock(this.#readings) : this.#table(readings)}
    </section>`;
  }

  #table(readings: readonly RowReading[]): TemplateResult {
    const shared = sharedTokens(readings);
    return html`<div
      class="compare-scroll"
      tabindex="0"
      role="region"
      aria-label=${t('Comparison')}
    >
      <table class="compare-table">
        <thead>
          <tr>
            <th scope="col"><span class="sr-only">${t('Measure')}</span></th>
            ${readings.map((reading) => this.#head(reading))}
          </tr>
        </thead>
        <tbody>
          ${measures().map(
            ({ id, label, cell }) =>
              html`<tr>
                <th scope="row" ${hover(() => definition(id))}>${label}</th>
                ${readings.map((reading) => html`<td>${cell(reading)}</td>`)}
              </tr>`,
          )}
          ${(['first', 'second'] as const).map(
            (place) =>
              html`<tr class="compare-lists">
                <th scope="row">${place === 'first' ? t('Tokens') : t('Other side')}</th>
                ${readings.map((reading) => this.#list(reading, place, shared))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #head({ component }: RowReading): TemplateResult {
    return html`<th scope="col">
      <span class="compare-head">
        <button
          class="link-button row-link"
          @click=${() => {
            this.store.navigate({ page: 'row', component });
          }}
        >
          ${component}
        </button>
        <button
          class="icon-button compare-remove"
          aria-label=${t('Remove {0} from the selection', component)}
          @click=${() => {
            this.unselect(component);
          }}
        >
          ${icon('close')}
        </button>
      </span>
    </th>`;
  }

  #list(
    reading: RowReading,
    place: 'first' | 'second',
    shared: ReadonlyMap<number, number>,
  ): TemplateResult {
    const speaks = speakingSide(reading);
    const other: Side = speaks === 'top' ? 'bottom' : 'top';
    const side = place === 'first' ? speaks : other;
    const kind = placeOf(reading.component)?.ref.kind;
    const verb = kind === undefined ? '' : sideTitle(kind, side).verb;
    return html`<td>
      <p class="dim">${verb}</p>
      <ol class="compare-tokens">
        ${reading[side].map((token, rank) => this.#token(token, rank, shared.get(token.id) ?? 1))}
      </ol>
    </td>`;
  }

  #token(token: ScoredToken, rank: number, rows: number): TemplateResult {
    return html`<li class=${rows > 1 ? 'shared-token' : ''}>
      ${tokenChip(token, rank)}
      <span class="numeric">${formatDecimal(token.score, DIGITS.score)}</span>
      ${
        rows > 1
          ? html`<span class="shared-mark" role="img" aria-label=${t('in {0} of the rows', rows)}
              >×${rows}</span
            >`
          : nothing
      }
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-compare': CompareView;
  }
}
