import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AlignResult } from '../../../src/protocol/alignment';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { alignmentMaps, measureTitle, verdictOf, vocabularySentence } from '../../format/alignment';
import { t } from '../../l10n';
import { OtherModel } from '../../state/otherModel';
import { Resource } from '../../state/resource';
import { ALIGN_MEASURES } from '../../state/uiState';
import type { AlignState } from '../../state/uiState';
import { definition } from '../../components/definition';
import { exportMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { StoreElement } from '../../components/lightElement';
import { bindTwinKey, mapBar } from '../../components/mapBar';
import { foldedSection } from '../../components/section';
import {
  failureBlock,
  pendingBlock,
  skeletonLines,
  unreadableBlock,
} from '../../components/stateBlocks';
import type { CheckControl } from '../../components/toolkit';
import './alignedHeads';
import './alignedRows';
import { alignmentComparisons } from './alignmentAsked';
import './counterpartsView';
import { exportAlignment } from './exportAlignment';
import { layerMaps } from './layerMaps';

/** Two models: which layers belong together, beside the baseline and the control, and the rows of a pair of layers. */
@customElement('vs-align-view')
export class AlignView extends StoreElement {
  /** Any path of the other model. */
  @property({ attribute: false }) other = '';
  /** The row of A that is sought in B; empty: none. */
  @property({ attribute: false }) component = '';
  readonly #found = new Resource<AlignResult>(this);
  readonly #other = new OtherModel(this, this.store, [this.#found]);

  constructor() {
    super();
    bindTwinKey(this);
  }

  /** Moves the focus to the first map, or to the title where there is none yet. */
  override focus(): void {
    this.querySelector<HTMLElement>('.map-cell[tabindex="0"], .page-title')?.focus();
  }

  protected override willUpdate(): void {
    const both = this.#other.load(this.other);
    const other = this.#other.value;
    if (both === undefined || other === undefined) return;
    const { excludeUndertrained } = this.store.ui.align;
    const key = `${both} ${String(excludeUndertrained)}`;
    this.#found.load(key, (signal, onProgress) =>
      this.store.host.query(
        'align',
        {
          ...{ other: other.model, excludeUndertrained },
          spaces: ['embedding', 'feature', 'shuffled'],
        },
        { signal, onProgress },
      ),
    );
    const found = this.#found.current;
    this.store.setNote({
      counts: found === undefined ? '' : verdictOf(found, this.store.ui.align.measure),
      omissions: '',
    });
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    const other = this.#other.value;
    return html`<section class="page page-long" data-testid="page-align">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1">
          ${t('{0} (A) and {1} (B)', summary.name, other?.name ?? this.other)}
        </h1>
        ${this.#swap(summary)} ${this.#exports(summary, other)}
      </div>
      ${this.#body(summary, other)}
    </section>`;
  }

  #body(summary: ModelSummary, other: ModelSummary | undefined): unknown {
    if (!this.store.isReadable) return unreadableBlock(summary);
    const { failure } = this.#other;
    if (failure !== undefined) {
      return failureBlock(failure, () => {
        this.#other.retry();
      });
    }
    if (other === undefined) return skeletonLines(6);
    return html`${this.#sought(other)} ${this.#layers(summary, other)}`;
  }

  #layers(summary: ModelSummary, other: ModelSummary): unknown {
    const found = this.#found.value;
    if (this.#found.failure !== undefined) {
      return failureBlock(this.#found.failure, () => {
        this.#retry();
      });
    }
    if (found === undefined) return html`${this.#controls(null)} ${pendingBlock(this.#found)}`;
    return this.#result(summary, other, found);
  }

  /** The other model may have been closed meanwhile: it is opened again, too. */
  #retry(): void {
    this.#other.retry();
    this.#found.retry();
  }

  #result(summary: ModelSummary, other: ModelSummary, found: AlignResult): TemplateResult {
    const { align, mapAsTable } = this.store.ui;
    const maps = alignmentMaps(found, align.measure);
    const isOlder = this.#found.current === undefined;
    const notes = [found.featureRefusal, ...found.warnings].filter((note) => note !== null);
    return html`<p class="page-sentence" data-testid="verdict">
        <strong tabindex="0" ${hover(() => definition('layersMatched'))}
          >${verdictOf(found, align.measure)}</strong
        >
        ${vocabularySentence(found.vocabulary, summary.name, other.name)}
      </p>
      ${notes.map((note) => html`<p class="warning page-sentence">${icon('warning')}<span>${note}</span></p>`)}
      ${this.#controls(maps.maximumText)} ${isOlder ? pendingBlock(this.#found) : nothing}
      <p class="page-sentence page-hint">
        ${t('Layers of A go down, those of B across; the assignment pairs the outlined cells. Choose a cell to see the rows of its two layers.')}
      </p>
      ${layerMaps(maps, {
        asTable: mapAsTable,
        open: (pair) => {
          this.#set({ pair: { ...pair, other: this.other } });
          void this.#showRows();
        },
      })}
      ${this.#rows(other)} ${this.#heads(other)}`;
  }

  #controls(maximumText: string | null): TemplateResult {
    const { measure, excludeUndertrained } = this.store.ui.align;
    return html`<div class="page-controls">
      ${
        maximumText === null
          ? nothing
          : mapBar(this.store, {
              metrics: ALIGN_MEASURES.map((value) => ({ value, title: measureTitle(value) })),
              metric: measure,
              choose: (chosen) => {
                const found = ALIGN_MEASURES.find((name) => name === chosen);
                if (found !== undefined) this.#set({ measure: found });
              },
              maximumText,
              describe: () => definition(measure === 'best' ? 'layersBest' : 'layersMean'),
            })
      }
      <ttk-checkbox
        data-testid="align-exclude"
        .checked=${excludeUndertrained}
        ${hover(() => definition('undertrained'))}
        @change=${(event: Event) => {
          this.#set({ excludeUndertrained: (event.target as CheckControl).checked });
        }}
        >${t('Without under-trained tokens')}</ttk-checkbox
      >
    </div>`;
  }

  #heads(other: ModelSummary): TemplateResult {
    return foldedSection(this.store, {
      name: 'alignedHeads',
      title: t('Heads of A and of B'),
      body: () =>
        html`<vs-aligned-heads
          .other=${other}
          .path=${this.other}
          .reopen=${() => {
            this.#other.retry();
          }}
        ></vs-aligned-heads>`,
    });
  }

  #rows(other: ModelSummary): unknown {
    const { pair } = this.store.ui.align;
    return pair?.other === this.other
      ? html`<vs-aligned-rows
          .pair=${pair}
          .other=${other}
          .reopen=${() => {
            this.#other.retry();
          }}
          .seek=${(component: string) => {
            this.#seek(component);
            this.querySelector('vs-counterparts')?.scrollIntoView({ block: 'start' });
          }}
        ></vs-aligned-rows>`
      : nothing;
  }

  #sought(other: ModelSummary): TemplateResult {
    return html`<vs-counterparts
      .component=${this.component}
      .other=${other}
      .path=${this.other}
      .reopen=${() => {
        this.#other.retry();
      }}
      .ask=${(component: string) => {
        this.#seek(component);
      }}
    ></vs-counterparts>`;
  }

  #seek(component: string): void {
    const place = { page: 'align', other: this.other };
    this.store.navigate(component === '' ? place : { ...place, component });
  }

  /** The rows of a chosen cell come into sight and take the focus. */
  async #showRows(): Promise<void> {
    await this.updateComplete;
    const rows = this.querySelector('vs-aligned-rows');
    await rows?.updateComplete;
    const title = rows?.querySelector<HTMLElement>('.aligned-title');
    title?.focus();
    title?.scrollIntoView({ block: 'start' });
  }

  #swap({ canonicalPath }: ModelSummary): TemplateResult {
    return html`<button
      class="footer-button"
      data-testid="align-swap"
      @click=${() => {
        const location = { page: 'align', other: canonicalPath };
        this.store.host.showOther({ path: this.other, location });
      }}
    >
      ${t('Swap A and B')}
    </button>`;
  }

  #exports(summary: ModelSummary, other: ModelSummary | undefined): unknown {
    const found = this.#found.current;
    if (found === undefined || other === undefined) return nothing;
    const { excludeUndertrained, pair } = this.store.ui.align;
    const source = { summary, other, excludeUndertrained };
    return exportMenu(() => {
      const shown = pair?.other === this.other ? pair : null;
      const comparisons = alignmentComparisons(this.store, other, shown);
      return exportAlignment(this.store, found, source, comparisons);
    });
  }

  #set(change: Partial<AlignState>): void {
    this.store.setUi({ align: { ...this.store.ui.align, ...change } });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-align-view': AlignView;
  }
}
