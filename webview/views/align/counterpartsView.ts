import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CounterpartResult } from '../../../src/protocol/alignment';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading } from '../../../src/protocol/reading';
import { locate, placeOf } from '../../format/components';
import { formatCount, formatRatio } from '../../format/numbers';
import { sideTitle, speakingSide } from '../../format/sentence';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { ChipRoom } from '../../components/chipRoom';
import { definition, numberCard } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { readingsTable } from '../../components/readingsTable';
import type { ReadingColumn } from '../../components/readingsTable';
import { Roving } from '../../components/roving';
import { tokensCell } from '../../components/rowColumns';
import { pendingBlock } from '../../components/stateBlocks';

const COUNT = 10;
/** Widths of what stands before the words, in em. */
const BEFORE_WORDS_EM = 16;

type Match = CounterpartResult['rows'][number];

/** Where in B a row of A is: the rows of all layers of B that read most like it. */
@customElement('vs-counterparts')
export class CounterpartsView extends StoreElement {
  /** The row of A; empty where none is asked for. */
  @property({ attribute: false }) component = '';
  @property({ attribute: false }) other: ModelSummary | null = null;
  /** The path under which the page knows B. */
  @property({ attribute: false }) path = '';
  /** Opens B again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  /** Asks for another row; an empty id asks for none. */
  @property({ attribute: false }) ask: (component: string) => void = () => undefined;
  readonly #found = new Resource<CounterpartResult>(this);
  readonly #room = new ChipRoom(this, () => BEFORE_WORDS_EM);
  /** Why what was typed is not sought. */
  #problem = '';

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.row-link, .neighbour-rho', columns: () => 2 }));
  }

  protected override willUpdate(): void {
    const { component, other, store } = this;
    if (component === '' || other === null) return;
    const { excludeUndertrained } = store.ui.align;
    const { options } = store;
    const asked = { other: other.model, component, excludeUndertrained, count: COUNT, options };
    this.#found.load(`${store.dataKey} ${JSON.stringify(asked)}`, (signal, onProgress) =>
      store.host.query('counterparts', asked, { signal, onProgress }),
    );
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null || this.other === null) return nothing;
    return html`<section class="counterparts" data-testid="counterparts">
      ${this.#form(summary, this.other)}
      ${this.component === '' ? nothing : this.#answer(this.other)}
    </section>`;
  }

  #form(summary: ModelSummary, other: ModelSummary): TemplateResult {
    return html`<form
        class="page-controls"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit(summary);
        }}
      >
        <label class="option-label" for="counterpart-id"
          >${t('Where in {0} is the row of A', other.name)}</label
        >
        <input
          id="counterpart-id"
          class="text-input counterpart-id"
          data-testid="counterpart-id"
          placeholder="L3.FF.K[907]"
          spellcheck="false"
          autocomplete="off"
          aria-describedby="counterpart-problem"
          .value=${this.component}
        />
        <button class="footer-button" type="submit">${t('Find')}</button>
        ${
          this.component === ''
            ? nothing
            : html`<button
                class="footer-button"
                type="button"
                @click=${() => {
                  this.ask('');
                }}
              >
                ${t('Close')}
              </button>`
        }
      </form>
      <p id="counterpart-problem" class="field-problem" role="alert">${this.#problem}</p>`;
  }

  #submit(summary: ModelSummary): void {
    const text = this.querySelector<HTMLInputElement>('#counterpart-id')?.value.trim() ?? '';
    const found = text === '' ? null : locate(text, summary);
    const location = found !== null && 'location' in found ? found.location : null;
    this.#problem =
      found === null || location?.page === 'row'
        ? ''
        : 'problem' in found
          ? found.problem
          : t('“{0}” is no row: name one, for example L3.FF.K[907].', text);
    this.requestUpdate();
    if (this.#problem === '') this.ask(location?.component ?? '');
  }

  #answer(other: ModelSummary): unknown {
    const found = this.#found.current;
    if (found === undefined) return pendingBlock(this.#found, this.reopen);
    const { reading, rows, total, control } = found;
    const [nearest] = rows;
    return html`<p class="page-sentence page-hint" ${hover(() => definition('alignedRow'))}>
        ${t(
          'The nearest {0} of {1} rows of {2}; with shuffled tokens the nearest has |ρ| {3}.',
          formatCount(rows.length),
          formatCount(total),
          other.name,
          formatRatio(control),
        )}
      </p>
      <ul class="row-lines counterpart-lines" data-testid="counterpart-rows">
        ${rows.map((match) => this.#line(match))}
      </ul>
      ${nearest === undefined ? nothing : this.#both(reading, nearest, other)}`;
  }

  #line({ component, rho, reading }: Match): TemplateResult {
    const card = (): TemplateResult =>
      numberCard({ id: 'correlation', value: rho, options: this.store.options });
    return html`<li>
      ${this.#rowOfB(component, component)}
      <span class="row-measure neighbour-rho" tabindex="-1" ${hover(card)}>
        <span class="dim">ρ</span> ${formatRatio(rho)}
      </span>
      ${tokensCell(reading, this.#room.characters, this.store.options.k)}
    </li>`;
  }

  #rowOfB(component: string, label: string): TemplateResult {
    return html`<button
      class="link-button row-link"
      @click=${() => {
        const location = { page: 'row', component };
        this.store.host.showOther({ path: this.path, location });
      }}
    >
      ${label}
    </button>`;
  }

  /** The row of A beside its nearest of B: where ρ is negative, what one promotes the other suppresses. */
  #both(reading: RowReading, nearest: Match, other: ModelSummary): TemplateResult {
    const column = (of: RowReading, head: TemplateResult): ReadingColumn => {
      const kind = placeOf(of.component)?.ref.kind;
      return {
        ...{ reading: of, head },
        verb: (side) => (kind === undefined ? '' : sideTitle(kind, side).verb),
      };
    };
    const { component } = reading;
    const own = html`<button
      class="link-button row-link"
      @click=${() => {
        this.store.navigate({ page: 'row', component });
      }}
    >
      ${t('{0} of {1}', component, this.store.summary?.name ?? '')}
    </button>`;
    const theirs = this.#rowOfB(nearest.component, t('{0} of {1}', nearest.component, other.name));
    const first = speakingSide(reading);
    return readingsTable(
      [column(reading, own), column(nearest.reading, theirs)],
      [
        { label: first === 'top' ? t('Top') : t('Bottom'), side: () => first },
        {
          label: first === 'top' ? t('Bottom') : t('Top'),
          side: () => (first === 'top' ? 'bottom' : 'top'),
        },
      ],
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-counterparts': CounterpartsView;
  }
}
