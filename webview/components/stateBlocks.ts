/** The states of a region that has nothing to show: failed, empty, on its way. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Failure } from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import { progressText } from '../format/progress';
import { t } from '../l10n';
import type { PagedRows } from '../state/pagedRows';
import type { Resource } from '../state/resource';
import { icon } from './icon';

/** A button that does something about a state. */
export interface StateButton {
  readonly label: string;
  readonly act: () => void;
}

/** A failure in the place of what failed: the sentence, the way to try again, and another way where there is one. */
export function failureBlock(
  failure: Failure,
  retry?: () => void,
  other?: StateButton,
): TemplateResult {
  return html`<div class="state state-failed" role="alert" data-testid="failure">
    ${icon('error')}
    <p>${failure.message}</p>
    ${
      retry === undefined
        ? nothing
        : html`<ttk-button appearance="secondary" @click=${retry}>${t('Try again')}</ttk-button>`
    }
    ${
      other === undefined
        ? nothing
        : html`<ttk-button appearance="secondary" @click=${other.act}>${other.label}</ttk-button>`
    }
  </div>`;
}

/** Why rows of a table are missing: stands above those that came. */
export function missingRowsBlock(source: PagedRows<unknown>): TemplateResult | typeof nothing {
  if (source.failure === undefined) return nothing;
  return failureBlock(source.failure, () => {
    source.retry();
  });
}

/** Why there is nothing, and a button that undoes it. */
export function emptyBlock(reason: string, undo?: StateButton): TemplateResult {
  return html`<div class="state state-empty" data-testid="empty">
    <p>${reason}</p>
    ${
      undo === undefined
        ? nothing
        : html`<ttk-button appearance="secondary" @click=${undo.act}>${undo.label}</ttk-button>`
    }
  </div>`;
}

/** Why a page of rows has none to show of a model of an unknown architecture. */
export function unreadableBlock({ name, architectureProblem }: ModelSummary): TemplateResult {
  return emptyBlock(
    t('The rows of {0} cannot be told apart. {1}', name, architectureProblem ?? ''),
  );
}

/** Lines that stand where text will be; they appear after a moment and do not move. */
export function skeletonLines(count: number): TemplateResult {
  return html`<div class="skeleton-lines" aria-hidden="true">
    ${Array.from({ length: count }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}

/** What can be waited for: one value, or the rows of a table. */
type Pending = Pick<
  Resource<unknown>,
  'failure' | 'cancelled' | 'progress' | 'remaining' | 'cancel' | 'retry'
>;

/**
 * What stands in a region until its value is there: how far it is, why it is not coming, the way to try again.
 * @param reopen Does what must be done before the value is asked again.
 */
export function pendingBlock(resource: Pending, reopen?: () => void): TemplateResult {
  const retry = (): void => {
    reopen?.();
    resource.retry();
  };
  if (resource.failure !== undefined) return failureBlock(resource.failure, retry);
  if (resource.cancelled) {
    return emptyBlock(t('Cancelled.'), { label: t('Start again'), act: retry });
  }
  return html`<div class="state state-pending" data-testid="pending">
    <ttk-progress-ring aria-label=${t('Working…')}></ttk-progress-ring>
    <p>${progressText(resource)}</p>
    <ttk-button
      appearance="secondary"
      @click=${() => {
        resource.cancel();
      }}
      >${t('Cancel')}</ttk-button
    >
  </div>`;
}

/** What stands in the place of rows. */
interface PagedParts {
  /** Does what must be done before rows are asked again. */
  readonly reopen?: () => void;
  /** Where there are none. */
  readonly none: () => unknown;
  /** The table. */
  readonly rows: () => unknown;
}

/** Rows of a table in the state that they are in: failed, stopped, none, on their way, there. */
export function pagedBlock(
  source: PagedRows<unknown>,
  { reopen, none, rows }: PagedParts,
): unknown {
  const { failure, answered } = source;
  const retry = (): void => {
    reopen?.();
    source.retry();
  };
  const missing = failure === undefined ? nothing : failureBlock(failure, retry);
  if (missing !== nothing && !answered) return missing;
  if (source.cancelled) return pendingBlock(source, reopen);
  if (answered && source.total === 0) return none();
  return html`${missing} ${answered ? nothing : progressLine(source)} ${rows()}`;
}

/** How far what nobody has seen yet is, above where it will stand. */
export function progressLine(
  source: Pick<Pending, 'progress' | 'remaining' | 'cancel'>,
): TemplateResult {
  return html`<div class="search-progress" data-testid="rows-progress">
    <ttk-progress-ring aria-label=${t('Working…')}></ttk-progress-ring>
    <span>${progressText(source)}</span>
    <button
      class="footer-button"
      @click=${() => {
        source.cancel();
      }}
    >
      ${t('Cancel')}
    </button>
  </div>`;
}
