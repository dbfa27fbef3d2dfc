import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { checkCancelled } from '../../../src/core/errors';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import type { StepsResult } from '../../../src/protocol/steps';
import { kindTitle, locate, placeOf } from '../../format/components';
import { formatCount } from '../../format/numbers';
import {
  changeChart,
  changeMap,
  changeTitle,
  linesOf,
  METRIC_ENTRIES,
  mostChanged,
  readabilityCharts,
} from '../../format/steps';
import type { ChangeCell } from '../../format/steps';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { MAX_CHOSEN, STEP_METRICS } from '../../state/stepsState';
import type { StepsState } from '../../state/stepsState';
import { definition, kindDefinition } from '../../components/definition';
import { exportMenu } from '../../components/exportMenu';
import { StoreElement } from '../../components/lightElement';
import '../../components/lineChart';
import { bindTwinKey, mapBar } from '../../components/mapBar';
import '../../components/mapGrid';
import type { MapGridCell } from '../../components/mapGrid';
import {
  emptyBlock,
  failureBlock,
  pendingBlock,
  skeletonLines,
  unreadableBlock,
} from '../../components/stateBlocks';
import { exportSteps } from './exportSteps';
import { stepTables } from './stepTables';

/** A training over its steps: how far its tables and rows moved, how readable they are, and what they came to say. */
@customElement('vs-steps-view')
export class StepsView extends StoreElement {
  /** Any paths of the steps, in the order of training. */
  @property({ attribute: false }) steps: readonly string[] = [];
  readonly #models = new Resource<readonly ModelSummary[]>(this);
  /** How far every table moved. */
  readonly #all = new Resource<StepsResult>(this);
  /** What is chosen, with its readability. */
  readonly #shown = new Resource<StepsResult>(this);
  /** Why what was typed is not shown. */
  #problem = '';

  constructor() {
    super();
    bindTwinKey(this);
  }

  /** Moves the focus to the map, or to the title where there is none yet. */
  override focus(): void {
    this.querySelector<HTMLElement>('.map-cell[tabindex="0"], .page-title')?.focus();
  }

  protected override willUpdate(): void {
    const { host, summary, isReadable, dataKey, othersRead } = this.store;
    if (!isReadable || this.steps.length === 0) return;
    const training = this.#training;
    this.#models.load(
      `${summary?.model ?? ''} ${training} ${othersRead}`,
      async (signal, onProgress) => {
        const models: ModelSummary[] = [];
        for (const path of this.steps) {
          checkCancelled(signal);
          models.push(await host.openOther(path));
          onProgress({ done: models.length, total: this.steps.length, unit: 'steps' });
        }
        return models;
      },
    );
    const steps = this.#models.current?.map(({ model }) => model);
    if (steps === undefined) return;
    const key = `${steps.join(' ')} ${dataKey}`;
    const { options } = this.store;
    this.#all.load(key, (signal, onProgress) =>
      host.query('steps', { steps, options }, { signal, onProgress }),
    );
    const components = this.#chosen;
    if (components.length > 0) {
      this.#shown.load(`${key} ${components.join(' ')}`, (signal, onProgress) =>
        host.query('steps', { steps, components, options }, { signal, onProgress }),
      );
    }
    const found = this.#all.current;
    this.store.setNote({
      counts: found === undefined ? '' : t('{0} steps', formatCount(found.steps.length)),
      omissions: '',
    });
  }

  /** What names the training. */
  get #training(): string {
    return this.steps.join('\n');
  }

  /** What the reader chose, else what changed most. */
  get #chosen(): readonly string[] {
    const { chosen } = this.store.ui.steps;
    if (chosen?.of === this.#training) return chosen.components;
    const all = this.#all.current;
    return all === undefined ? [] : mostChanged(all);
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    return html`<section class="page page-long" data-testid="page-steps">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1">${t('{0} over training', summary.name)}</h1>
        ${this.#exports(summary)}
      </div>
      ${this.#body(summary)}
    </section>`;
  }

  #body(summary: ModelSummary): unknown {
    if (!this.store.isReadable) return unreadableBlock(summary);
    if (this.steps.length === 0) return emptyBlock(t('No steps are named.'));
    if (this.#models.current === undefined) return pendingBlock(this.#models);
    const all = this.#all.value;
    if (this.#all.failure !== undefined) {
      return failureBlock(this.#all.failure, () => {
        this.#retry();
      });
    }
    if (all === undefined) return pendingBlock(this.#all);
    const chosen = this.#chosen;
    return html`${this.#map(summary, all, chosen)} ${this.#choice(summary, chosen)}
    ${chosen.length === 0 ? emptyBlock(t('Nothing is chosen: choose tables in the map, or name a table or row.')) : this.#lines()}`;
  }

  /** A step may have been closed meanwhile: all are opened again, too. */
  #retry(): void {
    this.#models.retry();
    this.#all.retry();
    this.#shown.retry();
  }

  #map(summary: ModelSummary, all: StepsResult, chosen: readonly string[]): TemplateResult {
    const { metric } = this.store.ui.steps;
    const map = changeMap(summary, all, metric);
    return html`<div class="page-controls">
        ${mapBar(this.store, {
          title: t('Change'),
          metrics: STEP_METRICS.map((value) => ({ value, title: changeTitle(value) })),
          metric,
          choose: (name) => {
            const found = STEP_METRICS.find((each) => each === name);
            if (found !== undefined) this.#set({ metric: found });
          },
          maximumText: map.maximumText,
          describe: () => definition(METRIC_ENTRIES[metric]),
        })}
      </div>
      <p class="page-sentence page-hint">
        ${t('The largest change of each table over the {0} steps. Choose tables to see them below.', formatCount(all.steps.length))}
      </p>
      <vs-map-grid
        class="steps-map"
        .columns=${map.kinds.map((kind) => ({
          title: kind,
          describe: () =>
            html`<p>${kindTitle(kind)}</p>
              ${kindDefinition(kind)}`,
        }))}
        .rows=${map.rows.map(({ layer, cells }) => ({
          layer,
          cells: cells.map((cell) => this.#cell(cell, chosen)),
        }))}
        .label=${t('How far each table moved: layers down, kinds across')}
        .asTable=${this.store.ui.mapAsTable}
        .open=${(matrix: string) => {
          this.#toggle(matrix);
        }}
      ></vs-map-grid>`;
  }

  #cell({ matrix, value, step, text }: ChangeCell, chosen: readonly string[]): MapGridCell {
    const marked = chosen.includes(matrix);
    const { metric } = this.store.ui.steps;
    const name = marked ? t('{0}: {1}, shown', matrix, text) : `${matrix}: ${text}`;
    return {
      ...{ component: matrix, step, name, marked, running: false },
      value: marked ? `[${text}]` : text,
      state: value === null ? 'absent' : 'known',
      card: () =>
        html`<p class="full-value">${name}</p>
          ${definition(METRIC_ENTRIES[metric])}`,
    };
  }

  #choice(summary: ModelSummary, chosen: readonly string[]): TemplateResult {
    return html`<form
        class="page-controls steps-choice"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#add(summary);
        }}
      >
        <label class="option-label" for="steps-id">${t('Table or row')}</label>
        <input
          id="steps-id"
          class="text-input"
          data-testid="steps-id"
          placeholder="L3.FF.V, L3.FF.V[7]"
          spellcheck="false"
          autocomplete="off"
          aria-describedby="steps-problem"
        />
        <button class="footer-button" type="submit">${t('Show')}</button>
        ${
          this.store.ui.steps.chosen?.of === this.#training
            ? html`<button
                class="footer-button"
                type="button"
                data-testid="steps-default"
                @click=${() => {
                  this.#set({ chosen: null });
                }}
              >
                ${t('Show what changed most')}
              </button>`
            : nothing
        }
        <span class="option-label"
          >${t('{0} of at most {1} shown', chosen.length, MAX_CHOSEN)}</span
        >
      </form>
      <p id="steps-problem" class="field-problem" role="alert">${this.#problem}</p>`;
  }

  #add(summary: ModelSummary): void {
    const input = this.querySelector<HTMLInputElement>('#steps-id');
    const text = input?.value.trim() ?? '';
    if (input === null || text === '') return;
    const found = locate(text, summary);
    if ('problem' in found) {
      this.#refuse(found.problem);
      return;
    }
    const { page, component } = found.location;
    if (page === 'head' || component === undefined) {
      this.#refuse(t('A head is no table: choose its rows, for example L3.H7.O.'));
      return;
    }
    if (this.#chosen.includes(component) || this.#toggle(component)) input.value = '';
  }

  #refuse(problem: string): void {
    this.#problem = problem;
    this.requestUpdate();
  }

  /** Shows a table or row, or shows it no more. @returns whether there was room */
  #toggle(component: string): boolean {
    const chosen = this.#chosen;
    const isShown = chosen.includes(component);
    if (!isShown && chosen.length >= MAX_CHOSEN) {
      this.#refuse(
        t('At most {0} tables and rows are shown at once: remove one first.', MAX_CHOSEN),
      );
      return false;
    }
    this.#problem = '';
    const components = isShown
      ? chosen.filter((each) => each !== component)
      : [...chosen, component];
    this.#set({ chosen: { of: this.#training, components } });
    this.store.announce(
      isShown ? t('{0} is no longer shown.', component) : t('{0} is shown.', component),
    );
    return true;
  }

  #lines(): unknown {
    const found = this.#shown.value;
    const isPending = this.#shown.current === undefined;
    const { metric } = this.store.ui.steps;
    const pending = isPending
      ? pendingBlock(this.#shown, () => {
          this.#models.retry();
        })
      : nothing;
    if (found === undefined) return html`${pending} ${skeletonLines(6)}`;
    const { mapAsTable } = this.store.ui;
    const charts = [changeChart(found, metric), ...readabilityCharts(found)];
    return html`${pending}
      <div class="steps-charts">
        ${charts.map(
          (chart) => html`<vs-line-chart .chart=${chart} .asTable=${mapAsTable}></vs-line-chart>`,
        )}
      </div>
      ${stepTables(found, {
        options: this.store.options,
        open: (component) => {
          this.store.navigate(pageOf(component));
        },
        openAt: (step, component) => {
          const path = this.steps[step];
          if (path !== undefined) {
            this.store.host.showOther({ path, location: pageOf(component) });
          }
        },
        remove: (component) => {
          this.#toggle(component);
        },
      })}`;
  }

  #exports(summary: ModelSummary): unknown {
    const all = this.#all.current;
    const shown = this.#shown.current;
    const models = this.#models.current;
    if (all === undefined || models === undefined) return nothing;
    const isChosen = shown !== undefined && linesOf(shown).length > 0;
    const found = isChosen ? shown : all;
    return exportMenu(() => exportSteps(this.store, found, { summary, models, isChosen }));
  }

  #set(change: Partial<StepsState>): void {
    this.store.setUi({ steps: { ...this.store.ui.steps, ...change } });
  }
}

/** The page of a table or of a row. */
function pageOf(component: string): PanelLocation {
  const page = placeOf(component)?.row === null ? 'matrix' : 'row';
  return { page, component };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-steps-view': StepsView;
  }
}
