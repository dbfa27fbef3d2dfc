import { html, nothing } from 'lit';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import './compareView';
import type { RowSelection } from './rowSelection';

export interface Comparing {
  readonly on: boolean;
  set(on: boolean): void;
}

/** How many rows are selected, and what can be done with them. */
export function selectionBar(selection: RowSelection, comparing: Comparing): unknown {
  const { ids } = selection;
  if (ids.length === 0) return nothing;
  return html`<div class="selection-bar" data-testid="selection-bar">
    <span>${t('{0} selected', formatCount(ids.length))}</span>
    <button
      class="toggle"
      aria-pressed=${String(comparing.on)}
      data-testid="compare-toggle"
      @click=${() => {
        comparing.set(!comparing.on);
      }}
    >
      ${t('Compare')}
    </button>
    <button
      class="link-button"
      data-testid="selection-clear"
      @click=${() => {
        selection.clear();
      }}
    >
      ${t('Clear selection')}
    </button>
  </div>`;
}

/** The selected rows side by side, below the table. */
export function compareDrawer(selection: RowSelection, comparing: Comparing): unknown {
  const { ids } = selection;
  if (!comparing.on || ids.length === 0) return nothing;
  return html`<vs-compare
    .components=${ids}
    .unselect=${(component: string) => {
      selection.remove(component);
    }}
    .close=${() => {
      comparing.set(false);
    }}
  ></vs-compare>`;
}
