/**
 * The rows that a model has, and where each lies. Addresses are arithmetic: no list of rows is made, a table of a
 * million rows is addressed by number.
 */
import { VocabScopeError } from '../errors';
import {
  formatMatrixId,
  formatRowId,
  isGlobalKind,
  isHeadKind,
  parseIndex,
  shortened,
  type ComponentPattern,
  type IndexPattern,
  type MatrixRef,
  type RowKind,
  type RowPattern,
  type RowRef,
} from './componentId';
import { headsPerRow, idsOfRow } from './headGroups';
import type { MatrixView, Transformer } from './transformer';

/** A table of rows: of all heads of a layer, rows that heads share once. */
export interface MatrixTable {
  readonly ref: MatrixRef;
  readonly rows: number;
}

/** Rows `first` to `first + count` of a view `[view.rows, d_model]`. */
export interface MatrixRows {
  readonly view: MatrixView;
  readonly first: number;
  readonly count: number;
}

/** Row `index` of a view. */
export interface RowPlace {
  readonly view: MatrixView;
  readonly index: number;
}

/** A row under the id by which it was asked for, or by which tables show it. */
export interface ComponentRow {
  readonly ref: RowRef;
  /** Other ids of the same row (grouped queries). */
  readonly sharedBy?: readonly string[];
}

/** Rows in the order of their ids, made one by one. */
export interface ComponentRows extends Iterable<ComponentRow> {
  readonly count: number;
}

const GLOBAL_KINDS = ['E', 'U', 'P', 'C'] as const;
const LAYER_KINDS = ['FF.K', 'FF.Up', 'FF.V', 'Q', 'K', 'V', 'O'] as const;
const MAX_LABELS_LISTED = 20;

function refuse(sentence: string): VocabScopeError {
  return new VocabScopeError('unknownComponent', sentence);
}

function viewOf(transformer: Transformer, { kind, layer }: MatrixRef): MatrixView | undefined {
  const block = layer === undefined ? undefined : transformer.blocks[layer];
  switch (kind) {
    case 'E':
      return transformer.W_E;
    case 'U':
      return transformer.W_U;
    case 'P':
      return transformer.W_pos;
    case 'C':
      return transformer.classifier?.W;
    case 'FF.K':
      return block?.feedForward.W_gate ?? block?.feedForward.W_in;
    case 'FF.Up':
      return block?.feedForward.W_gate === undefined ? undefined : block.feedForward.W_in;
    case 'FF.V':
      return block?.feedForward.W_out;
    case 'Q':
      return block?.attention.W_Q;
    case 'K':
      return block?.attention.W_K;
    case 'V':
      return block?.attention.W_V;
    case 'O':
      return block?.attention.W_O;
  }
}

/** Why a model has no rows of a kind, as the second half of a sentence. */
const ABSENCE: Partial<Readonly<Record<RowKind, string>>> = {
  P: 'this model has no table of learned positions',
  C: 'this checkpoint has no classifier head',
  'FF.Up': 'the feed-forward layers of this model are not gated, their neurons have FF.K and FF.V',
};

/** All tables of a model: E, U, P, C, then layer by layer. */
export function listMatrices(transformer: Transformer): readonly MatrixTable[] {
  const refs: readonly MatrixRef[] = [
    ...GLOBAL_KINDS.map((kind) => ({ kind })),
    ...transformer.blocks.flatMap((_, layer) => LAYER_KINDS.map((kind) => ({ kind, layer }))),
  ];
  return refs.flatMap((ref) => {
    const rows = viewOf(transformer, ref)?.rows;
    return rows === undefined ? [] : [{ ref, rows }];
  });
}

/** Indices `start` to `end`, `end` excluded. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The part of `count` things that a pattern means. `text` is what was asked for. @throws VocabScopeError `unknownComponent`. */
export function spanOf(pattern: IndexPattern, count: number, thing: string, text: string): Span {
  const { start, end } =
    pattern.type === 'one'
      ? { start: pattern.index, end: pattern.index + 1 }
      : { start: pattern.range.start, end: pattern.range.end ?? count };
  if (start >= count || end > count) {
    const asked = start >= count ? start : end - 1;
    const existing = count === 1 ? `is only ${thing} 0` : `are only ${thing}s 0 to ${count - 1}`;
    throw refuse(`${text} asks for ${thing} ${asked}, but there ${existing}.`);
  }
  if (start >= end) {
    throw refuse(
      `${text} selects nothing: the end of its range of ${thing}s (${end}, excluded) is not after its start (${start}).`,
    );
  }
  return { start, end };
}

function one(index: number): IndexPattern {
  return { type: 'one', index };
}

/** The view of a table, checked. `text` is what was asked for. */
function viewChecked(transformer: Transformer, ref: MatrixRef, text: string): MatrixView {
  if (ref.layer !== undefined) {
    spanOf(one(ref.layer), transformer.blocks.length, 'layer', text);
  }
  const view = viewOf(transformer, ref);
  if (view === undefined) {
    throw refuse(`There is no ${text}: ${ABSENCE[ref.kind] ?? 'this model has none'}.`);
  }
  return view;
}

/**
 * Where a table lies: `L3.Q` (all heads), `L3.H7.Q` (one head), `L3.FF.K`, `E`.
 * @throws VocabScopeError `unknownComponent` where the model has no such table.
 */
export function matrixRows(transformer: Transformer, ref: MatrixRef): MatrixRows {
  const text = formatMatrixId(ref);
  const view = viewChecked(transformer, ref, text);
  if (ref.head === undefined) {
    return { view, first: 0, count: view.rows };
  }
  spanOf(one(ref.head), transformer.shape.nHeads, 'head', text);
  const first = rowInLayer(transformer, { ...ref, row: 0 });
  return { view, first, count: transformer.shape.dHead };
}

/**
 * Where a row lies. A row of a head needs its head.
 * @throws VocabScopeError `unknownComponent` where the model has no such row.
 */
export function locateRow(transformer: Transformer, ref: RowRef): RowPlace {
  const { view, first, count } = matrixRows(transformer, ref);
  spanOf(one(ref.row), count, 'row', formatRowId(ref));
  return { view, index: first + ref.row };
}

/** What addresses depend on: a model's shape. */
type Shaped = Pick<Transformer, 'shape'>;

/** Row `n` of a table, which lies inside it: row 137 of `L3.Q` is `L3.H4.Q[9]` where d_head is 32. */
export function rowOfMatrix({ shape }: Shaped, ref: MatrixRef, n: number): RowRef {
  if (!isHeadKind(ref.kind) || ref.head !== undefined) {
    return { ...ref, row: n };
  }
  const head = Math.floor(n / shape.dHead) * headsPerRow(shape, ref.kind);
  return { ...ref, head, row: n % shape.dHead };
}

/** The number of a row in the table of its layer (`L3.Q`), whichever of its ids is given; the inverse of `rowOfMatrix`. */
export function rowInLayer({ shape }: Shaped, { kind, head, row }: RowRef): number {
  return head === undefined ? row : Math.floor(head / headsPerRow(shape, kind)) * shape.dHead + row;
}

/** The rows of a classifier that a label means: its text, else its number or range, else its text in another case. */
function labelPattern({ classifier }: Transformer, label: string, text: string): IndexPattern {
  const labels = classifier?.labels ?? [];
  const exact = labels.indexOf(label);
  const byNumber = exact >= 0 ? one(exact) : parseIndex(label);
  if (byNumber !== undefined) {
    return byNumber;
  }
  const folded = labels.flatMap((each, row) =>
    each.toLowerCase() === label.toLowerCase() ? [row] : [],
  );
  const [row, ...others] = folded;
  if (row === undefined || others.length > 0) {
    const known = labels.slice(0, MAX_LABELS_LISTED).map(shortened).join(', ');
    const more = labels.length > MAX_LABELS_LISTED ? ', …' : '';
    const why = row === undefined ? 'no label of the classifier' : 'more than one label';
    throw refuse(
      `${text} names ${why}. Its labels are ${known}${more}, or 0 to ${labels.length - 1}.`,
    );
  }
  return one(row);
}

/** Rows of one layer (or of a table outside the layers) that a pattern means. */
interface Segment {
  readonly ref: MatrixRef;
  readonly heads: readonly number[] | undefined;
  readonly rows: Span;
}

/**
 * Heads under which the rows of a range are shown: a row that heads share has one name wherever it was not asked for by
 * name, the lowest head of those that share it, whether or not the range begins with that one.
 */
function headsOf(
  { shape }: Transformer,
  { kind, head, text }: ComponentPattern,
): readonly number[] {
  const pattern = head ?? one(0);
  const { start, end } = spanOf(pattern, shape.nHeads, 'head', text);
  const asked = Array.from({ length: end - start }, (_, index) => start + index);
  if (pattern.type === 'one') {
    return asked;
  }
  const shared = headsPerRow(shape, kind);
  return [...new Set(asked.map((each) => each - (each % shared)))];
}

function segmentsOf(transformer: Transformer, pattern: ComponentPattern): readonly Segment[] {
  const { kind, layer, row, text } = pattern;
  const rowsOf = (rows: RowPattern): IndexPattern =>
    rows.type === 'label' ? labelPattern(transformer, rows.label, text) : rows;
  if (isGlobalKind(kind) || layer === undefined) {
    const view = viewChecked(transformer, { kind }, kind);
    return [{ ref: { kind }, heads: undefined, rows: spanOf(rowsOf(row), view.rows, 'row', text) }];
  }
  const layers = spanOf(layer, transformer.blocks.length, 'layer', text);
  const heads = isHeadKind(kind) ? headsOf(transformer, pattern) : undefined;
  return Array.from({ length: layers.end - layers.start }, (_, index): Segment => {
    const ref = { kind, layer: layers.start + index };
    const view = viewChecked(transformer, ref, text);
    const count = heads === undefined ? view.rows : transformer.shape.dHead;
    return { ref, heads, rows: spanOf(rowsOf(row), count, 'row', text) };
  });
}

function* refsOf({ ref, heads, rows }: Segment): Generator<RowRef> {
  for (const head of heads ?? [undefined]) {
    for (let row = rows.start; row < rows.end; row++) {
      yield { ...ref, ...(head === undefined ? {} : { head }), row };
    }
  }
}

/**
 * The rows that a pattern names. A head named by its number answers under that number; ranges of heads show rows
 * that heads share once.
 * @throws VocabScopeError `unknownComponent` at once, before any row, with what the model has instead.
 */
export function expandComponents(
  transformer: Transformer,
  pattern: ComponentPattern,
): ComponentRows {
  const segments = segmentsOf(transformer, pattern);
  return {
    count: segments.reduce(
      (sum, { heads, rows }) => sum + (heads?.length ?? 1) * (rows.end - rows.start),
      0,
    ),
    *[Symbol.iterator](): Generator<ComponentRow> {
      for (const segment of segments) {
        for (const ref of refsOf(segment)) {
          const others = idsOfRow(transformer.shape, ref).filter(({ head }) => head !== ref.head);
          yield others.length === 0
            ? { ref }
            : { ref, sharedBy: others.map((other) => formatRowId(other)) };
        }
      }
    },
  };
}
