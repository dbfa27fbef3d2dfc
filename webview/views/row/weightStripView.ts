import { html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Weights } from '../../../src/protocol/rowDetails';
import { formatCount, formatFull, formatWeight } from '../../format/numbers';
import { stripColumns, stripEnd } from '../../format/weightStrip';
import type { StripColumn } from '../../format/weightStrip';
import { t } from '../../l10n';
import { chordOf } from '../../components/keys';
import { LightElement } from '../../components/lightElement';
import { styled } from '../../components/styled';
import { isHighContrast, onThemeChange, paintColour } from '../../components/theme';

const HEIGHT_PX = 44;
/** Steps of the colour ramp on each side of zero. */
const RAMP_STEPS = 8;
const PAGE_SHARE = 10;

/** Paints the columns: by colour, in high contrast by lengths up and down, negative ones as outlines. */
function paint(canvas: HTMLCanvasElement, columns: readonly StripColumn[], end: number): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const each = width / Math.max(1, columns.length);
  const background = paintColour('--vs-background');
  const colours = { up: paintColour('--vs-sequential'), down: paintColour('--vs-negative') };
  context.clearRect(0, 0, width, height);
  const bars = isHighContrast();
  for (const [index, { value }] of columns.entries()) {
    if (value === null) continue;
    const share = Math.min(1, Math.abs(value) / end);
    const colour = value < 0 ? colours.down : colours.up;
    const [left, right] = [Math.round(index * each), Math.round((index + 1) * each)];
    if (bars) {
      const length = Math.max(1, Math.round((share * height) / 2));
      context.fillStyle = colour;
      context.fillRect(left, value < 0 ? height / 2 : height / 2 - length, right - left, length);
    } else {
      const step = Math.round(share * RAMP_STEPS) / RAMP_STEPS;
      context.fillStyle = `color-mix(in oklab, ${colour} ${step * 100}%, ${background})`;
      context.fillRect(left, 0, right - left, height);
    }
  }
}

/** All weights of a row side by side; hover and arrows say each one's place and value. */
@customElement('vs-weight-strip')
export class WeightStrip extends LightElement {
  @property({ attribute: false }) weights: Weights | null = null;
  @state() private width = 0;
  /** The weight that is looked at. */
  @state() private index = 0;
  #columns: readonly StripColumn[] = [];
  #stopWatching: (() => void) | undefined;
  readonly #resizing = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizing.observe(this);
    this.#stopWatching = onThemeChange(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizing.disconnect();
    this.#stopWatching?.();
  }

  get #count(): number {
    return this.weights?.values.length ?? 0;
  }

  protected override willUpdate(): void {
    this.#columns = stripColumns(this.weights?.values ?? [], Math.max(1, this.width));
    this.index = Math.max(0, Math.min(this.index, this.#count - 1));
  }

  protected override template(): unknown {
    const { weights, index, width } = this;
    const value = weights?.values[index] ?? null;
    const perColumn = (this.#columns[0]?.end ?? 1) - (this.#columns[0]?.start ?? 0);
    return html`<div
        class="weight-strip"
        role="slider"
        tabindex="0"
        aria-label=${t('Weights of {0}', weights?.component ?? '')}
        aria-valuemin="0"
        aria-valuemax=${Math.max(0, this.#count - 1)}
        aria-valuenow=${index}
        aria-valuetext=${t('weight {0}: {1}', index, value === null ? 'NaN' : formatFull(value))}
        data-testid="weight-strip"
        @keydown=${this.#onKeydown}
        @pointermove=${this.#onPointer}
        @pointerdown=${this.#onPointer}
      >
        <canvas ${styled({ width: `${width}px`, height: `${HEIGHT_PX}px` })}></canvas>
        <span
          class="strip-mark"
          ${styled({ left: `${((index + 0.5) / Math.max(1, this.#count)) * width}px` })}
        ></span>
      </div>
      <p class="strip-value">
        <span data-testid="weight-value"
          >${t('weight {0}:', formatCount(index))} <strong>${formatWeight(value)}</strong></span
        >
        ${
          perColumn > 1
            ? html`<span class="dim"
                >${t('each line shows the largest of {0} weights', formatCount(perColumn))}</span
              >`
            : ''
        }
      </p>`;
  }

  protected override updated(): void {
    const canvas = this.querySelector('canvas');
    if (canvas === null || this.weights === null) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.max(1, Math.round(this.width * ratio));
    canvas.height = Math.round(HEIGHT_PX * ratio);
    paint(canvas, this.#columns, stripEnd(this.weights.lowest, this.weights.highest));
  }

  readonly #onPointer = (event: PointerEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(1, width);
    this.index = Math.max(0, Math.min(this.#count - 1, Math.floor(share * this.#count)));
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.round(this.#count / PAGE_SHARE));
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.index - 1,
      ArrowRight: this.index + 1,
      ArrowDown: this.index - 1,
      ArrowUp: this.index + 1,
      PageDown: this.index - page,
      PageUp: this.index + page,
      Home: 0,
      End: this.#count - 1,
    };
    const chord = chordOf(event);
    const target = Object.hasOwn(moves, chord) ? moves[chord] : undefined;
    if (target === undefined) return;
    this.index = Math.max(0, Math.min(this.#count - 1, target));
    event.preventDefault();
    event.stopPropagation();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-weight-strip': WeightStrip;
  }
}
