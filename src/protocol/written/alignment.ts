/** Which layers of two models belong together, as copies hold it. */
import type {
  AlignmentGroup,
  AlignmentMeasure,
  AlignmentSpace,
  AlignResult,
  LayerMatrix,
} from '../alignment';
import type { ModelSummary } from '../modelSummary';
import { csvLine } from './csv';
import type { DocumentForm } from './document';
import { SCHEMA, sourceJson } from './json';
import { code, tableLine } from './markdown';
import { count, decimal } from './numbers';

const VALUE_DIGITS = 3;

/** The models that were compared, and how. */
export interface AlignmentSource {
  readonly summary: ModelSummary;
  readonly other: ModelSummary;
  readonly excludeUndertrained: boolean;
}

interface NamedMatrix {
  readonly group: AlignmentGroup;
  readonly space: AlignmentSpace;
  readonly measure: AlignmentMeasure;
  readonly found: LayerMatrix;
}

function matricesOf({ groups }: AlignResult): readonly NamedMatrix[] {
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

function jsonOf(result: AlignResult, source: AlignmentSource): string {
  const { vocabulary, groups, featureRefusal, warnings } = result;
  const document = {
    schema: SCHEMA,
    model: sourceJson(source.summary),
    other: sourceJson(source.other),
    options: { exclude_undertrained: source.excludeUndertrained },
    vocabulary,
    groups: Object.fromEntries(groups.map(({ group, spaces }) => [group, spaces])),
    featureRefusal,
    warnings,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function csvOf(result: AlignResult, source: AlignmentSource): string {
  const said = [
    ...[sourceJson(source.summary)['name'], sourceJson(source.other)['name']].map(String),
    ...[result.vocabulary.used, source.excludeUndertrained],
  ];
  const header = [
    ...['group', 'space', 'measure', 'layer_a', 'layer_b', 'value', 'assigned'],
    ...['model', 'other', 'tokens', 'option_exclude_undertrained'],
  ];
  const lines = matricesOf(result).flatMap(({ group, space, measure, found }) =>
    found.matrix.flatMap((values, a) =>
      values.map((value, b) =>
        csvLine([...[group, space, measure, a, b, value, partnerOf(found, a) === b], ...said]),
      ),
    ),
  );
  return csvLine(header) + lines.join('');
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

function markdownOf(result: AlignResult, source: AlignmentSource): string {
  const { shared, used } = result.vocabulary;
  return [
    `# ${code(source.summary.name)} (A) and ${code(source.other.name)} (B)`,
    '',
    `- ${count(shared)} shared tokens, compared by ${count(used)}`,
    ...(result.featureRefusal === null ? [] : [`- ${result.featureRefusal}`]),
    ...result.warnings.map((warning) => `- ${warning}`),
    '- bold: layers that the assignment pairs',
    '',
    ...matricesOf(result).flatMap(markdownTable),
  ].join('\n');
}

/** All matrices of layers, with both models. */
export function alignmentDocument(
  form: DocumentForm,
  result: AlignResult,
  source: AlignmentSource,
): string {
  return { md: markdownOf, csv: csvOf, json: jsonOf }[form](result, source);
}
