/** Which layers of two models belong together, as copies and exports hold it. */
import type {
  AlignmentGroup,
  AlignmentMeasure,
  AlignmentSpace,
  AlignResult,
  LayerMatrix,
} from '../alignment';
import type { ModelSummary } from '../modelSummary';
import { sourceJson, type Json } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { count, decimal } from './numbers';
import { column, modelConstants, type Column, type Constant } from './table';

const VALUE_DIGITS = 3;

/** The models that were compared, and how. */
export interface AlignmentSource {
  readonly summary: ModelSummary;
  readonly other: ModelSummary;
  readonly excludeUndertrained: boolean;
}

/** A matrix of layers by layers. */
export interface NamedMatrix {
  readonly group: AlignmentGroup;
  readonly space: AlignmentSpace;
  readonly measure: AlignmentMeasure;
  readonly found: LayerMatrix;
}

/** Every matrix of a result. */
export function matricesOf({ groups }: AlignResult): readonly NamedMatrix[] {
  return groups.flatMap(({ group, spaces }) =>
    (['embedding', 'feature', 'shuffled'] as const).flatMap((space) =>
      (['best', 'mean'] as const).flatMap((measure) => {
        const found = spaces[space]?.[measure];
        return found === undefined ? [] : [{ group, space, measure, found }];
      }),
    ),
  );
}

function partnerOf({ rows, assignment }: LayerMatrix, layer: number): number | undefined {
  return rows.includes(layer) ? assignment[rows.indexOf(layer)] : undefined;
}

interface MatrixCell extends Omit<NamedMatrix, 'found'> {
  readonly a: number;
  readonly b: number;
  readonly value: number;
  readonly assigned: boolean;
}

const COLUMNS: readonly Column<MatrixCell>[] = [
  column('group', 'string', ({ group }) => group),
  column('space', 'string', ({ space }) => space),
  column('measure', 'string', ({ measure }) => measure),
  column('layer_a', 'integer', ({ a }) => a),
  column('layer_b', 'integer', ({ b }) => b),
  column('value', 'number', ({ value }) => value),
  column('assigned', 'boolean', ({ assigned }) => assigned),
];

function cellsOf({ found, ...named }: NamedMatrix): readonly MatrixCell[] {
  return found.matrix.flatMap((values, a) =>
    values.map((value, b) => ({ ...named, a, b, value, assigned: partnerOf(found, a) === b })),
  );
}

/** Both models and what they were compared by, as every line says it. */
export function comparedConstants({
  summary,
  other,
  excludeUndertrained,
}: AlignmentSource): readonly Constant[] {
  return [
    ...modelConstants(summary),
    ...modelConstants(other, 'other'),
    { name: 'option_exclude_undertrained', value: excludeUndertrained },
  ];
}

/** Both models and what they were compared by, as JSON says it. */
export function comparedJson({
  summary,
  other,
  excludeUndertrained,
}: AlignmentSource): Json & { readonly options: Json } {
  return {
    model: sourceJson(summary),
    other: sourceJson(other),
    options: { exclude_undertrained: excludeUndertrained },
  };
}

function markdownTable({ group, space, measure, found }: NamedMatrix): string[] {
  const { matrix, matched, rows, meanAbsOffset } = found;
  const columns = matrix[0] ?? [];
  return [
    `## ${group}, ${space}, ${measure}`,
    '',
    `${String(matched)} of ${String(rows.length)} layers matched, mean offset ${decimal(meanAbsOffset, 2)}.`,
    '',
    tableLine(['A \\ B', ...columns.map((_, layer) => `L${String(layer)}`)]),
    `|:--|${columns.map(() => '--:|').join('')}`,
    ...matrix.map((values, layer) =>
      tableLine([
        `L${String(layer)}`,
        ...values.map((value, b) => {
          const number = decimal(value, VALUE_DIGITS);
          return partnerOf(found, layer) === b ? `**${number}**` : number;
        }),
      ]),
    ),
    '',
  ];
}

/** All matrices of layers, with both models. */
export function alignmentList(
  result: AlignResult,
  source: AlignmentSource,
): WrittenList<NamedMatrix> {
  const { vocabulary, groups, featureRefusal, warnings } = result;
  return {
    ...linesOf(COLUMNS, cellsOf),
    constants: [...comparedConstants(source), { name: 'tokens', value: vocabulary.used }],
    markdownHead: [
      `# ${code(source.summary.name)} (A) and ${code(source.other.name)} (B)`,
      '',
      `- ${count(vocabulary.shared)} shared tokens, compared by ${count(vocabulary.used)}`,
      ...(featureRefusal === null ? [] : [`- ${featureRefusal}`]),
      ...warnings.map((warning) => `- ${warning}`),
      '- bold: layers that the assignment pairs',
      '',
    ],
    markdown: markdownTable,
    facts: {
      ...comparedJson(source),
      vocabulary,
      groups: Object.fromEntries(groups.map(({ group, spaces }) => [group, spaces])),
      featureRefusal,
      warnings,
    },
    json: null,
  };
}
