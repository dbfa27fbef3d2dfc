/** What a reader of this model must know, each with what can be done about it. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { PanelAction } from '../../../src/protocol/panelApi';
import { formatCount } from '../../format/numbers';
import { t } from '../../l10n';
import { icon } from '../../components/icon';

export interface Warning {
  readonly sentence: string;
  readonly buttons: readonly { readonly label: string; readonly action: PanelAction }[];
}

/** The warnings of a model, the gravest first. */
export function warningsOf(summary: ModelSummary): readonly Warning[] {
  const warnings: Warning[] = [];
  if (summary.architectureProblem !== null) {
    warnings.push({
      sentence: summary.architectureProblem,
      buttons: [
        { label: t('Choose config…'), action: 'chooseConfig' },
        ...(summary.offeredConfig === null
          ? []
          : [
              { label: t('Use the one in the parent folder'), action: 'useOfferedConfig' as const },
            ]),
      ],
    });
  }
  if (summary.tokenizerProblem !== null || summary.tokenizer === null) {
    warnings.push({
      sentence:
        summary.tokenizerProblem ??
        t('There is no tokenizer beside the weights: tokens are shown by id.'),
      buttons: [
        { label: t('Choose tokenizer…'), action: 'chooseTokenizer' },
        ...(summary.offeredTokenizer === null
          ? []
          : [
              {
                label: t('Use the one in the parent folder'),
                action: 'useOfferedTokenizer' as const,
              },
            ]),
      ],
    });
  }
  if (summary.paddingRows > 0) {
    const sentence = t(
      '{0} rows of the embedding have no token; they are marked as padding.',
      formatCount(summary.paddingRows),
    );
    warnings.push({ sentence, buttons: [] });
  }
  return [...warnings, ...summary.warnings.map((sentence) => ({ sentence, buttons: [] }))];
}

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
