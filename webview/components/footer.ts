import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount, formatDuration } from '../format/numbers';
import { t } from '../l10n';
import type { RunningScan } from '../state/scanQueue';
import { StoreElement } from './lightElement';

const TICK_MS = 1000;

/** What runs, what the page counts, what is left out; and the one live region. */
@customElement('vs-footer')
export class Footer extends StoreElement {
  #ticking: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  protected override template(): unknown {
    const { running } = this.store.scans;
    const { counts, omissions } = this.store.note;
    return html`<footer class="footer" data-testid="footer">
      ${running === null ? nothing : this.#progress(running)} ${this.#undo()}
      <span class="footer-counts">${counts}</span>
      <span class="footer-omissions">${omissions}</span>
      <div class="sr-only" role="status" aria-live="polite" data-testid="live">
        ${this.store.announcement}
      </div>
    </footer>`;
  }

  #undo(): unknown {
    const { undoable } = this.store;
    if (undoable === null) return nothing;
    return html`<span class="footer-progress">${undoable.sentence}</span>
      <button
        class="footer-button"
        data-testid="undo"
        @click=${() => {
          undoable.act();
        }}
      >
        ${t('Undo')}
      </button>`;
  }

  protected override updated(): void {
    const runs = this.store.scans.running !== null;
    if (runs && this.#ticking === undefined) {
      this.#ticking = setInterval(() => {
        this.requestUpdate();
      }, TICK_MS);
    } else if (!runs) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }

  #progress({
    matrix,
    progress,
    startedAt,
    cancelling,
    finished,
    batch,
  }: RunningScan): TemplateResult {
    const elapsed = formatDuration(performance.now() - startedAt);
    const amount =
      progress === null
        ? t('starting')
        : t('{0} of {1} rows', formatCount(progress.done), formatCount(progress.total));
    const place = batch > 1 ? t(', table {0} of {1}', finished + 1, batch) : '';
    return html`<span class="footer-progress" data-testid="progress">
        <ttk-progress-ring aria-label=${t('Scanning')}></ttk-progress-ring>
        ${cancelling ? t('Cancelling…') : `${matrix}: ${amount}, ${elapsed}${place}`}
      </span>
      <button
        class="footer-button"
        data-testid="scan-cancel"
        ?disabled=${cancelling}
        @click=${() => {
          this.store.scans.cancel();
          this.store.announce(t('The scan is cancelled.'));
        }}
      >
        ${t('Cancel')}
      </button>`;
  }
}
