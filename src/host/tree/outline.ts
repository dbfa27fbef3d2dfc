import { formatMatrixId, isHeadKind, type MatrixRef } from '../../core/model/componentId';
import type { MatrixSummary, ModelSummary } from '../../protocol/modelSummary';
import { rowsOf } from '../models/location';

/** A table of rows in the tree. */
export interface OutlineTable {
  readonly type: 'table';
  /** Its id among components. */
  readonly id: string;
  readonly ref: MatrixRef;
  readonly rows: number;
}

/** Something that holds tables. */
export interface OutlineGroup {
  readonly type: 'embeddings' | 'layer' | 'attention' | 'feedForward' | 'head';
  /** Unlike all others of the model. */
  readonly id: string;
  /** Of a layer or a head. */
  readonly index: number;
  readonly children: readonly OutlineEntry[];
}

export type OutlineEntry = OutlineGroup | OutlineTable;

/** What a model consists of, as the tree shows it: embeddings, layers, a classifier's rows. No weights are asked for. */
export function outlineOf(summary: ModelSummary): readonly OutlineEntry[] {
  const outside = summary.matrices.filter(({ layer }) => layer === undefined);
  const embeddings = outside.filter(({ kind }) => kind !== 'C').map((matrix) => table(matrix));
  const classifier = outside.filter(({ kind }) => kind === 'C').map((matrix) => table(matrix));
  return [...group('embeddings', 'embeddings', 0, embeddings), ...layers(summary), ...classifier];
}

function layers(summary: ModelSummary): readonly OutlineEntry[] {
  const byLayer = new Map<number, MatrixSummary[]>();
  for (const matrix of summary.matrices) {
    if (matrix.layer === undefined) continue;
    const others = byLayer.get(matrix.layer) ?? [];
    byLayer.set(matrix.layer, [...others, matrix]);
  }
  return [...byLayer].flatMap(([layer, matrices]) => {
    const id = `L${String(layer)}`;
    const heads = matrices.filter(({ kind }) => isHeadKind(kind));
    const others = matrices.filter(({ kind }) => !isHeadKind(kind)).map((matrix) => table(matrix));
    return group('layer', id, layer, [
      ...group('attention', `${id}.attention`, layer, headGroups(id, heads, summary)),
      ...group('feedForward', `${id}.feedForward`, layer, others),
    ]);
  });
}

function headGroups(
  layer: string,
  matrices: readonly MatrixSummary[],
  summary: ModelSummary,
): readonly OutlineEntry[] {
  const count = matrices.length === 0 ? 0 : (summary.shape?.nHeads ?? 0);
  return Array.from({ length: count }, (_, head) => {
    const tables = matrices.map(({ kind, layer: index }) => {
      const ref = { kind, head, ...(index === undefined ? {} : { layer: index }) };
      return { type: 'table', id: formatMatrixId(ref), ref, rows: rowsOf(ref, summary) } as const;
    });
    return group('head', `${layer}.H${String(head)}`, head, tables);
  }).flat();
}

function table({ id, kind, layer, rows }: MatrixSummary): OutlineTable {
  return { type: 'table', id, ref: { kind, ...(layer === undefined ? {} : { layer }) }, rows };
}

/** A group, unless there is nothing in it. */
function group(
  type: OutlineGroup['type'],
  id: string,
  index: number,
  children: readonly OutlineEntry[],
): readonly OutlineGroup[] {
  return children.length === 0 ? [] : [{ type, id, index, children }];
}
