/** What a model is, in one line: `gpt2, 6 layers × 4 heads, d 128, V 8,192, tied`. */
import type { ModelSummary } from '../../src/protocol/modelSummary';
import { t } from '../l10n';
import { formatCount, formatParameters } from './numbers';

/** The parts of the line; what is not known is left out. */
export function identityParts(summary: ModelSummary): readonly string[] {
  const { shape } = summary;
  const size = t('{0} parameters', formatParameters(summary.parameters));
  if (shape === null) {
    return [
      summary.architecture ?? t('unknown architecture'),
      t('{0} tensors', formatCount(summary.tensorCount)),
      size,
      summary.format,
    ];
  }
  const grouped =
    shape.nKvHeads === shape.nHeads
      ? ''
      : t(' ({0} for keys and values)', formatCount(shape.nKvHeads));
  const tied =
    shape.tied === null ? t('output embedding missing') : shape.tied ? t('tied') : t('not tied');
  return [
    shape.architecture,
    `${t('{0} layers × {1} heads', formatCount(shape.nLayers), formatCount(shape.nHeads))}${grouped}`,
    `d ${formatCount(shape.dModel)}`,
    `V ${formatCount(shape.dVocab)}`,
    tied,
    size,
    summary.format,
  ];
}
