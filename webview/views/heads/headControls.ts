/** What narrows the pairs of a head down, and which end of them is listed. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { HeadMatrixRef } from '../../../src/core/model/headMatrixId';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import type { HeadState } from '../../state/uiState';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';
import type { CheckControl, ValueControl } from '../../components/toolkit';
import { headState, setHead, takesDistance, takesNegative } from './headQuery';
import { sideNames } from './pairColumns';
import './threshold';
import './tokenSide';

/** The controls of a head's page. */
export interface HeadControls {
  readonly store: PanelStore;
  readonly ref: HeadMatrixRef;
  readonly component: string;
  /** The best score, known once pairs came. */
  readonly best: number | null;
  /** How many pairs are beyond the threshold, in words. */
  readonly countText: string;
}

function pressed(
  { store, component }: HeadControls,
  change: Partial<HeadState>,
  label: string,
  isOn: boolean,
  testId: string,
): TemplateResult {
  return html`<button
    class="toggle"
    aria-pressed=${String(isOn)}
    data-testid=${testId}
    @click=${() => {
      setHead(store, component, change);
    }}
  >
    ${label}
  </button>`;
}

/** Best or most negative pairs; a threshold of one is none of the other. */
function ends(controls: HeadControls): TemplateResult | typeof nothing {
  if (!takesNegative(controls.store)) return nothing;
  const { negative } = headState(controls.store, controls.component);
  const to = (wanted: boolean): Partial<HeadState> => ({ negative: wanted, threshold: null });
  return html`<span class="toggles" role="group" aria-label=${t('Which pairs')}>
    ${pressed(controls, to(false), t('Top'), !negative, 'pairs-top')}
    ${pressed(controls, to(true), t('Negative'), negative, 'pairs-negative')}
  </span>`;
}

function check(
  { store, component }: HeadControls,
  name: 'excludeSame' | 'excludeCase',
  label: string,
): TemplateResult {
  return html`<ttk-checkbox
    data-testid=${name}
    .checked=${headState(store, component)[name]}
    @change=${(event: Event) => {
      setHead(store, component, { [name]: (event.target as CheckControl).checked });
    }}
    >${label}</ttk-checkbox
  >`;
}

/** Only for queries and keys of rotary models; scores hold at that distance alone. */
function distance({ store, ref, component }: HeadControls): TemplateResult | typeof nothing {
  if (!takesDistance(store, ref)) return nothing;
  return html`<span class="option head-distance" ${hover(() => definition('headDistance'))}>
    <ttk-text-field
      size="4"
      data-testid="head-distance"
      .value=${String(headState(store, component).delta)}
      @change=${(event: Event) => {
        const delta = Number((event.target as ValueControl).value.trim());
        if (Number.isSafeInteger(delta) && delta >= 0) setHead(store, component, { delta });
      }}
      >${t('Distance')}</ttk-text-field
    >
  </span>`;
}

/** The lines above the table. */
export function headControls(controls: HeadControls): TemplateResult {
  const { store, ref, component, best, countText } = controls;
  const { row, column, threshold } = headState(store, component);
  const names = sideNames(ref.kind);
  return html`<div class="head-controls">
      ${ends(controls)}
      <vs-threshold
        .value=${threshold}
        .best=${best}
        .countText=${countText}
        .choose=${(value: number | null) => {
          setHead(store, component, { threshold: value });
        }}
      ></vs-threshold>
      ${check(controls, 'excludeSame', t('Not the same token'))}
      ${check(controls, 'excludeCase', t('No case variants'))} ${distance(controls)}
    </div>
    <div class="head-controls">
      <vs-token-side
        .label=${names.row}
        .token=${row}
        .testId=${'side-row'}
        .choose=${(token: string | null) => {
          setHead(store, component, { row: token });
        }}
      ></vs-token-side>
      <vs-token-side
        .label=${names.column}
        .token=${column}
        .testId=${'side-column'}
        .choose=${(token: string | null) => {
          setHead(store, component, { column: token });
        }}
      ></vs-token-side>
    </div>`;
}
