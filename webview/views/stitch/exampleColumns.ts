/** Columns of labelled texts beside what a stitched model says of them. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { StitchExample } from '../../../src/protocol/stitch';
import { formatAccuracy } from '../../format/numbers';
import { t } from '../../l10n';
import { icon } from '../../components/icon';
import type { Column } from '../../components/tableColumns';

function textCard({ text, cut }: StitchExample): TemplateResult {
  return html`<p class="example-card">${text}${cut ? '…' : nothing}</p>`;
}

function predictedCell({ label, predicted }: StitchExample): unknown {
  return label === predicted
    ? predicted
    : html`<span class="example-wrong" title=${t('wrong')}>${icon('error')}${predicted}</span>`;
}

export const EXAMPLE_COLUMNS = (): readonly Column<StitchExample>[] => [
  {
    ...{ id: 'text', title: t('Text'), width: 'minmax(0, 1fr)', narrow: 'second' },
    cell: ({ text }) => html`<span class="example-text">${text}</span>`,
    hover: textCard,
  },
  {
    ...{ id: 'label', title: t('Label'), width: '7em', narrow: 'first' },
    cell: ({ label }) => label,
  },
  {
    ...{ id: 'predicted', title: t('Predicted'), width: '8.5em', narrow: 'first' },
    cell: predictedCell,
  },
  {
    ...{
      id: 'probability',
      title: t('Probability'),
      width: '6.5em',
      numeric: true,
      narrow: 'first',
    },
    cell: ({ probability }) => formatAccuracy(probability),
  },
];
