import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DirectionReading } from '../../../src/protocol/pairs';
import { DIGITS, formatDecimal, formatFull } from '../../format/numbers';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import { ChipRoom } from '../../components/chipRoom';
import { definition } from '../../components/definition';
import { StoreElement } from '../../components/lightElement';
import { sideTokens, tokensCard } from '../../components/rowColumns';
import { pendingBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';
import type { Column } from '../../components/tableColumns';
import '../../components/virtualTable';

/** Directions that are read at first, and how many rows of them are in sight at most. */
const FIRST_DIRECTIONS = 8;
const ROWS_IN_SIGHT = 12;
/** Widths in em. */
const WIDTHS = { index: 4, sigma: 6 } as const;

/** The singular directions of a head's matrix, each read on both sides. */
@customElement('vs-directions')
export class DirectionsView extends StoreElement {
  /** `L3.H7.VO` */
  @property({ attribute: false }) component = '';
  readonly #directions = new Resource<readonly DirectionReading[]>(this);
  readonly #room = new ChipRoom(this, () => WIDTHS.index + WIDTHS.sigma);
  #columns = this.#makeColumns();
  #rows = new FixedRows<DirectionReading>([]);
  #subject = '';
  #all = false;

  get #total(): number {
    return this.store.summary?.shape?.dHead ?? 0;
  }

  protected override willUpdate(): void {
    const { store, component } = this;
    if (!store.isReadable) return;
    const subject = `${store.dataKey} ${component}`;
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#all = false;
      this.#directions.clear();
    }
    const count = this.#all ? this.#total : Math.min(FIRST_DIRECTIONS, this.#total);
    const { rank } = store.options;
    // Directions are no rows of a kind: specificity has nothing to compare them with.
    const options = { ...store.options, rank: rank === 'specificity' ? ('dot' as const) : rank };
    this.#directions.load(`${subject} ${String(count)}`, async (signal, onProgress) => {
      await store.host.calm();
      const components = [`${component}.S[0:${String(count)}]`];
      const asked = { components, options };
      return (await store.host.query('directions', asked, { signal, onProgress })).rows;
    });
    const { value = [] } = this.#directions;
    if (value !== this.#rows.rows) this.#rows = new FixedRows(value);
  }

  protected override template(): unknown {
    const { value } = this.#directions;
    if (value === undefined) return pendingBlock(this.#directions);
    const height = `calc(${String(Math.min(ROWS_IN_SIGHT, value.length))} * max(22px, 1.7em) + 26px)`;
    return html`<vs-table
        ${styled({ height })}
        .columns=${this.#columns}
        .source=${this.#rows}
        .label=${t('Singular directions')}
        .testId=${'directions'}
      ></vs-table>
      ${value.length >= this.#total ? nothing : this.#more()}`;
  }

  #more(): unknown {
    return html`<button
      class="link-button"
      data-testid="all-directions"
      @click=${() => {
        this.#all = true;
        this.requestUpdate();
      }}
    >
      ${t('Show all {0} directions', this.#total)}
    </button>`;
  }

  #makeColumns(): readonly Column<DirectionReading>[] {
    // Both sides share what is left of the width; the tops belong together.
    const room = (): number => Math.floor(this.#room.characters / 2);
    const side = (id: 'left' | 'right', title: string): Column<DirectionReading> => ({
      ...{ id, title, width: 'minmax(0, 1fr)', narrow: 'second' },
      describe: () => definition('singularDirection'),
      cell: (direction) => sideTokens(direction[id], 'top', room(), this.store.options.k),
      hover: (direction) => tokensCard(direction[id]),
    });
    return [
      {
        ...{ id: 'index', title: 'S', width: `${String(WIDTHS.index)}em`, narrow: 'first' },
        cell: ({ component }) => html`<span class="row-name">${component.split('.').at(-1)}</span>`,
      },
      {
        ...{ id: 'sigma', title: 'σ', width: `${String(WIDTHS.sigma)}em`, numeric: true },
        narrow: 'first',
        describe: () => definition('singularDirection'),
        cell: ({ sigma, degenerate }) =>
          html`${formatDecimal(sigma, DIGITS.score)}${
            degenerate
              ? html`<span class="sigma-mark" role="img" aria-label=${t('one choice of many')}
                  >≈</span
                >`
              : nothing
          }`,
        hover: ({ sigma }) =>
          html`<p class="full-value">${formatFull(sigma)}</p>
            ${definition('singularDirection')}`,
      },
      side('left', t('Left: what it takes')),
      side('right', t('Right: what it gives')),
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-directions': DirectionsView;
  }
}
