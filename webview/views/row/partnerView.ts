import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowReading } from '../../../src/protocol/reading';
import type { PartnerResult } from '../../../src/protocol/relations';
import { placeOf } from '../../format/components';
import { formatCount, formatRatio } from '../../format/numbers';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { ChipRoom } from '../../components/chipRoom';
import { numberCard } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { tokensCell } from '../../components/rowColumns';
import { pendingBlock } from '../../components/stateBlocks';
import { otherRowsOf } from './partners';
import { rowLink } from './rowLink';

/** Widths of what stands before the words, in em. */
const BEFORE_WORDS_EM = 33;

interface Partners {
  readonly partner: PartnerResult;
  /** Of a gated neuron, the row that is neither this one nor its partner. */
  readonly others: readonly RowReading[];
}

/** The row that works together with this one, and whether they speak of the same tokens. */
@customElement('vs-partner')
export class PartnerView extends StoreElement {
  @property({ attribute: false }) component = '';
  readonly #partners = new Resource<Partners>(this);
  readonly #room = new ChipRoom(this, () => BEFORE_WORDS_EM);
  #subject = '';

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.row-link, .partner-jaccard' }));
  }

  protected override willUpdate(): void {
    const { component, store } = this;
    if (this.#subject !== component) this.#partners.clear();
    this.#subject = component;
    this.#partners.load(`${store.dataKey} ${component}`, (signal) => this.#read(signal));
  }

  async #read(signal: AbortSignal): Promise<Partners> {
    const { component, store } = this;
    const { host, options, summary } = store;
    await host.calm();
    const partner = await host.query('partner', { component, options }, { signal });
    const components = summary === null ? [] : otherRowsOf(component, summary);
    if (components.length === 0) return { partner, others: [] };
    const { rows } = await host.query('readRows', { components, options }, { signal });
    return { partner, others: rows };
  }

  protected override template(): unknown {
    const { value } = this.#partners;
    if (value === undefined) return pendingBlock(this.#partners);
    const { partner, others } = value;
    return html`<ul class="row-lines" data-testid="partner">
      ${this.#line(partner.partner, this.#jaccard(partner))}
      ${others.map((other) => this.#line(other, nothing))}
    </ul>`;
  }

  #line(reading: RowReading, measure: unknown): TemplateResult {
    return html`<li>
      ${rowLink(this.store, reading.component)} ${measure}
      ${tokensCell(reading, this.#room.characters, this.store.options.k)}
    </li>`;
  }

  #jaccard({ jaccard, control }: PartnerResult): TemplateResult {
    const { mean, highest, pairs } = control;
    const [low, high] = [mean, highest].map((value) => formatRatio(value));
    const card = (): TemplateResult =>
      html`${numberCard({
          ...{ id: 'jaccard', value: jaccard, options: this.store.options },
        })}
        <p>
          ${t('Control: {0} on average, {1} at most, of {2} pairs of rows at random', low ?? '', high ?? '', formatCount(pairs))}
        </p>`;
    const isHead = placeOf(this.component)?.ref.head !== undefined;
    return html`<span
      class="row-measure partner-jaccard"
      tabindex="-1"
      ${hover(card)}
      data-testid="jaccard"
    >
      ${isHead ? t('same place in the head') : t('same neuron')}, ${t('Jaccard')}
      <span class="numeric">${formatRatio(jaccard)}</span>
      <span class="dim">${t('vs {0} at random', low ?? '')}</span>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-partner': PartnerView;
  }
}
