import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { StitchRecipe, StitchResult } from '../../../src/protocol/stitch';
import type { PointPlace } from '../../format/lineChart';
import {
  bestNote,
  bestSentence,
  comparisonTitle,
  failuresOf,
  stitchChart,
  stitchCurves,
  translationSentence,
} from '../../format/stitch';
import type { StitchCurve, StitchFindings } from '../../format/stitch';
import { t } from '../../l10n';
import { OtherModel } from '../../state/otherModel';
import { Resource } from '../../state/resource';
import { STITCH_ASKED, STITCH_COMPARISONS } from '../../state/stitchState';
import type { StitchAsked, StitchedChoice, StitchState } from '../../state/stitchState';
import { definition } from '../../components/definition';
import { exportMenu } from '../../components/exportMenu';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { StoreElement } from '../../components/lightElement';
import '../../components/lineChart';
import { bindTwinKey, twinToggle } from '../../components/mapBar';
import {
  emptyBlock,
  failureBlock,
  pendingBlock,
  skeletonLines,
  unreadableBlock,
} from '../../components/stateBlocks';
import type { StateButton } from '../../components/stateBlocks';
import type { CheckControl, ValueControl } from '../../components/toolkit';
import { comparisonTable } from './comparisons';
import { exportCurves } from './exportCurves';
import { recipeLine } from './recipeLine';
import { ASKED_WAYS, sweepOf } from './sweep';
import './stitchedPoint';

function warningLines(warnings: readonly string[]): readonly TemplateResult[] {
  return warnings.map(
    (note) => html`<p class="warning stitch-note">${icon('warning')}<span>${note}</span></p>`,
  );
}

/** A classifier without training: how well B's first blocks carried into A's last ones classify, and what it says of texts. */
@customElement('vs-stitch-view')
export class StitchView extends StoreElement {
  /** Any path of B. */
  @property({ attribute: false }) other = '';
  @property({ attribute: false }) recipe: StitchRecipe | null = null;
  readonly #plain = new Resource<StitchResult>(this);
  readonly #control = new Resource<StitchResult>(this);
  readonly #asked: Readonly<Record<StitchAsked, Resource<StitchResult>>> = {
    trainedTokens: new Resource(this),
    translated: new Resource(this),
  };
  readonly #other = new OtherModel(this, this.store, [
    ...[this.#plain, this.#control],
    ...Object.values(this.#asked),
  ]);

  constructor() {
    super();
    bindTwinKey(this);
  }

  /** Moves the focus to the chart, or to the title where there is none yet. */
  override focus(): void {
    this.querySelector<HTMLElement>('.chart-point[tabindex="0"], .page-title')?.focus();
  }

  protected override willUpdate(): void {
    const both = this.#other.load(this.other);
    if (both !== undefined) this.#measure(both);
    const found = this.#plain.current;
    this.store.setNote({ counts: found === undefined ? '' : bestNote(found), omissions: '' });
  }

  /** The plain curves first; the control after them, and what is compared when it is asked for. */
  #measure(both: string): void {
    const { recipe, store } = this;
    const base = this.#other.value?.model;
    if (recipe === null || base === undefined) return;
    const pair = { both, base, recipe };
    this.#plain.load(...sweepOf(store, pair, {}));
    if (this.#plain.current === undefined) return;
    this.#control.load(...sweepOf(store, pair, { control: true }));
    const { beside, chosen } = store.ui.stitch;
    for (const name of STITCH_ASKED) {
      const sweep = sweepOf(store, pair, ASKED_WAYS[name]);
      // What was measured stays: only of other options it must not stand beside these curves.
      if (beside === name || chosen?.variant === name) this.#asked[name].load(...sweep);
      else this.#asked[name].keepOnly(sweep[0]);
    }
  }

  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    const other = this.#other.value;
    return html`<section class="page page-long" data-testid="page-stitch">
      <div class="page-bar">
        <h1 class="page-title" tabindex="-1" ${hover(() => definition('stitching'))}>
          ${t('{0} stitched onto {1}', summary.name, other?.name ?? this.other)}
        </h1>
        ${this.#exports(summary, other)}
      </div>
      ${this.#recipe(summary, other)} ${this.#body(summary, other)}
    </section>`;
  }

  #recipe(summary: ModelSummary, other: ModelSummary | undefined): unknown {
    const { recipe } = this;
    return recipe === null
      ? nothing
      : recipeLine({
          ...{ summary, other, otherPath: this.other, recipe },
          found: this.#plain.current,
          ask: (part) => {
            this.store.host.act(part);
          },
        });
  }

  #body(summary: ModelSummary, other: ModelSummary | undefined): unknown {
    if (!this.store.isReadable) return unreadableBlock(summary);
    if (this.recipe === null) return emptyBlock(t('No labelled texts are named.'));
    if (this.#other.failure !== undefined) {
      return failureBlock(this.#other.failure, () => {
        this.#other.retry();
      });
    }
    if (other === undefined) return skeletonLines(6);
    const plain = this.#plain.value;
    if (this.#plain.failure !== undefined) {
      return failureBlock(
        this.#plain.failure,
        () => {
          // B may have been closed meanwhile: it is opened again, too.
          this.#other.retry();
          this.#plain.retry();
        },
        this.#plain.failure.reason === 'invalidData' ? this.#otherTexts : undefined,
      );
    }
    if (plain === undefined) return html`${this.#controls()} ${pendingBlock(this.#plain)}`;
    return this.#result(summary, other, plain);
  }

  get #otherTexts(): StateButton {
    return {
      label: t('Choose other texts…'),
      act: () => {
        this.store.host.act('stitchData');
      },
    };
  }

  get #findings(): StitchFindings | undefined {
    const plain = this.#plain.value;
    return plain === undefined
      ? undefined
      : {
          plain,
          control: this.#control.current ?? null,
          trainedTokens: this.#asked.trainedTokens.current ?? null,
          translated: this.#asked.translated.current ?? null,
        };
  }

  #result(summary: ModelSummary, other: ModelSummary, plain: StitchResult): TemplateResult {
    const found = this.#findings;
    if (found === undefined) return html`${nothing}`;
    const { ui } = this.store;
    const curves = stitchCurves(found, ui.stitch.beside);
    const isOlder = this.#plain.current === undefined;
    return html`${this.#verdict(found)} ${warningLines(plain.warnings)} ${this.#controls()}
      ${isOlder ? pendingBlock(this.#plain) : this.#waiting()}
      ${ui.stitch.beside === 'translated' ? this.#translation(found) : nothing}
      <p class="stitch-hint">
        ${t('Choose a point to see which texts its model gets right and wrong, to try it, and to export it.')}
      </p>
      <div class="stitch-chart">
        <vs-line-chart
          .chart=${stitchChart(found, curves, { a: summary.name, b: other.name })}
          .asTable=${ui.mapAsTable}
          .opened=${this.#openedIn(curves)}
          .open=${(place: PointPlace) => {
            this.#open(curves, place);
          }}
          .describe=${() => definition('stitchAccuracy')}
        ></vs-line-chart>
      </div>
      ${comparisonTable(found, this.#onTheirWay, (asked) => {
        this.#set({ beside: asked });
        this.store.announce(t('Measuring: {0}.', comparisonTitle(asked)));
      })}
      ${this.#point(other)}`;
  }

  /** What a translation is, and what its kernels are warned of beside the plain one. */
  #translation(found: StitchFindings): TemplateResult {
    const { plain, translated } = found;
    return html`<p class="stitch-note" data-testid="translation-note">
        <span tabindex="0" ${hover(() => definition('stitchTranslated'))}
          >${translationSentence(found)}</span
        >
      </p>
      ${warningLines(translated?.warnings.filter((note) => !plain.warnings.includes(note)) ?? [])}`;
  }

  /** Failures come first. No number is promised. */
  #verdict(found: StitchFindings): TemplateResult {
    const failures = failuresOf(found);
    return html`<div class="stitch-verdict" data-testid="verdict">
      ${failures.map((sentence) => html`<p>${icon('warning')}<strong>${sentence}</strong></p>`)}
      <p>
        <span tabindex="0" ${hover(() => definition('stitchAccuracy'))}
          >${bestSentence(found.plain)}</span
        >
        ${t('The paper’s authors passed 70% with 3 of 11 stitched models; nothing is promised.')}
      </p>
    </div>`;
  }

  /** Comparisons that are asked for and not yet there. */
  get #onTheirWay(): readonly StitchAsked[] {
    const { beside } = this.store.ui.stitch;
    return STITCH_ASKED.filter((name) => name === beside || this.#asked[name].loading);
  }

  /** What is still measured, beside what is there. */
  #waiting(): unknown {
    const waiting = [
      { resource: this.#control, name: t('The control') },
      { resource: this.#asked.trainedTokens, name: t('Without under-trained tokens') },
      { resource: this.#asked.translated, name: t('The translation') },
    ].filter(({ resource: each }) => each.loading || each.cancelled || each.failure !== undefined);
    return waiting.map(
      ({ resource, name }) =>
        html`<div class="stitch-waiting" role="group" aria-label=${name}>
          <span>${name}</span>${pendingBlock(resource, () => {
            this.#other.retry();
          })}
        </div>`,
    );
  }

  #controls(): TemplateResult {
    const { beside, withoutFinalNorm } = this.store.ui.stitch;
    return html`<div class="stitch-controls">
      <span class="option-label" aria-hidden="true">${t('Beside')}</span>
      <ttk-dropdown
        aria-label=${t('Beside')}
        data-testid="stitch-beside"
        .value=${beside}
        @change=${(event: Event) => {
          const { value } = event.target as ValueControl;
          const chosen = STITCH_COMPARISONS.find((name) => name === value);
          if (chosen !== undefined) this.#set({ beside: chosen });
        }}
      >
        ${STITCH_COMPARISONS.map(
          (name) =>
            html`<ttk-option value=${name} ?selected=${name === beside}
              >${comparisonTitle(name)}</ttk-option
            >`,
        )}
      </ttk-dropdown>
      <ttk-checkbox
        data-testid="stitch-norm"
        .checked=${withoutFinalNorm}
        ${hover(() => definition('stitchFinalNorm'))}
        @change=${(event: Event) => {
          this.#set({ withoutFinalNorm: (event.target as CheckControl).checked });
        }}
        >${t('Without A’s final norm')}</ttk-checkbox
      >
      ${twinToggle(this.store)}
    </div>`;
  }

  /** The chosen point, of this base and within its blocks. */
  get #chosen(): StitchedChoice | null {
    const { chosen } = this.store.ui.stitch;
    return chosen?.other === this.other ? chosen : null;
  }

  #openedIn(curves: readonly StitchCurve[]): PointPlace | null {
    const chosen = this.#chosen;
    if (chosen === null) return null;
    const series = curves.findIndex(
      ({ variant, points }) =>
        variant === chosen.variant && points[0]?.transplant === chosen.transplant,
    );
    const point = curves[series]?.points.findIndex(({ keep }) => keep === chosen.keep) ?? -1;
    return point < 0 ? null : { series, point };
  }

  #open(curves: readonly StitchCurve[], { series, point }: PointPlace): void {
    const curve = curves[series];
    const measured = curve?.points[point];
    if (measured === undefined) return;
    if (curve?.variant === null || curve?.variant === undefined) {
      this.store.announce(t('The control has no examples: choose a point of another curve.'));
      return;
    }
    const { transplant, keep } = measured;
    this.#set({ chosen: { other: this.other, variant: curve.variant, transplant, keep } });
    void this.#showPoint();
  }

  /** What a point is of comes into sight and takes the focus. */
  async #showPoint(): Promise<void> {
    await this.updateComplete;
    const shown = this.querySelector('vs-stitched-point');
    await shown?.updateComplete;
    const title = shown?.querySelector<HTMLElement>('.stitched-title');
    title?.focus();
    title?.scrollIntoView({ block: 'start' });
  }

  #point(other: ModelSummary): unknown {
    const chosen = this.#chosen;
    const { recipe } = this;
    return chosen === null || recipe === null
      ? nothing
      : html`<vs-stitched-point
          .choice=${chosen}
          .base=${other}
          .recipe=${recipe}
          .withoutFinalNorm=${this.store.ui.stitch.withoutFinalNorm}
          .reopen=${() => {
            this.#other.retry();
          }}
        ></vs-stitched-point>`;
  }

  #exports(summary: ModelSummary, other: ModelSummary | undefined): unknown {
    const found = this.#findings;
    if (found === undefined || other === undefined) return nothing;
    const curves = stitchCurves(found, this.store.ui.stitch.beside);
    const names = { a: summary.name, b: other.name };
    return exportMenu(() => exportCurves(this.store, curves, stitchChart(found, curves, names)));
  }

  #set(change: Partial<StitchState>): void {
    this.store.setUi({ stitch: { ...this.store.ui.stitch, ...change } });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-stitch-view': StitchView;
  }
}
