/** The tree of layers, heads and feed-forward, as a flat list of what is unfolded. */
import { formatMatrixId, HEAD_KINDS, isHeadKind } from '../../src/core/model/componentId';
import type { MatrixRef } from '../../src/core/model/componentId';
import {
  formatHeadMatrixId,
  HEAD_MATRICES,
  headMatrixRef,
} from '../../src/core/model/headMatrixId';
import type { ScoredToken, TableRow } from '../../src/protocol/reading';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import { isHeadOf, layersOf, placeOf, rowCountOf, rowId } from '../format/components';
import { speakingSide } from '../format/sentence';
import { t } from '../l10n';

/** Rows shown at once under a table. */
export const TREE_PAGE_ROWS = 100;
const TREE_TOKENS = 3;

export interface TreeNode {
  /** Unique in the tree; for heads' matrices, tables and rows their component id. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'group' | 'head' | 'matrix' | 'row' | 'more';
  /** The table of a matrix, a row or a *Show more*. */
  readonly matrix?: string;
  /** First words of a row, once they are there. */
  readonly tokens?: readonly ScoredToken[];
}

export interface FlatNode extends TreeNode {
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly expanded: boolean | null;
  readonly parent: string | null;
}

/** Rows unfolded under tables: how many are shown, and those that have come, by index. */
export interface TreeRows {
  shown(matrix: string): number;
  row(matrix: string, index: number): TableRow | undefined;
}

function matrixNode(ref: MatrixRef, label: string): TreeNode {
  const id = formatMatrixId(ref);
  return { id, label, kind: 'matrix', matrix: id };
}

function layerChildren(layer: number, summary: ModelSummary): readonly TreeNode[] {
  const own = summary.matrices.filter((matrix) => matrix.layer === layer);
  const attention = own.some(({ kind }) => isHeadKind(kind));
  return [
    ...(attention
      ? [{ id: `L${layer}.attention`, label: t('Attention'), kind: 'group' as const }]
      : []),
    ...(own.every(({ kind }) => isHeadKind(kind))
      ? []
      : [{ id: `L${layer}.feedForward`, label: t('Feed-forward'), kind: 'group' as const }]),
  ];
}

function headChildren(layer: number, head: number, summary: ModelSummary): readonly TreeNode[] {
  const tables = HEAD_KINDS.filter(
    (kind) => rowCountOf({ kind, layer, head }, summary) !== undefined,
  );
  const own = isHeadOf({ kind: 'VO', layer, head }, summary) ? HEAD_MATRICES : [];
  return [
    ...own.map((kind) => ({
      ...{ id: formatHeadMatrixId({ kind, layer, head }), label: kind, kind: 'head' as const },
    })),
    ...tables.map((kind) => matrixNode({ kind, layer, head }, kind)),
  ];
}

function rowChildren(matrix: string, summary: ModelSummary, rows: TreeRows): readonly TreeNode[] {
  const ref = placeOf(matrix)?.ref;
  const total = ref === undefined ? undefined : rowCountOf(ref, summary);
  if (ref === undefined || total === undefined) return [];
  const shown = Math.min(total, rows.shown(matrix));
  const nodes = Array.from({ length: shown }, (_, index): TreeNode => {
    const id = rowId(ref, index, summary);
    const row = rows.row(matrix, index);
    const label = placeOf(id)?.row ?? String(index);
    const node = { id, label, kind: 'row' as const, matrix };
    return row === undefined
      ? node
      : { ...node, tokens: row[speakingSide(row)].slice(0, TREE_TOKENS) };
  });
  if (shown === total) return nodes;
  const more = { id: `${matrix} more`, label: t('Show more'), kind: 'more' as const, matrix };
  return [...nodes, more];
}

function rootNodes(summary: ModelSummary): readonly TreeNode[] {
  const outside = summary.matrices.filter(({ layer }) => layer === undefined);
  return [
    ...outside.map(({ kind }) => matrixNode({ kind }, kind)),
    ...layersOf(summary).map((layer) => ({
      id: `L${layer}`,
      label: t('Layer {0}', layer),
      kind: 'group' as const,
    })),
  ];
}

const GROUP = /^L(\d+)(?:\.(?:(attention)|(feedForward)|H(\d+)))?$/u;

/** What lies under a node; empty for rows. */
function childrenOf(node: TreeNode, summary: ModelSummary, rows: TreeRows): readonly TreeNode[] {
  if (node.kind === 'matrix') return rowChildren(node.id, summary, rows);
  const match = GROUP.exec(node.id);
  if (node.kind !== 'group' || match === null) return [];
  const layer = Number(match[1]);
  if (match[4] !== undefined) return headChildren(layer, Number(match[4]), summary);
  if (match[2] !== undefined) {
    return Array.from({ length: summary.shape?.nHeads ?? 0 }, (_, head) => ({
      ...{ id: `L${layer}.H${head}`, label: t('Head {0}', head), kind: 'group' as const },
    }));
  }
  if (match[3] !== undefined) {
    return summary.matrices
      .filter((matrix) => matrix.layer === layer && !isHeadKind(matrix.kind))
      .map(({ kind }) => matrixNode({ kind, layer }, kind.replace('FF.', '')));
  }
  return layerChildren(layer, summary);
}

/** Every visible node, in order, with what assistive technology needs to know of its place. */
export function flattenTree(
  summary: ModelSummary,
  expanded: ReadonlySet<string>,
  rows: TreeRows,
): readonly FlatNode[] {
  const flat: FlatNode[] = [];
  const add = (nodes: readonly TreeNode[], level: number, parent: string | null): void => {
    for (const [index, node] of nodes.entries()) {
      const isLeaf = node.kind === 'head' || node.kind === 'row' || node.kind === 'more';
      const isExpanded = isLeaf ? null : expanded.has(node.id);
      const place = { level, position: index + 1, siblings: nodes.length, parent };
      flat.push({ ...node, ...place, expanded: isExpanded });
      if (isExpanded === true) add(childrenOf(node, summary, rows), level + 1, node.id);
    }
  };
  add(rootNodes(summary), 1, null);
  return flat;
}

/** Nodes above a table or a head's matrix, from the root: what must be unfolded to show it. */
export function ancestorsOf(matrix: string): readonly string[] {
  const own = headMatrixRef(matrix);
  const ref = own === undefined ? placeOf(matrix)?.ref : { ...own, kind: 'O' as const };
  if (ref?.layer === undefined) return [];
  const layer = `L${ref.layer}`;
  if (!isHeadKind(ref.kind)) return [layer, `${layer}.feedForward`];
  const attention = `${layer}.attention`;
  return ref.head === undefined ? [layer] : [layer, attention, `${layer}.H${ref.head}`];
}
