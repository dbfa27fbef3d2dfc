import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { PairReading } from '../../../src/protocol/pairs';
import type { TokenView } from '../../../src/protocol/reading';
import { askFor } from '../../format/findQuery';
import { heatmapModel, heatmapShare, heatmapTokens } from '../../format/heatmap';
import type { HeatmapModel } from '../../format/heatmap';
import { DIGITS, formatDecimal, formatFull, NOT_APPLICABLE } from '../../format/numbers';
import { spokenToken } from '../../format/tokens';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { chordOf } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { pendingBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';
import { ofToken } from '../../components/ofToken';
import { tokenChip } from '../../components/tokenChip';
import { headState, setHead, wholeOptions } from './headQuery';
import { askedCard } from './pairColumns';

const ASKING_CHORDS: ReadonlySet<string> = new Set(['Enter', ' ']);

type Side = 'row' | 'column';

/** A token that was asked for here, and what was shown then. */
interface Asked {
  readonly name: string;
  readonly side: Side;
  readonly model: HeatmapModel | undefined;
}

/** Names the element that asks for a token on a side. */
function askName(token: TokenView, side: Side): string {
  return `${side} ${String(token.id)}`;
}

/** The tokens of the listed pairs against each other, blue above 0, yellow and hatched below; also as a table. */
@customElement('vs-heatmap')
export class HeatmapView extends StoreElement {
  @property({ attribute: false }) component = '';
  /** The pairs that are listed. */
  @property({ attribute: false }) reading: PairReading | null = null;
  readonly #cells = new Resource<HeatmapModel>(this);
  #columns = 1;
  /** Until its answer is shown: the focus goes to it. */
  #asked: Asked | null = null;

  constructor() {
    super();
    // The table has as many tab stops: itself, which scrolls, and one of its tokens.
    this.addController(new Roving(this, { items: '.chip-button' }));
    this.addController(
      new Roving(this, {
        items: '.heat-item',
        columns: () => this.#columns + 1,
        // The first score; tokens are above and before it.
        start: () => this.#columns + 2,
      }),
    );
  }

  protected override willUpdate(): void {
    const { reading, store, component } = this;
    if (reading === null || reading.top.length === 0) return;
    const tokens = heatmapTokens(reading.top);
    const ids = (side: readonly TokenView[]): string[] => side.map(({ id }) => `#${String(id)}`);
    const [rows, columns] = [ids(tokens.rows), ids(tokens.columns)];
    const whole = wholeOptions(store, component);
    const options = { ...whole, rows, columns, negative: false, k: rows.length * columns.length };
    this.#cells.load(`${store.dataKey} ${component} ${JSON.stringify(options)}`, async (signal) => {
      const asked = { components: [component], options, statistics: false };
      const { rows: answers } = await store.host.query('pairs', asked, { signal });
      return heatmapModel(tokens, answers[0]?.top ?? []);
    });
  }

  /** Of what was asked here only few lines are left: a focus that went with the others goes to its token. */
  protected override updated(): void {
    const asked = this.#asked;
    const { value } = this.#cells;
    if (asked === null || value === undefined || value === asked.model) return;
    this.#asked = null;
    const { activeElement } = document;
    if (activeElement !== document.body && !this.contains(activeElement)) return;
    const token = this.querySelector<HTMLElement>(`[data-asks="${asked.name}"]`);
    const any = document.querySelector<HTMLElement>(`[data-testid="side-${asked.side}-any"]`);
    (token ?? any)?.focus();
  }

  protected override template(): unknown {
    if (this.reading === null || this.reading.top.length === 0) return nothing;
    const model = this.#cells.value;
    if (model === undefined) return pendingBlock(this.#cells);
    this.#columns = Math.max(1, model.columns.length);
    const { asTables } = headState(this.store, this.component);
    return html`<div class="heat-bar">
        ${asTables ? nothing : this.#legend(model)}
        <button
          class="toggle"
          aria-pressed=${String(asTables)}
          data-testid="heatmap-twin"
          @click=${() => {
            setHead(this.store, this.component, { asTables: !asTables });
          }}
        >
          ${t('Table')}
        </button>
      </div>
      ${asTables ? this.#table(model) : this.#grid(model)}`;
  }

  #legend({ maximum }: HeatmapModel): TemplateResult {
    const end = formatDecimal(maximum, DIGITS.score);
    const ends = [formatDecimal(-maximum, DIGITS.score), end];
    return html`<span
      class="heat-legend"
      role="img"
      aria-label=${t('Scale from {0} to {1}', ...ends)}
      ${hover(() => definition('pairScore'))}
    >
      <span aria-hidden="true">${ends[0]}</span>
      ${[-1, -0.5, 0, 0.5, 1].map((value) => html`<span class=${this.#classes(value)} ${styled({ '--share': String(Math.abs(value)) })}></span>`)}
      <span aria-hidden="true">${ends[1]}</span>
    </span>`;
  }

  #classes(score: number | null, extra: Readonly<Record<string, boolean>> = {}): unknown {
    return classMap({
      heat: true,
      'heat-negative': score !== null && score < 0,
      'heat-absent': score === null,
      ...extra,
    });
  }

  #grid({ rows, columns, scores, maximum }: HeatmapModel): TemplateResult {
    return html`<div
      class="heatmap"
      role="grid"
      aria-label=${t('Scores of the tokens of the listed pairs')}
      data-testid="heatmap"
      ${styled({ '--tokens': String(columns.length) })}
    >
      <div class="heat-row heat-head" role="row">
        <div class="heat-item" role="columnheader" tabindex="-1">
          <span class="sr-only">${t('Token')}</span>
        </div>
        ${columns.map((token) => this.#header(token, 'column'))}
      </div>
      ${rows.map(
        (row, at) =>
          html`<div class="heat-row" role="row">
            ${this.#header(row, 'row')}
            ${columns.map((column, across) =>
              this.#cell(row, column, scores[at]?.[across] ?? null, maximum),
            )}
          </div>`,
      )}
    </div>`;
  }

  /** A token that asks its row or its column, as those of the table do. */
  #header(token: TokenView, side: Side): TemplateResult {
    return html`<div
      class="heat-item ${side === 'row' ? 'heat-token' : 'heat-column'}"
      role=${side === 'row' ? 'rowheader' : 'columnheader'}
      tabindex="-1"
      data-asks=${askName(token, side)}
      ${hover(() => askedCard(token))}
      ${ofToken(token)}
      @click=${() => {
        this.#ask(token, side);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (!ASKING_CHORDS.has(chordOf(event))) return;
        event.preventDefault();
        event.stopPropagation();
        this.#ask(token, side);
      }}
    >
      ${tokenChip(token)}
    </div>`;
  }

  #ask(token: TokenView, side: Side): void {
    const wanted = askFor(token);
    if (headState(this.store, this.component)[side] === wanted) return;
    this.#asked = { name: askName(token, side), side, model: this.#cells.value };
    setHead(this.store, this.component, { [side]: wanted });
  }

  #cell(row: TokenView, column: TokenView, score: number | null, maximum: number): TemplateResult {
    const pair = `${spokenToken(row)} → ${spokenToken(column)}`;
    const said = score === null ? t('left out') : formatDecimal(score, DIGITS.score);
    const share = score === null ? 0 : heatmapShare(score, maximum);
    return html`<div
      class=${this.#classes(score, { 'heat-item': true, 'heat-cell': true })}
      role="gridcell"
      tabindex="-1"
      aria-label="${pair}: ${said}"
      ${styled({ '--share': String(share) })}
      ${hover(
        () =>
          html`<p class="pair">
              ${tokenChip(row)}<span aria-hidden="true">→</span>${tokenChip(column)}
            </p>
            <p class="full-value">${score === null ? said : formatFull(score)}</p>`,
      )}
    >
      ${score === null ? NOT_APPLICABLE : nothing}
    </div>`;
  }

  /** The same in the table. */
  #button(token: TokenView, side: Side): TemplateResult {
    return html`<button
      class="chip-button"
      data-asks=${askName(token, side)}
      ${hover(() => askedCard(token))}
      ${ofToken(token)}
      @click=${() => {
        this.#ask(token, side);
      }}
    >
      ${tokenChip(token)}
    </button>`;
  }

  #table({ rows, columns, scores }: HeatmapModel): TemplateResult {
    return html`<div
      class="heat-table"
      tabindex="0"
      role="region"
      aria-label=${t('Scores as a table')}
    >
      <table class="plain-table" data-testid="heatmap-table">
        <thead>
          <tr>
            <th scope="col">${t('Token')}</th>
            ${columns.map((token) => html`<th scope="col" class="numeric">${this.#button(token, 'column')}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, at) =>
              html`<tr>
                <th scope="row">${this.#button(row, 'row')}</th>
                ${columns.map((_, across) => {
                  const score = scores[at]?.[across] ?? null;
                  return html`<td class="numeric">
                    ${score === null ? NOT_APPLICABLE : formatDecimal(score, DIGITS.score)}
                  </td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-heatmap': HeatmapView;
  }
}
