import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { HeadOverview, PairReading } from '../../../src/protocol/pairs';
import { formatCount, formatShare } from '../../format/numbers';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { distanceOf, listsOthers } from './headQuery';
import { copyingLine, zLine } from './headStatistics';

/** How far a head's pairs stand out and how many of them copy, each beside its control; whether the list is exact. */
@customElement('vs-head-judgement')
export class HeadJudgement extends StoreElement {
  @property({ attribute: false }) component = '';
  /** The pairs that are listed, once they are there. */
  @property({ attribute: false }) reading: PairReading | null = null;
  readonly #judged = new Resource<HeadOverview | null>(this);
  #subject = '';

  protected override willUpdate(): void {
    const { store, component } = this;
    if (!store.isReadable || this.#known !== undefined) return;
    const { space, fold } = store.options;
    const delta = distanceOf(store, component);
    const key = JSON.stringify([store.summary?.model, component, space, fold, delta]);
    if (key !== this.#subject) {
      this.#subject = key;
      this.#judged.clear();
    }
    this.#judged.load(key, async (signal, onProgress) => {
      // What the reader reads goes first.
      await store.host.calm();
      const options = { space, fold, ...(delta === 0 ? {} : { delta }) };
      const asked = { components: [component], options };
      const { heads } = await store.host.query('scanHeads', asked, { signal, onProgress });
      if (delta === 0) store.heads.take(heads);
      return heads[0] ?? null;
    });
  }

  /** What the map knows; it knows of no distances. */
  get #known(): HeadOverview | undefined {
    const { store, component } = this;
    return distanceOf(store, component) === 0 ? store.heads.head(component) : undefined;
  }

  protected override template(): unknown {
    return html`<p class="head-judgement" data-testid="judgement">
      ${this.#statistics()} ${this.#exactness()}
    </p>`;
  }

  #statistics(): unknown {
    const head = this.#known ?? this.#judged.current;
    if (head === undefined) return this.#pending();
    if (head === null) return nothing;
    const { statistics, problem } = head;
    return statistics === null
      ? html`<span>${problem ?? ''}</span>`
      : html`<span tabindex="0" ${hover(() => definition('pairZ'))}>${zLine(statistics)}</span>
          <span tabindex="0" ${hover(() => definition('copying'))}>${copyingLine(statistics)}</span>
          ${this.#judgedBy()}`;
  }

  /** Said where the table lists other pairs than those that the head was judged by. */
  #judgedBy(): unknown {
    return listsOthers(this.store, this.component)
      ? html`<span
          class="judged-by"
          tabindex="0"
          data-testid="judged-by"
          ${hover(() => definition('pairZ'))}
          >${t('both by the best 50 pairs of all tokens, not by those listed')}</span
        >`
      : nothing;
  }

  #pending(): TemplateResult {
    const { failure, cancelled, progress } = this.#judged;
    if (failure !== undefined || cancelled) {
      return html`<span>${failure?.message ?? t('Not judged.')}</span>
        <button
          class="footer-button"
          @click=${() => {
            this.#judged.retry();
          }}
        >
          ${t('Judge')}
        </button>`;
    }
    return html`<span class="head-judging">
        ${
          progress === null
            ? t('Judging beside shuffled pairings…')
            : t('{0} of {1} pairings', formatCount(progress.done), formatCount(progress.total))
        }
      </span>
      <button
        class="footer-button"
        data-testid="judgement-cancel"
        @click=${() => {
          this.#judged.cancel();
        }}
      >
        ${t('Cancel')}
      </button>`;
  }

  #exactness(): unknown {
    if (this.reading === null) return nothing;
    const { exact, visited } = this.reading;
    const share = formatShare(visited);
    return html`<span tabindex="0" data-testid="exact" ${hover(() => definition('visited'))}
      >${exact ? t('exact, {0} of pairs multiplied', share) : t('not proved exact')}</span
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-head-judgement': HeadJudgement;
  }
}
