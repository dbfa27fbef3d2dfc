import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { HEAD_MATRICES } from '../../../src/core/model/headMatrixId';
import type { HeadMatrixKind } from '../../../src/core/model/headMatrixId';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { headCounts, headMapModel } from '../../format/headMapModel';
import type { HeadCell } from '../../format/headMapModel';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { HEAD_METRICS } from '../../state/uiState';
import type { HeadMetric } from '../../state/uiState';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { bindTwinKey, mapBar } from '../../components/mapBar';
import '../../components/mapGrid';
import type { MapGridCell } from '../../components/mapGrid';
import { rowContext } from '../../components/rowColumns';
import { failureBlock } from '../../components/stateBlocks';
import { headCard } from './headStatistics';

/** Models up to this many heads times tokens, both matrices counted, are judged unasked: about half a minute. */
const MAX_UNASKED_HEAD_TOKENS = 1_000_000;

function metricTitle(metric: HeadMetric): string {
  return metric === 'z' ? t('Pair z') : t('Copying share');
}

function matrixCard(kind: HeadMatrixKind): TemplateResult {
  return definition(kind === 'VO' ? 'W_VO' : 'W_QK');
}

/** Layers down, heads across: which heads' pairs stand out, and which copy. Also as a table. */
@customElement('vs-heads-map')
export class HeadsMap extends StoreElement {
  constructor() {
    super();
    bindTwinKey(this);
  }

  protected override willUpdate(): void {
    const { summary, heads, ui } = this.store;
    const counts = summary === null ? null : headCounts(summary);
    if (summary === null || counts === null) return;
    heads.load();
    const tokens = counts.layers * counts.heads * HEAD_MATRICES.length * this.#vocabulary(summary);
    if (tokens <= MAX_UNASKED_HEAD_TOKENS) {
      heads.look({ layer: 0, kind: ui.headMatrix });
      heads.fillUnasked(counts);
    }
  }

  #vocabulary({ shape }: ModelSummary): number {
    return shape?.dVocab ?? 0;
  }

  protected override template(): unknown {
    const { summary, heads: scans, ui } = this.store;
    if (summary === null) return nothing;
    const { headMatrix: kind, headMetric: metric } = ui;
    const { heads, rows, maximumText } = headMapModel({
      ...{ summary, kind, metric },
      known: (component) => scans.head(component),
    });
    return html`<div class="map-bar">
        ${this.#matrices()}
        ${mapBar(this.store, {
          metrics: HEAD_METRICS.map((value) => ({ value, title: metricTitle(value) })),
          metric,
          choose: (chosen) => {
            const headMetric = HEAD_METRICS.find((name) => name === chosen);
            if (headMetric !== undefined) this.store.setUi({ headMetric });
          },
          maximumText,
          describe: () => definition(metric === 'z' ? 'pairZ' : 'copying'),
        })}
        ${this.#judgeButton(summary)}
      </div>
      <vs-map-grid
        .columns=${heads.map((head) => ({ title: `H${head}`, describe: () => matrixCard(kind) }))}
        .rows=${rows.map(({ layer, cells }) => ({
          layer,
          cells: cells.map((cell) => this.#cell(cell, layer)),
        }))}
        .label=${t('Layers and heads')}
        .asTable=${ui.mapAsTable}
        .open=${(component: string) => {
          this.store.navigate({ page: 'head', component });
        }}
      ></vs-map-grid>
      ${this.#failed(summary)}`;
  }

  #matrices(): TemplateResult {
    const { headMatrix } = this.store.ui;
    return html`<span class="toggles" role="group" aria-label=${t('Matrix of the heads')}>
      ${HEAD_MATRICES.map(
        (kind) =>
          html`<button
            class="toggle"
            aria-pressed=${String(kind === headMatrix)}
            data-testid="heads-${kind}"
            ${hover(() => matrixCard(kind))}
            @click=${() => {
              this.store.heads.look({ layer: 0, kind });
              this.store.setUi({ headMatrix: kind });
            }}
          >
            ${kind}
          </button>`,
      )}
    </span>`;
  }

  #judgeButton(summary: ModelSummary): unknown {
    const counts = headCounts(summary);
    const { loaded, running, count } = this.store.heads;
    if (counts === null || !loaded || running !== null) return nothing;
    const missing = counts.layers * counts.heads * HEAD_MATRICES.length - count;
    if (missing <= 0) return nothing;
    return html`<ttk-button
      appearance="secondary"
      data-testid="judge-heads"
      @click=${() => {
        this.store.heads.fill(counts);
      }}
      >${t('Judge {0} matrices of heads', formatCount(missing))}</ttk-button
    >`;
  }

  #failed(summary: ModelSummary): unknown {
    const { heads } = this.store;
    const counts = headCounts(summary);
    if (heads.failure === null) return nothing;
    return failureBlock(heads.failure, () => {
      if (!heads.loaded) heads.retry();
      else if (counts !== null) heads.fill(counts);
    });
  }

  #cell({ component, head, state, step, value }: HeadCell, layer: number): MapGridCell {
    const { running } = this.store.heads;
    const { headMatrix, headMetric } = this.store.ui;
    const said = state === 'unknown' ? t('not computed') : value;
    return {
      ...{ component, state, step, value },
      name:
        state === 'refused'
          ? `${component}: ${head?.problem ?? ''}`
          : `${component}: ${metricTitle(headMetric)} ${said}`,
      running: running?.layer === layer && running.kind === headMatrix && state === 'unknown',
      context: rowContext({ component }),
      card: () => headCard(component, head),
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-heads-map': HeadsMap;
  }
}
