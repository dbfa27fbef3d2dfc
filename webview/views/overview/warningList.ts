import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelAction } from '../../../src/protocol/panelApi';
import type { Warning } from '../../format/warnings';
import { t } from '../../l10n';
import { icon } from '../../components/icon';

/** The list of warnings; nothing where there are none. */
export function warningList(
  warnings: readonly Warning[],
  act: (action: PanelAction) => void,
): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return html`<ul class="warnings" aria-label=${t('Warnings')} data-testid="warnings">
    ${warnings.map(
      ({ sentence, buttons }) =>
        html`<li class="warning">
          ${icon('warning')}<span>${sentence}</span>
          ${buttons.map(
            ({ label, action }) =>
              html`<ttk-button
                appearance="secondary"
                data-testid=${action}
                @click=${() => {
                  act(action);
                }}
                >${label}</ttk-button
              >`,
          )}
        </li>`,
    )}
  </ul>`;
}
