import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { EngineParams } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { dataOf } from '../../../src/protocol/stitch';
import type {
  ExampleFilter,
  StitchExample,
  StitchExamplesResult,
  StitchRecipe,
} from '../../../src/protocol/stitch';
import { choiceTitle } from '../../format/stitch';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { PagedAnswer } from '../../state/pagedAnswer';
import type { PagedRows } from '../../state/pagedRows';
import { EXAMPLE_FILTERS } from '../../state/stitchState';
import type { StitchedChoice, StitchVariant } from '../../state/stitchState';
import { StoreElement } from '../../components/lightElement';
import { emptyBlock, pagedBlock } from '../../components/stateBlocks';
import '../../components/virtualTable';
import { confusionTable } from './confusionTable';
import { EXAMPLE_COLUMNS } from './exampleColumns';
import './tryIt';

/** What names a stitched model to the engine. */
type StitchedModel = Omit<EngineParams<'classifyStitched'>, 'model' | 'texts' | 'words'> & {
  readonly withoutFinalNorm: boolean;
  readonly excludeUndertrained: boolean;
  readonly translate: boolean;
};

/** One stitched model: which label it takes for which, texts with what it says of them, the way to try and to export it. */
@customElement('vs-stitched-point')
export class StitchedPoint extends StoreElement {
  @property({ attribute: false }) choice: StitchedChoice | null = null;
  @property({ attribute: false }) base: ModelSummary | null = null;
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  @property({ attribute: false }) recipe: StitchRecipe | null = null;
  @property({ attribute: false }) withoutFinalNorm = false;
  readonly #answer = new PagedAnswer<StitchExample, StitchExamplesResult>(this);
  readonly #columns = EXAMPLE_COLUMNS();

  /** Null before it is known. */
  get #model(): StitchedModel | null {
    const { choice, base, recipe, withoutFinalNorm } = this;
    if (choice === null || base === null || recipe === null) return null;
    const { transplant, keep, variant } = choice;
    return {
      ...{ base: base.model, transplant, keep, withoutFinalNorm },
      excludeUndertrained: variant === 'trainedTokens',
      translate: variant === 'translated',
      ...(recipe.pool === undefined ? {} : { pool: recipe.pool }),
    };
  }

  protected override willUpdate(): void {
    const { recipe, choice, store } = this;
    const model = this.#model;
    if (model === null || recipe === null || choice === null) return;
    const { show } = store.ui.stitch;
    const asked = {
      ...model,
      data: dataOf(recipe),
      show,
      calibrated: choice.variant === 'calibrated',
    };
    const key = `${store.summary?.model ?? ''} ${JSON.stringify(asked)}`;
    this.#answer.load(key, (page, handling) =>
      store.host.query('stitchExamples', { ...asked, ...page }, handling),
    );
  }

  protected override template(): unknown {
    const { choice, base } = this;
    const model = this.#model;
    const { summary } = this.store;
    const { found } = this.#answer;
    if (choice === null || base === null || model === null || summary === null) return nothing;
    return html`<section class="stitched-point" data-testid="stitched-point">
      <div class="page-bar">
        <h2 class="stitched-title" tabindex="-1">
          ${choiceTitle(choice, summary.name, base.name)}
        </h2>
        ${this.#filter()}
        <ttk-button
          appearance="secondary"
          data-testid="export-stitched"
          @click=${() => {
            const { transplant, keep, withoutFinalNorm, excludeUndertrained, translate } = model;
            this.store.host.exportStitched({
              ...{ transplant, keep, withoutFinalNorm, excludeUndertrained, translate },
            });
          }}
          >${t('Export…')}</ttk-button
        >
      </div>
      ${this.#note(choice)}
      <div class="stitched-parts">
        <div class="stitched-examples">${this.#examples()}</div>
        <div class="stitched-side">
          ${found === null ? nothing : confusionTable(found)}
          <vs-try-it .model=${model} .reopen=${this.reopen}></vs-try-it>
        </div>
      </div>
    </section>`;
  }

  #note({ variant }: StitchedChoice): unknown {
    const notes: Readonly<Partial<Record<StitchVariant, string>>> = {
      calibrated: t(
        'The examples are judged by the calibrated threshold; Try it and Export… use the plain one.',
      ),
      translated: t(
        'Export… writes a checkpoint in the format of {0} where its shapes and norms can hold the blocks, else ONNX with the reason.',
        this.base?.name ?? t('B'),
      ),
    };
    const note = notes[variant];
    return note === undefined ? nothing : html`<p class="stitch-note">${note}</p>`;
  }

  #filter(): TemplateResult {
    const names: Readonly<Record<ExampleFilter, string>> = {
      all: t('All'),
      wrong: t('Wrong'),
      right: t('Right'),
    };
    const { stitch } = this.store.ui;
    return html`<span class="stitched-filter" role="group" aria-label=${t('Texts')}>
      ${EXAMPLE_FILTERS.map(
        (show) =>
          html`<button
            class="toggle"
            aria-pressed=${String(stitch.show === show)}
            data-testid="show-${show}"
            @click=${() => {
              this.store.setUi({ stitch: { ...stitch, show } });
            }}
          >
            ${names[show]}
          </button>`,
      )}
    </span>`;
  }

  #examples(): unknown {
    const { rows } = this.#answer;
    const { show } = this.store.ui.stitch;
    return rows === null
      ? nothing
      : pagedBlock(rows, {
          reopen: this.reopen,
          none: () =>
            emptyBlock(show === 'wrong' ? t('No text is wrong.') : t('No text is right.')),
          rows: () => this.#table(rows),
        });
  }

  #table(source: PagedRows<StitchExample>): TemplateResult {
    return html`${
        source.answered
          ? html`<p class="stitch-note">
              ${t('{0} texts, errors first, the surest of each first. Enter puts one into Try it.', formatCount(source.total))}
            </p>`
          : nothing
      }
      <vs-table
        .columns=${this.#columns}
        .source=${source}
        .label=${t('Texts and what the stitched model says of them')}
        .testId=${'examples'}
        .events=${{
          open: ({ text }: StitchExample) => {
            this.querySelector('vs-try-it')?.judge(text);
          },
          copy: (row: StitchExample | undefined) =>
            row === undefined
              ? undefined
              : [row.text, row.label, row.predicted, row.probability].join('\t'),
        }}
      ></vs-table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-stitched-point': StitchedPoint;
  }
}
