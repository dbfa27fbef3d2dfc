import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatCount, formatDuration } from '../format/numbers';
import { t } from '../l10n';
import type { RunningHeads } from '../state/headScans';
import type { RunningScan } from '../state/scanQueue';
import { StoreElement } from './lightElement';

const TICK_MS = 1000;

/** Work in the background, as the footer says it. */
interface Work {
  readonly name: 'scan' | 'heads';
  /** What it is, for screen readers. */
  readonly label: string;
  readonly text: string;
  readonly cancelling: boolean;
  readonly cancel: () => void;
}

function elapsed(startedAt: number): string {
  return formatDuration(performance.now() - startedAt);
}

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
    const { scans, heads, note } = this.store;
    return html`<footer class="footer" data-testid="footer">
      ${scans.running === null ? nothing : this.#progress(this.#ofRows(scans.running))}
      ${heads.running === null ? nothing : this.#progress(this.#ofHeads(heads.running))}
      ${this.#undo()}
      <span class="footer-counts">${note.counts}</span>
      <span class="footer-omissions">${note.omissions}</span>
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
    const { scans, heads } = this.store;
    const runs = scans.running !== null || heads.running !== null;
    if (runs && this.#ticking === undefined) {
      this.#ticking = setInterval(() => {
        this.requestUpdate();
      }, TICK_MS);
    } else if (!runs) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }

  #ofRows({ matrix, progress, startedAt, cancelling, finished, batch }: RunningScan): Work {
    const amount =
      progress === null
        ? t('starting')
        : t('{0} of {1} rows', formatCount(progress.done), formatCount(progress.total));
    const place = batch > 1 ? t(', table {0} of {1}', finished + 1, batch) : '';
    return {
      ...{ name: 'scan', label: t('Scanning'), cancelling },
      text: `${matrix}: ${amount}, ${elapsed(startedAt)}${place}`,
      cancel: () => {
        this.store.scans.cancel();
        this.store.announce(t('The scan is cancelled.'));
      },
    };
  }

  #ofHeads({ layer, kind, progress, startedAt, waiting }: RunningHeads): Work {
    const amount =
      progress === null
        ? t('starting')
        : t('{0} of {1} pairings', formatCount(progress.done), formatCount(progress.total));
    const rest = waiting > 0 ? t(', then {0} more', formatCount(waiting)) : '';
    return {
      ...{ name: 'heads', label: t('Judging heads'), cancelling: false },
      text: t('Heads of L{0}, {1}: {2}', layer, kind, `${amount}, ${elapsed(startedAt)}${rest}`),
      cancel: () => {
        this.store.heads.cancel();
        this.store.announce(t('The judging of heads is cancelled.'));
      },
    };
  }

  #progress({ name, label, text, cancelling, cancel }: Work): TemplateResult {
    return html`<span
        class="footer-progress"
        data-testid=${name === 'scan' ? 'progress' : `${name}-progress`}
      >
        <ttk-progress-ring aria-label=${label}></ttk-progress-ring>
        ${cancelling ? t('Cancelling…') : text}
      </span>
      <button
        class="footer-button"
        data-testid="${name}-cancel"
        ?disabled=${cancelling}
        @click=${cancel}
      >
        ${t('Cancel')}
      </button>`;
  }
}
