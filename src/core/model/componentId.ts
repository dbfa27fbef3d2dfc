/**
 * Component ids, the same in tree, URL, command line, exports and messages (`L3.FF.K[907]`, `L3.H7.O[5]`,
 * `E[262]`, `C[POSITIVE]`). Layers, heads and rows count from 0.
 */
import { VocabScopeError } from '../errors';

/** Kinds of rows: what one parameter vector is. */
export const ROW_KINDS = ['E', 'U', 'P', 'C', 'FF.K', 'FF.Up', 'FF.V', 'Q', 'K', 'V', 'O'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** Kinds whose rows belong to a head: columns of W_Q, W_K, W_V and rows of W_O. */
export const HEAD_KINDS = ['Q', 'K', 'V', 'O'] as const;
export type HeadKind = (typeof HEAD_KINDS)[number];

export function isHeadKind(kind: RowKind): kind is HeadKind {
  return (HEAD_KINDS as readonly string[]).includes(kind);
}

/** Kinds that stand outside the layers. */
export function isGlobalKind(kind: RowKind): kind is 'E' | 'U' | 'P' | 'C' {
  return kind === 'E' || kind === 'U' || kind === 'P' || kind === 'C';
}

/** A table of rows: `E`, `L3.FF.K`, `L3.Q` (all heads of a layer) or `L3.H7.Q` (one head). */
export interface MatrixRef {
  readonly kind: RowKind;
  readonly layer?: number;
  readonly head?: number;
}

/** One row. `row` counts within the head for head kinds, which always carry `head`. */
export interface RowRef extends MatrixRef {
  readonly row: number;
}

/** `start` to `end`, `end` excluded; `end` null: to the last. */
export interface IndexRange {
  readonly start: number;
  readonly end: number | null;
}

/** What stands in a place for a number: one index or a range. */
export type IndexPattern =
  | { readonly type: 'one'; readonly index: number }
  | { readonly type: 'range'; readonly range: IndexRange };

/**
 * What stands in brackets. A classifier's rows go by labels, and labels may look like numbers or ranges: only
 * the model's own labels tell, so theirs is kept as a text.
 */
export type RowPattern = IndexPattern | { readonly type: 'label'; readonly label: string };

export interface ComponentPattern {
  /** What was asked for, shortened where it is too long for a sentence. */
  readonly text: string;
  readonly kind: RowKind;
  readonly layer?: IndexPattern;
  readonly head?: IndexPattern;
  readonly row: RowPattern;
}

const PATTERN =
  /^(?:L(?<layer>\*|\d+(?::\d+)?|\d*:\d*)\.)?(?:H(?<head>\*|\d+(?::\d+)?|\d*:\d*)\.)?(?<kind>FF\.K|FF\.Up|FF\.V|E|U|P|C|Q|K|V|O)\[(?<row>[\s\S]*)\]$/u;

const MATRIX =
  /^(?:L(?<layer>\d+)\.)?(?:H(?<head>\d+)\.)?(?<kind>FF\.K|FF\.Up|FF\.V|E|U|P|C|Q|K|V|O)$/u;

const INDEX_RANGE = /^(\d*):(\d*)$/u;
const MAX_QUOTED_CHARACTERS = 80;
const EXAMPLES = 'L3.FF.K[907], L3.H7.O[0:5], L*.FF.V[*], E[262], C[POSITIVE]';

/** `7`, `2:5`, `:5`, `2:` or `*`; undefined for anything else. */
export function parseIndex(text: string): IndexPattern | undefined {
  if (text === '*') {
    return { type: 'range', range: { start: 0, end: null } };
  }
  if (/^\d+$/u.test(text)) {
    return { type: 'one', index: Number(text) };
  }
  const range = INDEX_RANGE.exec(text);
  if (range === null) {
    return undefined;
  }
  const [, start = '', end = ''] = range;
  return {
    type: 'range',
    range: { start: start === '' ? 0 : Number(start), end: end === '' ? null : Number(end) },
  };
}

/** A stranger's text, short enough for a sentence. */
export function shortened(text: string): string {
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
}

function malformed(text: string, why: string): VocabScopeError {
  return new VocabScopeError(
    'unknownComponent',
    `"${shortened(text)}" is no component: ${why}. Components look like ${EXAMPLES}.`,
  );
}

/**
 * Reads a component id or a range of ids.
 * @throws VocabScopeError `unknownComponent` with what is wrong and what ids look like.
 */
export function parseComponentPattern(text: string): ComponentPattern {
  const match = PATTERN.exec(text.trim());
  const groups = match?.groups;
  if (groups === undefined) {
    throw malformed(
      text,
      MATRIX.test(text.trim())
        ? 'the row in brackets is missing ([*] means all)'
        : 'it does not read as a layer, a kind and a row',
    );
  }
  const kind = groups['kind'] as RowKind;
  const layer = groups['layer'] === undefined ? undefined : parseIndex(groups['layer']);
  const head = groups['head'] === undefined ? undefined : parseIndex(groups['head']);
  const rowText = groups['row'] ?? '';
  const row: RowPattern | undefined =
    kind === 'C' ? { type: 'label', label: rowText } : parseIndex(rowText);
  if (row === undefined) {
    throw malformed(text, 'what stands in brackets is neither a row, nor a range, nor *');
  }
  if (isGlobalKind(kind) !== (layer === undefined)) {
    throw malformed(
      text,
      isGlobalKind(kind) ? `${kind} belongs to no layer` : 'the layer is missing',
    );
  }
  if (isHeadKind(kind) !== (head !== undefined)) {
    throw malformed(text, isHeadKind(kind) ? 'the head is missing' : `${kind} belongs to no head`);
  }
  return {
    text: shortened(text),
    kind,
    row,
    ...(layer === undefined ? {} : { layer }),
    ...(head === undefined ? {} : { head }),
  };
}

/** Reads the id of a table of rows, `L3.FF.K`, `L3.O`, `L3.H7.O` or `E`. @throws VocabScopeError `unknownComponent`. */
export function parseMatrixId(text: string): MatrixRef {
  const groups = MATRIX.exec(text)?.groups;
  if (groups === undefined) {
    throw malformed(text, 'it names no table of rows');
  }
  const kind = groups['kind'] as RowKind;
  if (
    isGlobalKind(kind) !== (groups['layer'] === undefined) ||
    (groups['head'] !== undefined && !isHeadKind(kind))
  ) {
    throw malformed(text, 'its parts do not belong together');
  }
  return {
    kind,
    ...(groups['layer'] === undefined ? {} : { layer: Number(groups['layer']) }),
    ...(groups['head'] === undefined ? {} : { head: Number(groups['head']) }),
  };
}

/** The id of a table of rows, without brackets. */
export function formatMatrixId({ kind, layer, head }: MatrixRef): string {
  const layerPart = layer === undefined ? '' : `L${String(layer)}.`;
  const headPart = head === undefined ? '' : `H${String(head)}.`;
  return `${layerPart}${headPart}${kind}`;
}

/** The pattern of all rows of a table: `L3.FF.V[*]`, `L3.H*.Q[*]` for `L3.Q`. */
export function everyRowOf(ref: MatrixRef): string {
  return isHeadKind(ref.kind) && ref.head === undefined
    ? `L${String(ref.layer)}.H*.${ref.kind}[*]`
    : `${formatMatrixId(ref)}[*]`;
}

/** The id of one row; `label` stands for the number of a classifier row. */
export function formatRowId(ref: RowRef, label?: string): string {
  return `${formatMatrixId(ref)}[${label ?? String(ref.row)}]`;
}
