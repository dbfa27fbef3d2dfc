import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LEAST_FLEXIBLE_EM, NARROW_BELOW_PX } from './tableColumns';

const PROBE_CHARACTERS = 20;
/** Cell padding and the scroll bar. */
const MARGINS_EM = 4;

/** Measures how many characters of the chip font fit into the host's width. */
export class ChipRoom implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #taken: () => number;
  readonly #resizing: ResizeObserver;
  #characters = 0;
  #isNarrow = false;

  /** @param columnsEm Width in `em` of the columns beside the chips; a narrow table puts these below. */
  constructor(host: ReactiveControllerHost & HTMLElement, columnsEm: () => number) {
    this.#host = host;
    this.#taken = columnsEm;
    this.#resizing = new ResizeObserver(() => {
      this.#measure();
    });
    host.addController(this);
  }

  get characters(): number {
    return this.#characters;
  }

  /** For each of two columns of chips; a narrow table shows one of them alone. */
  get half(): number {
    return this.#isNarrow ? this.#characters : Math.floor(this.#characters / 2);
  }

  hostConnected(): void {
    this.#resizing.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#resizing.disconnect();
  }

  /** Measures again: the columns beside the chips are others. */
  refresh(): void {
    this.#measure();
  }

  #measure(): void {
    const probe = document.createElement('span');
    probe.className = 'chip chip-probe';
    probe.textContent = '0'.repeat(PROBE_CHARACTERS);
    this.#host.append(probe);
    const character = probe.getBoundingClientRect().width / PROBE_CHARACTERS;
    probe.remove();
    const em = parseFloat(getComputedStyle(this.#host).fontSize);
    const width = this.#host.clientWidth;
    const isNarrow = width < NARROW_BELOW_PX;
    const taken = MARGINS_EM + (isNarrow ? 0 : this.#taken());
    const room = Math.max(width - taken * em, Math.min(width, LEAST_FLEXIBLE_EM * em));
    const characters = Math.floor(room / Math.max(1, character));
    if (characters === this.#characters && isNarrow === this.#isNarrow) return;
    this.#characters = characters;
    this.#isNarrow = isNarrow;
    this.#host.requestUpdate();
  }
}
