/** What a reader of a model must know, each with what can be done about it. */
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelAction } from '../../src/protocol/panelApi';
import { t } from '../l10n';
import { formatCount } from './numbers';

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
