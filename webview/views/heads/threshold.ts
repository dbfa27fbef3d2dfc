import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { DIGITS, formatDecimal } from '../../format/numbers';
import { t } from '../../l10n';
import { LightElement } from '../../components/lightElement';

/** Sliding rests for so long before pairs are counted anew. */
const SLIDING_MS = 150;
const STEPS = 200;
/** The slider reaches from this share of the best score to the best; the number beside it takes any. */
const LOWEST_SHARE = 0.2;

/** Only pairs beyond a score: a slider, the number itself, and how many there are. */
@customElement('vs-threshold')
export class Threshold extends LightElement {
  /** Null: no threshold. */
  @property({ attribute: false }) value: number | null = null;
  /** The best score of the head, negative where the most negative pairs are asked. */
  @property({ attribute: false }) best: number | null = null;
  /** How many pairs are beyond it, in words. */
  @property({ attribute: false }) countText = '';
  @property({ attribute: false }) choose: (value: number | null) => void = () => undefined;
  @state() private sliding: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override template(): unknown {
    const best = Math.abs(this.best ?? 0);
    const value = this.sliding ?? this.value;
    const text = value === null ? '' : String(value);
    return html`<span class="threshold">
      <span class="option-label" aria-hidden="true">${t('Threshold')}</span>
      <input
        type="range"
        aria-label=${t('Threshold')}
        aria-valuetext=${value === null ? t('none') : formatDecimal(value, DIGITS.score)}
        data-testid="threshold-slider"
        ?disabled=${best === 0}
        min="0"
        max=${STEPS}
        step="1"
        .value=${String(this.#stepOf(value, best))}
        @input=${(event: Event) => {
          this.#slide(Number((event.target as HTMLInputElement).value), best);
        }}
      />
      <input
        class="text-input threshold-number"
        type="text"
        inputmode="decimal"
        aria-label=${t('Threshold as a number')}
        placeholder=${t('none')}
        data-testid="threshold-number"
        .value=${text}
        @change=${(event: Event) => {
          this.#type((event.target as HTMLInputElement).value);
        }}
      />
      ${
        this.countText === ''
          ? nothing
          : html`<span data-testid="threshold-count" aria-live="polite">${this.countText}</span>`
      }
    </span>`;
  }

  #stepOf(value: number | null, best: number): number {
    if (value === null || best === 0) return 0;
    const share = (Math.abs(value) / best - LOWEST_SHARE) / (1 - LOWEST_SHARE);
    return Math.round(Math.max(0, Math.min(1, share)) * STEPS);
  }

  /** The lowest step asks for no threshold at all. */
  #slide(step: number, best: number): void {
    const size = best * (LOWEST_SHARE + (1 - LOWEST_SHARE) * (step / STEPS));
    const value = Number(((this.best ?? 0) < 0 ? -size : size).toPrecision(3));
    this.sliding = step === 0 ? 0 : value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.sliding = null;
      this.choose(step === 0 ? null : value);
    }, SLIDING_MS);
  }

  #type(typed: string): void {
    const text = typed.trim().replace('−', '-').replace(',', '.');
    const value = Number(text);
    if (text === '') this.choose(null);
    else if (Number.isFinite(value)) this.choose(value);
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-threshold': Threshold;
  }
}
