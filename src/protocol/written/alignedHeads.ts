/** Heads of two models beside each other, as copies and exports hold them. */
import type { HeadMatrixKind } from '../../core/model/headMatrixId';
import type { AlignHeadsResult, HeadPair, RowMatch } from '../alignment';
import { comparedConstants, comparedJson, type AlignmentSource } from './alignment';
import { headPairJson } from './alignmentJson';
import { MATCH } from './beside';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { count, counted, decimal } from './numbers';
import { column, columnsOf, PLACE, placeInHead, type Column } from './table';

const RHO_DIGITS = 3;

const COLUMNS: readonly Column<HeadPair>[] = [
  ...columnsOf(PLACE, ({ component }: HeadPair) => ({ place: placeInHead(component) })),
  ...columnsOf(MATCH, ({ nearest }: HeadPair) => nearest, 'nearest_'),
  column('mutual', 'boolean', ({ mutual }) => mutual),
  ...columnsOf(MATCH, ({ assigned }: HeadPair) => assigned, 'assigned_'),
];

function matchCells(match: RowMatch | null): readonly string[] {
  return match === null ? ['–', '–'] : [code(match.component), decimal(match.rho, RHO_DIGITS)];
}

/** Every head of A beside its like in B; JSON holds all correlations. */
export function alignedHeadsList(
  { rows, others, matrix, meanNearest, control }: AlignHeadsResult,
  kind: HeadMatrixKind,
  source: AlignmentSource,
): WrittenList<HeadPair> {
  const { summary, other } = source;
  return {
    ...linesOf(COLUMNS, (pair: HeadPair) => [pair]),
    constants: [...comparedConstants(source), { name: 'option_kind', value: kind }],
    markdownHead: [
      `# ${kind} of the heads of ${code(summary.name)} (A) and ${code(other.name)} (B)`,
      '',
      `- ${counted(rows.length, 'head', 'heads')} of A, ${count(others.length)} of B`,
      `- mean |rho| of the nearest ${decimal(meanNearest, RHO_DIGITS)}, with B's tokens shuffled ${decimal(control, RHO_DIGITS)}`,
      '',
      tableLine(['A', 'Nearest of B', 'rho', 'Mutual', 'One to one', 'rho']),
      '|:--|:--|--:|:--|:--|--:|',
    ],
    markdown: ({ component, nearest, mutual, assigned }) => [
      tableLine([
        code(component),
        ...matchCells(nearest),
        mutual ? 'yes' : 'no',
        ...matchCells(assigned),
      ]),
    ],
    facts: { ...comparedJson(source), heads: { kind, others, matrix, meanNearest, control } },
    json: { key: 'rows', item: headPairJson },
  };
}
