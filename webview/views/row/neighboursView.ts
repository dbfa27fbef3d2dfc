import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Progress } from '../../../src/core/errors';
import type { RowReading } from '../../../src/protocol/reading';
import type { Neighbour, NeighboursResult } from '../../../src/protocol/relations';
import { placeOf, tableOf } from '../../format/components';
import { formatCount, formatRatio } from '../../format/numbers';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { ChipRoom } from '../../components/chipRoom';
import { definition, numberCard } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { tokensCell } from '../../components/rowColumns';
import { emptyBlock, pendingBlock } from '../../components/stateBlocks';
import { rowLink } from './rowLink';

const COUNT = 10;
/** Widths of what stands before the words, in em. */
const BEFORE_WORDS_EM = 16;
/** Multiplications of the first search in a space, V d^2, up to which nobody need ask for it: about a second. */
const MAX_UNASKED_PRODUCTS = 1e11;

type Among = 'matrix' | 'model';

interface Found {
  readonly result: NeighboursResult;
  readonly words: ReadonlyMap<string, RowReading>;
}

/** The rows that read most like this one: of its table, of the whole model where asked. */
@customElement('vs-neighbours')
export class NeighboursView extends StoreElement {
  @property({ attribute: false }) component = '';
  @state() private among: Among = 'matrix';
  @state() private asked = false;
  readonly #found = new Resource<Found>(this);
  readonly #room = new ChipRoom(this, () => BEFORE_WORDS_EM);
  #subject = '';

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.row-link, .neighbour-rho', columns: () => 2 }));
  }

  protected override willUpdate(): void {
    const { component, store } = this;
    if (this.#subject !== component) {
      this.#subject = component;
      this.among = 'matrix';
      this.asked = false;
      this.#found.clear();
    }
    if (!this.asked && !this.#isQuick) return;
    const { among } = this;
    this.#found.load(`${store.dataKey} ${component} ${among}`, (signal, onProgress) =>
      this.#find(among, signal, onProgress),
    );
  }

  get #isQuick(): boolean {
    const shape = this.store.summary?.shape ?? null;
    return shape !== null && shape.dVocab * shape.dModel ** 2 <= MAX_UNASKED_PRODUCTS;
  }

  async #find(
    among: Among,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Found> {
    const { component, store } = this;
    const { host, options } = store;
    await host.calm();
    const asked = { component, options, among, count: COUNT };
    const result = await host.query('neighbours', asked, { signal, onProgress });
    const components = result.rows.map((row) => row.component);
    const { rows } = await host.query('readRows', { components, options }, { signal });
    return { result, words: new Map(rows.map((row) => [row.component, row])) };
  }

  protected override template(): unknown {
    if (!this.asked && !this.#isQuick) {
      return emptyBlock(
        t('The first search of a model of this size reads the whole vocabulary: it takes a while.'),
        {
          label: t('Find the nearest rows'),
          act: () => {
            this.asked = true;
          },
        },
      );
    }
    const value = this.#found.current;
    return html`<div class="neighbours-bar">
        ${this.#choice('matrix', this.#tableName)} ${this.#choice('model', t('Whole model'))}
        ${value === undefined ? '' : this.#summary(value.result)}
      </div>
      ${value === undefined ? pendingBlock(this.#found) : this.#rows(value)}`;
  }

  get #tableName(): string {
    const { summary } = this.store;
    const ref = placeOf(this.component)?.ref;
    const table = summary === null || ref === undefined ? undefined : tableOf(ref, summary);
    return table?.id ?? t('Same table');
  }

  #choice(among: Among, label: string): TemplateResult {
    return html`<button
      class="toggle"
      aria-pressed=${String(this.among === among)}
      data-testid="neighbours-${among}"
      @click=${() => {
        this.among = among;
      }}
    >
      ${label}
    </button>`;
  }

  #summary({ rows, total, control }: NeighboursResult): TemplateResult {
    const random = formatRatio(control.std);
    const highest = formatRatio(control.highest);
    return html`<span class="dim" ${hover(() => definition('correlation'))}>
      ${t('{0} nearest of {1} rows', formatCount(rows.length), formatCount(total))};
      ${t('random directions: ±{0}, at most {1} of {2} pairs', random, highest, formatCount(control.pairs))}
    </span>`;
  }

  #rows({ result, words }: Found): TemplateResult {
    return html`<ul class="row-lines" data-testid="neighbours">
      ${result.rows.map((row) => this.#row(row, words.get(row.component)))}
    </ul>`;
  }

  #row({ component, correlation }: Neighbour, words: RowReading | undefined): TemplateResult {
    const card = (): TemplateResult =>
      numberCard({ id: 'correlation', value: correlation, options: this.store.options });
    return html`<li>
      ${rowLink(this.store, component)}
      <span class="row-measure neighbour-rho" tabindex="-1" ${hover(card)}>
        <span class="dim">ρ</span> ${formatRatio(correlation)}
      </span>
      ${words === undefined ? '' : tokensCell(words, this.#room.characters, this.store.options.k)}
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-neighbours': NeighboursView;
  }
}
