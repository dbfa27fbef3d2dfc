import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { EngineParams } from '../../../src/protocol/engineApi';
import type { Classified, ClassifiedTexts } from '../../../src/protocol/stitch';
import { formatAccuracy } from '../../format/numbers';
import { wordsByChange } from '../../format/stitch';
import { t } from '../../l10n';
import { Resource } from '../../state/resource';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import { StoreElement } from '../../components/lightElement';
import { pendingBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';

/** Words that are listed with their change; the rest says how many there are. */
const MAX_WORDS = 12;

/** A text of the reader's before a stitched model: the probability of each label, and what each word does to it. */
@customElement('vs-try-it')
export class TryIt extends StoreElement {
  /** The stitched model. */
  @property({ attribute: false }) model: Omit<
    EngineParams<'classifyStitched'>,
    'model' | 'texts' | 'words'
  > | null = null;
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  @state() private asked = '';
  readonly #tried = new Resource<ClassifiedTexts>(this);

  /** Judges that text. */
  judge(text: string): void {
    const input = this.querySelector<HTMLTextAreaElement>('textarea');
    if (input !== null) input.value = text;
    this.asked = text.trim();
  }

  protected override willUpdate(): void {
    const { model, asked, store } = this;
    if (model === null || asked === '') return;
    const params = { ...model, texts: [asked], words: true };
    const key = `${store.summary?.model ?? ''} ${JSON.stringify(params)}`;
    this.#tried.load(key, (signal, onProgress) =>
      store.host.query('classifyStitched', params, { signal, onProgress }),
    );
  }

  protected override template(): unknown {
    return html`<form
        class="try-it"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        <label class="try-label" for="try-text">${t('Try it')}</label>
        <textarea
          id="try-text"
          class="text-input try-text"
          rows="2"
          placeholder=${t('A text of your own; Enter judges it')}
          data-testid="try-text"
          @keydown=${(event: KeyboardEvent) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.#submit();
          }}
        ></textarea>
        <ttk-button
          appearance="secondary"
          data-testid="try-run"
          @click=${() => {
            this.#submit();
          }}
          >${t('Judge')}</ttk-button
        >
      </form>
      <div aria-live="polite">${this.#answer()}</div>`;
  }

  #submit(): void {
    this.judge(this.querySelector<HTMLTextAreaElement>('textarea')?.value ?? '');
  }

  #answer(): unknown {
    if (this.asked === '') return nothing;
    const [row] = this.#tried.current?.rows ?? [];
    return row === undefined ? pendingBlock(this.#tried, this.reopen) : this.#judged(row);
  }

  #judged(row: Classified): TemplateResult {
    return html`<div class="tried" data-testid="tried">
      ${row.truncated ? html`<p class="stitch-note">${t('The text was cut to the context.')}</p>` : nothing}
      <dl class="tried-labels">
        ${row.probabilities.map(
          ({ label, probability }) =>
            html`<div class=${label === row.label ? 'tried-label tried-best' : 'tried-label'}>
              <dt>${label}</dt>
              <dd>
                <span class="tried-number">${formatAccuracy(probability)}</span>
                <span
                  class="tried-bar"
                  aria-hidden="true"
                  ${styled({ '--share': String(probability) })}
                ></span>
              </dd>
            </div>`,
        )}
      </dl>
      ${this.#words(row)}
    </div>`;
  }

  #words({ label, words = [] }: Classified): unknown {
    const sorted = wordsByChange(words);
    if (sorted.length === 0) return nothing;
    return html`<table class="plain-table tried-words" data-testid="tried-words">
      <caption>
        ${t('Words by what they do to {0}', label)}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('Word')}</th>
          <th scope="col" class="numeric" tabindex="0" ${hover(() => definition('leftOut'))}>
            ${t('Change')}
          </th>
        </tr>
      </thead>
      <tbody>
        ${sorted.slice(0, MAX_WORDS).map(
          ({ word, text }) =>
            html`<tr>
              <th scope="row">${word}</th>
              <td class="numeric">${text}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-try-it': TryIt;
  }
}
