import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DiffResult } from '../../../src/protocol/displacement';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import {
  changeMap,
  changeTitle,
  isUnchanged,
  optionsNote,
  rowsSentence,
  tensorsSentence,
  vocabularyNote,
} from '../../format/changes';
import { t } from '../../l10n';
import { CHANGE_METRICS, ofBase } from '../../state/diffState';
import type { DiffState } from '../../state/diffState';
import { OtherModel } from '../../state/otherModel';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { exportMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { StoreElement } from '../../components/lightElement';
import { bindTwinKey, mapBar } from '../../components/mapBar';
import { foldedSection } from '../../components/section';
import {
  emptyBlock,
  failureBlock,
  pendingBlock,
  skeletonLines,
  unreadableBlock,
} from '../../components/stateBlocks';
import './changedRow';
import './changedRows';
import { changeMaps } from './changeMaps';
import { exportChanges } from './exportChanges';
import './changedTensors';
import './layerPushes';

/** A model and its base: which tables changed, which rows most, and what the changes say. */
@customElement('vs-diff-view')
export class DiffView extends StoreElement {
  /** Any path of the base. */
  @property({ attribute: false }) other = '';
  readonly #found = new Resource<DiffResult>(this);
  readonly #base = new OtherModel(this, this.store, [this.#found]);

  constructor() {
    super();
    bindTwinKey(this);
  }

  /** Moves the focus to the map, or to the title where there is none yet. */
  override focus(): void {
    this.querySelector<HTMLElement>('.map-cell[tabindex="0"], .page-title')?.focus();
  }

  get #state(): DiffState {
    return ofBase(this.store.ui.diff, this.other);
  }

  protected override willUpdate(): void {
    const both = this.#base.load(this.other);
    const base = this.#base.value;
    if (both === undefined || base === undefined) return;
    this.#found.load(both, (signal, onProgress) =>
      this.store.host.query('diff', { other: base.model }, { signal, onProgress }),
    );
    const found = this.#found.current;
    this.store.setNote({
      counts: found === undefined ? '' : rowsSentence(found),
      omissions: '',
    });
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    const base = this.#base.value;
    return html`<section class="page page-long page-diff" data-testid="page-diff">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1">
          ${t('{0} against its base {1}', summary.name, base?.name ?? this.other)}
        </h1>
        ${this.#swap(summary)} ${this.#exports(summary, base)}
      </div>
      ${this.#body(summary, base)}
    </section>`;
  }

  #body(summary: ModelSummary, base: ModelSummary | undefined): unknown {
    if (!this.store.isReadable) return unreadableBlock(summary);
    const failure = this.#base.failure ?? this.#found.failure;
    if (failure !== undefined) {
      const retry = (): void => {
        this.#retry();
      };
      return failureBlock(failure, retry, this.#chooseBase());
    }
    if (base === undefined) return skeletonLines(6);
    const found = this.#found.value;
    return found === undefined ? pendingBlock(this.#found) : this.#result(base, found);
  }

  /** Undefined for an adapter, whose base is what it lies over. */
  #chooseBase(): { readonly label: string; readonly act: () => void } | undefined {
    if (this.store.summary?.adapter !== undefined) return undefined;
    return {
      label: t('Choose another base…'),
      act: () => {
        this.store.host.act('chooseBase');
      },
    };
  }

  /** The base may have been closed meanwhile: it is opened again, too. */
  #retry(): void {
    this.#base.retry();
    this.#found.retry();
  }

  #result(base: ModelSummary, found: DiffResult): TemplateResult {
    const own = [vocabularyNote(found), optionsNote(this.store.options)];
    const notes = [...found.warnings, ...own.filter((note) => note !== null)];
    return html`<p class="page-sentence" data-testid="verdict">
        <strong tabindex="0" ${hover(() => definition('relativeChange'))}
          >${tensorsSentence(found)}</strong
        >
        ${rowsSentence(found)}
      </p>
      ${notes.map((each) => html`<p class="warning page-sentence">${icon('warning')}<span>${each}</span></p>`)}
      ${
        isUnchanged(found)
          ? emptyBlock(
              t('Nothing changed: every tensor is as it is in {0}.', base.name),
              this.#chooseBase(),
            )
          : this.#changes(base, found)
      }`;
  }

  #changes(base: ModelSummary, found: DiffResult): TemplateResult {
    const state = this.#state;
    const map = changeMap(found, state.metric);
    return html`<div class="page-controls">
        ${mapBar(this.store, {
          metrics: CHANGE_METRICS.map((value) => ({ value, title: changeTitle(value) })),
          metric: state.metric,
          choose: (chosen) => {
            const metric = CHANGE_METRICS.find((name) => name === chosen);
            if (metric !== undefined) this.#set({ metric });
          },
          maximumText: map.maximumText,
          describe: () => definition(state.metric === 'norm' ? 'rowChange' : 'relativeChange'),
        })}
      </div>
      <p class="page-sentence page-hint">
        ${t('= is unchanged, + is new. Choose a cell to list only the rows of its table; choose a row to see its words in the base and now.')}
      </p>
      ${changeMaps(map, {
        metric: state.metric,
        chosen: state.matrix,
        asTable: this.store.ui.mapAsTable,
        open: (matrix) => {
          this.#set({ matrix: state.matrix === matrix ? null : matrix });
        },
      })}
      ${this.#sections(base, found)}
      <div class="changed">
        <vs-changed-rows
          .base=${base}
          .other=${this.other}
          .reopen=${() => {
            this.#base.retry();
          }}
          .open=${(row: string) => {
            this.#set({ row });
          }}
        ></vs-changed-rows>
        ${this.#row(base)}
      </div>`;
  }

  #sections(base: ModelSummary, found: DiffResult): TemplateResult {
    return html`${foldedSection(this.store, {
      name: 'changedTensors',
      title: t('Changed tensors'),
      body: () =>
        html`<vs-changed-tensors
          .base=${base}
          .found=${found}
          .reopen=${() => {
            this.#base.retry();
          }}
        ></vs-changed-tensors>`,
    })}
    ${foldedSection(this.store, {
      name: 'layerPushes',
      title: t('What the changes of whole layers push'),
      body: () =>
        html`<vs-layer-pushes
          .base=${base}
          .reopen=${() => {
            this.#base.retry();
          }}
        ></vs-layer-pushes>`,
    })}`;
  }

  #row(base: ModelSummary): unknown {
    const { row } = this.#state;
    if (row === null) return nothing;
    return html`<vs-changed-row
      .component=${row}
      .base=${base}
      .other=${this.other}
      .reopen=${() => {
        this.#base.retry();
      }}
      .close=${() => {
        this.#set({ row: null });
        this.querySelector<HTMLElement>('vs-changed-rows vs-table')?.focus();
      }}
    ></vs-changed-row>`;
  }

  #swap({ canonicalPath }: ModelSummary): TemplateResult {
    return html`<button
      class="footer-button"
      data-testid="diff-swap"
      @click=${() => {
        const location = { page: 'diff', other: canonicalPath };
        this.store.host.showOther({ path: this.other, location });
      }}
    >
      ${t('Swap base and tuned')}
    </button>`;
  }

  #exports(summary: ModelSummary, base: ModelSummary | undefined): unknown {
    const found = this.#found.current;
    if (found === undefined || base === undefined || isUnchanged(found)) return nothing;
    return exportMenu(() =>
      exportChanges(this.store, { summary, base, found, state: this.#state }),
    );
  }

  #set(change: Partial<DiffState>): void {
    this.store.setUi({ diff: { ...this.#state, ...change } });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-diff-view': DiffView;
  }
}
