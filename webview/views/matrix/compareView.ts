import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowReading } from '../../../src/protocol/reading';
import { formatCount } from '../../format/numbers';
import { sideTitle, speakingSide } from '../../format/sentence';
import { placeOf } from '../../format/components';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { icon } from '../../components/icon';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { readingsTable } from '../../components/readingsTable';
import { pendingBlock } from '../../components/stateBlocks';

/** Rows that stand side by side. */
const MAX_COMPARED = 4;

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
    return readingsTable(
      readings.map((reading) => ({
        head: this.#head(reading),
        reading,
        verb: (side) => {
          const kind = placeOf(reading.component)?.ref.kind;
          return kind === undefined ? '' : sideTitle(kind, side).verb;
        },
      })),
      [
        { label: t('Tokens'), side: speakingSide },
        {
          label: t('Other side'),
          side: (reading) => (speakingSide(reading) === 'top' ? 'bottom' : 'top'),
        },
      ],
    );
  }

  #head({ component }: RowReading): TemplateResult {
    return html`<span class="compare-head">
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
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-compare': CompareView;
  }
}
