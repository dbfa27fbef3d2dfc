/** Tensors that differ from the base's, one by one. */
import type { TensorChange } from '../../core/analysis/tensorChange';
import type { DiffResult } from '../displacement';
import type { ModelSummary } from '../modelSummary';
import { changedSentence } from './changes';
import { sourceJson } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { decimal } from './numbers';
import { column, modelConstants, type Column } from './table';

const PERCENT = 100;
const SHARE_DIGITS = 1;
const NORM_DIGITS = 4;

const COLUMNS: readonly Column<TensorChange>[] = [
  column('tensor', 'string', ({ tensor }) => tensor),
  column('status', 'string', ({ status }) => status),
  column('share', 'number', ({ share }) => share),
  column('norm', 'number', ({ norm }) => norm),
  column('relative', 'number', ({ relative }) => relative),
];

/** Share, norm and relative norm in words; `–` where they are unknown. */
export function tensorWords({ share, norm, relative }: TensorChange): readonly string[] {
  return [
    share === null ? '–' : `${decimal(share * PERCENT, SHARE_DIGITS)} %`,
    decimal(norm, NORM_DIGITS),
    decimal(relative, NORM_DIGITS),
  ];
}

/** Tensors of a model beside those of its base. */
export function tensorChangesList(
  result: DiffResult,
  { summary, base }: { readonly summary: ModelSummary; readonly base: ModelSummary },
): WrittenList<TensorChange> {
  return {
    ...linesOf(COLUMNS, (change: TensorChange) => [change]),
    constants: [...modelConstants(base, 'base'), ...modelConstants(summary)],
    markdownHead: [
      `# Tensors of ${code(summary.name)} against its base ${code(base.name)}`,
      '',
      `- ${changedSentence(result)}`,
      ...result.warnings.map((warning) => `- ${warning}`),
      '',
      tableLine(['Tensor', 'Status', 'Numbers changed', 'Norm of the change', 'Relative']),
      '|:--|:--|--:|--:|--:|',
    ],
    markdown: (change) => [tableLine([code(change.tensor), change.status, ...tensorWords(change)])],
    facts: {
      model: sourceJson(base),
      tuned: sourceJson(summary),
      summary: { ...result.tensors, changedRows: result.changedRows },
      warnings: result.warnings,
    },
    json: { key: 'tensors', item: (change) => ({ ...change }) },
  };
}
