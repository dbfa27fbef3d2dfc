/** The states of a region that has nothing to show: failed, empty, on its way. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Failure } from '../../src/protocol/engineApi';
import { t } from '../l10n';
import type { PagedRows } from '../state/pagedRows';
import { icon } from './icon';

/** A failure in the place of what failed: the sentence, and the way to try again. */
export function failureBlock(failure: Failure, retry?: () => void): TemplateResult {
  return html`<div class="state state-failed" role="alert" data-testid="failure">
    ${icon('error')}
    <p>${failure.message}</p>
    ${
      retry === undefined
        ? nothing
        : html`<ttk-button appearance="secondary" @click=${retry}>${t('Try again')}</ttk-button>`
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
export function emptyBlock(
  reason: string,
  undo?: { label: string; act: () => void },
): TemplateResult {
  return html`<div class="state state-empty" data-testid="empty">
    <p>${reason}</p>
    ${
      undo === undefined
        ? nothing
        : html`<ttk-button appearance="secondary" @click=${undo.act}>${undo.label}</ttk-button>`
    }
  </div>`;
}

/** Lines that stand where text will be; they appear after a moment and do not move. */
export function skeletonLines(count: number): TemplateResult {
  return html`<div class="skeleton-lines" aria-hidden="true">
    ${Array.from({ length: count }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}
