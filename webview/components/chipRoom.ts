import type { ReactiveController, ReactiveControllerHost } from 'lit';

const PROBE_CHARACTERS = 20;

/** Measures how many characters of the chip font fit into the host's width. */
export class ChipRoom implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  /** Width in `em` that other columns take. */
  readonly #taken: number;
  readonly #resizing: ResizeObserver;
  #characters = 0;

  constructor(host: ReactiveControllerHost & HTMLElement, takenEm: number) {
    this.#host = host;
    this.#taken = takenEm;
    this.#resizing = new ResizeObserver(() => {
      this.#measure();
    });
    host.addController(this);
  }

  get characters(): number {
    return this.#characters;
  }

  hostConnected(): void {
    this.#resizing.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#resizing.disconnect();
  }

  #measure(): void {
    const probe = document.createElement('span');
    probe.className = 'chip chip-probe';
    probe.textContent = '0'.repeat(PROBE_CHARACTERS);
    this.#host.append(probe);
    const character = probe.getBoundingClientRect().width / PROBE_CHARACTERS;
    probe.remove();
    const em = parseFloat(getComputedStyle(this.#host).fontSize);
    const characters = Math.floor(
      (this.#host.clientWidth - this.#taken * em) / Math.max(1, character),
    );
    if (characters === this.#characters) return;
    this.#characters = characters;
    this.#host.requestUpdate();
  }
}
