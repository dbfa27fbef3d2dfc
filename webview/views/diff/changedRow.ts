import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RowBesideBase, RowChange } from '../../../src/protocol/displacement';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading } from '../../../src/protocol/reading';
import { changeOptions } from '../../format/changes';
import { placeOf } from '../../format/components';
import { DIGITS, formatDecimal } from '../../format/numbers';
import { sideTitle } from '../../format/sentence';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { readingsTable } from '../../components/readingsTable';
import type { ReadingColumn } from '../../components/readingsTable';
import { Roving } from '../../components/roving';
import { pendingBlock } from '../../components/stateBlocks';
import { asSpeaking, relativeText } from './changeColumns';

interface Found {
  readonly change: RowChange;
  readonly readings: RowBesideBase;
}

/** One row: what it says in the base, what it says now, and what the change between the two says. */
@customElement('vs-changed-row')
export class ChangedRow extends StoreElement {
  @property({ attribute: false }) component = '';
  @property({ attribute: false }) base: ModelSummary | null = null;
  /** The path under which the page knows the base. */
  @property({ attribute: false }) other = '';
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  @property({ attribute: false }) close: () => void = () => undefined;
  readonly #found = new Resource<Found | null>(this);

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.row-link, .compare-close' }));
    new Keys(this, {
      Escape: () => {
        this.close();
        return true;
      },
    });
  }

  protected override willUpdate(): void {
    const { component, base, store } = this;
    if (base === null) return;
    const options = changeOptions(store.options);
    const asked = { other: base.model, components: [component], options, readings: true };
    this.#found.load(`${store.dataKey} ${JSON.stringify(asked)}`, async (signal, onProgress) => {
      const { rows, readings } = await store.host.query('diffComponents', asked, {
        signal,
        onProgress,
      });
      const [change, both] = [rows[0], readings?.[0]];
      return change === undefined || both === undefined ? null : { change, readings: both };
    });
  }

  protected override template(): unknown {
    const found = this.#found.current;
    const title = t('{0} in the base and now', this.component);
    return html`<section class="compare" aria-label=${title} data-testid="changed-row">
      <div class="compare-bar">
        <h2>${title}</h2>
        <button class="icon-button compare-close" aria-label=${t('Close')} @click=${this.close}>
          ${icon('close')}
        </button>
      </div>
      ${found === undefined || found === null ? pendingBlock(this.#found, this.reopen) : this.#table(found)}
    </section>`;
  }

  #table({ change, readings }: Found): TemplateResult {
    const { base, tuned } = readings;
    return readingsTable(
      [
        ...(base === null ? [] : [this.#readingColumn(base, true)]),
        this.#readingColumn(tuned, false),
        this.#changeColumn(change),
      ],
      [
        { label: t('Top'), side: () => 'top' },
        { label: t('Bottom'), side: () => 'bottom' },
      ],
    );
  }

  #readingColumn(reading: RowReading, ofBase: boolean): ReadingColumn {
    const { component } = reading;
    const location = { page: 'row', component };
    const name = (ofBase ? this.base?.name : this.store.summary?.name) ?? '';
    const kind = placeOf(component)?.ref.kind;
    return {
      reading,
      verb: (side) => (kind === undefined ? '' : sideTitle(kind, side).verb),
      head: html`<span class="compare-head">
        <span class="changed-role">${ofBase ? t('Base') : t('Tuned')}</span>
        <button
          class="link-button row-link"
          data-testid=${ofBase ? 'open-base' : 'open-tuned'}
          @click=${() => {
            if (ofBase) this.store.host.showOther({ path: this.other, location });
            else this.store.navigate(location);
          }}
        >
          ${t('{0} of {1}', component, name)}
        </button>
      </span>`,
    };
  }

  #changeColumn(change: RowChange): ReadingColumn {
    const { kurtosisCentered, skewness, norm, nonFinite, isNew } = change;
    return {
      reading: { ...asSpeaking(change), kurtosisCentered, skewness, norm, nonFinite },
      verb: (side) => (side === 'top' ? t('pushed up') : t('pushed down')),
      head: html`<span
        class="compare-head changed-delta"
        tabindex="0"
        ${hover(() => definition(isNew ? 'newRow' : 'relativeChange'))}
        >${
          isNew
            ? t('Δ: a new row')
            : t(
                'Δ {0}, {1} of the base’s row',
                formatDecimal(norm, DIGITS.norm),
                relativeText(change),
              )
        }</span
      >`,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-changed-row': ChangedRow;
  }
}
