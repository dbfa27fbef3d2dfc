import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { TokenMap, TokenPoint } from '../../../src/protocol/rowDetails';
import { placeLabels } from '../../format/labelLayout';
import type { Box, Place, Size } from '../../format/labelLayout';
import { DIGITS, formatDecimal } from '../../format/numbers';
import { fitWindow, toFrame } from '../../format/plotWindow';
import type { PlotWindow } from '../../format/plotWindow';
import { spokenScoredToken } from '../../format/tokens';
import { t } from '../../l10n';
import { hover } from '../../components/hover';
import { LightElement } from '../../components/lightElement';
import { styled } from '../../components/styled';
import { tokenCard, tokenChip } from '../../components/tokenChip';
import { PlotHandling } from './plotHandling';

const HEIGHT_PX = 340;

/** Tokens as points of a plane: labels that do not overlap, zoom and pan by mouse and keys. */
@customElement('vs-token-plot')
export class TokenPlot extends LightElement {
  @property({ attribute: false }) map: TokenMap | null = null;
  @state() private frame: Size = { width: 0, height: HEIGHT_PX };
  @state() private window: PlotWindow | null = null;
  @state() private active = 0;
  #sizes: readonly Size[] = [];
  #measured: TokenMap | null = null;
  readonly #resizing = new ResizeObserver(([entry]) => {
    const width = entry?.contentRect.width ?? 0;
    if (width !== this.frame.width) this.frame = { width, height: HEIGHT_PX };
  });
  readonly #handling = new PlotHandling({
    points: () => this.map?.points ?? [],
    frame: () => this.frame,
    window: () => this.#window,
    active: () => this.active,
    move: (window) => {
      this.window = window;
    },
    focus: (index) => {
      void this.#focusPoint(index);
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizing.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizing.disconnect();
  }

  /** Zooms in or out about the middle; `fit` shows all. */
  zoom(by: 'in' | 'out' | 'fit'): void {
    this.#handling.zoom(by);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('map')) return;
    this.window = null;
    this.active = 0;
  }

  get #window(): PlotWindow {
    return this.window ?? fitWindow(this.map?.points ?? [], this.frame);
  }

  protected override template(): unknown {
    const { map, frame } = this;
    if (map === null) return nothing;
    const window = this.#window;
    const places = map.points.map((point) => toFrame(point, window, frame));
    const labels = this.#measured === map ? placeLabels(places, this.#sizes, frame) : [];
    return html`<div
      class="token-plot"
      role="group"
      aria-label=${t('Map of the tokens of {0}: arrows go from one to the next, plus and minus zoom, Shift and arrows move', map.component)}
      data-testid="token-plot"
      @keydown=${this.#handling.onKeydown}
      @wheel=${this.#handling.onWheel}
      @pointerdown=${this.#handling.onPointerDown}
      @pointermove=${this.#handling.onPointerMove}
      @pointerup=${this.#handling.onPointerUp}
      @pointercancel=${this.#handling.onPointerUp}
    >
      ${map.points.map((point, at) => this.#point(point, at, places[at], labels[at] ?? null))}
    </div>`;
  }

  #point(point: TokenPoint, at: number, place: Place | undefined, label: Box | null): unknown {
    const { x, y } = place ?? { x: 0, y: 0 };
    const inFrame = x >= 0 && y >= 0 && x <= this.frame.width && y <= this.frame.height;
    const rank = this.map?.points.filter((other) => other.side === point.side).indexOf(point) ?? 0;
    const card = (): TemplateResult =>
      html`${tokenCard(point, rank)}
        <p class="card-options">
          ${t('at {0}, {1}', formatDecimal(point.x, DIGITS.score), formatDecimal(point.y, DIGITS.score))}
        </p>`;
    const shown = label ?? { x: x + 8, y: y - 9 };
    return html`<span
        class=${classMap({ 'plot-point': true, 'plot-bottom': point.side === 'bottom', 'plot-away': !inFrame })}
        role="img"
        tabindex=${at === this.active ? 0 : -1}
        aria-label=${spokenScoredToken(point)}
        data-point=${at}
        ${styled({ left: `${x}px`, top: `${y}px` })}
        ${hover(card)}
        @focus=${() => {
          this.active = at;
        }}
      ></span
      ><span
        class=${classMap({ 'plot-label': true, 'plot-unlabelled': label === null, 'plot-away': !inFrame })}
        aria-hidden="true"
        ${styled({ left: `${shown.x}px`, top: `${shown.y}px` })}
        >${tokenChip(point, rank)}</span
      >`;
  }

  protected override updated(): void {
    if (this.map === null || this.#measured === this.map) return;
    this.#sizes = [...this.querySelectorAll<HTMLElement>('.plot-label')].map((label) => ({
      width: label.offsetWidth,
      height: label.offsetHeight,
    }));
    this.#measured = this.map;
    this.requestUpdate();
  }

  async #focusPoint(index: number): Promise<void> {
    this.active = index;
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-point="${index}"]`)?.focus({ preventScroll: true });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-token-plot': TokenPlot;
  }
}
