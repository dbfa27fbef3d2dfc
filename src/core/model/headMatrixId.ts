/** Ids of a head's interaction matrices (`L3.H7.VO`, `L3.H7.QK`) and of their singular directions (`L3.H7.VO.S[0]`). */
import { VocabScopeError } from '../errors';
import { parseIndex, shortened, type IndexPattern } from './componentId';

/** `VO`: W_V W_O, source token by promoted token. `QK`: W_Q W_K^T, query token by key token. */
export const HEAD_MATRICES = ['VO', 'QK'] as const;
export type HeadMatrixKind = (typeof HEAD_MATRICES)[number];

/** One head's interaction matrix. */
export interface HeadMatrixRef {
  readonly kind: HeadMatrixKind;
  readonly layer: number;
  readonly head: number;
}

export interface HeadMatrixPattern {
  /** What was asked for, shortened where it is too long for a sentence. */
  readonly text: string;
  readonly kind: HeadMatrixKind;
  readonly layer: IndexPattern;
  readonly head: IndexPattern;
  /** Which singular directions; absent: the matrix itself. */
  readonly direction?: IndexPattern;
}

const INDEX = String.raw`\*|\d+(?::\d+)?|\d*:\d*`;
const PATTERN = new RegExp(
  String.raw`^L(?<layer>${INDEX})\.H(?<head>${INDEX})\.(?<kind>VO|QK)(?:\.S\[(?<direction>[^\]]*)\])?$`,
  'u',
);

/** Whether a text means singular directions rather than rows: `L3.H7.VO.S[0]`. */
export function namesDirections(text: string): boolean {
  return /\.S\[[^\]]*\]$/u.test(text.trim());
}

/** Whether a text means heads rather than rows: `L3.H7.VO`. */
export function namesHeads(text: string): boolean {
  return /\.(VO|QK)$/u.test(text.trim());
}

function malformed(text: string): VocabScopeError {
  return new VocabScopeError(
    'unknownComponent',
    `"${shortened(text)}" is no head: heads look like L1.H3.VO, L1.H3.QK, L*.H*.VO or L2:4.H0.QK, their singular directions like L1.H3.VO.S[0].`,
  );
}

/** Reads the id or range of ids of interaction matrices or singular directions. @throws VocabScopeError `unknownComponent`. */
export function parseHeadMatrixPattern(text: string): HeadMatrixPattern {
  const groups = PATTERN.exec(text.trim())?.groups;
  const layer = parseIndex(groups?.['layer'] ?? '');
  const head = parseIndex(groups?.['head'] ?? '');
  const direction = groups?.['direction'];
  const directions = direction === undefined ? undefined : parseIndex(direction);
  if (
    groups === undefined ||
    layer === undefined ||
    head === undefined ||
    (direction !== undefined && directions === undefined)
  ) {
    throw malformed(text);
  }
  return {
    text: shortened(text),
    kind: groups['kind'] as HeadMatrixKind,
    layer,
    head,
    ...(directions === undefined ? {} : { direction: directions }),
  };
}

/**
 * The matrix that an id of one head means, whatever case: `L3.H7.QK`, a direction of it (`L3.H7.QK.S[0]`), or `L3.H7` for
 * what the head moves. Undefined for ranges and for what names no head.
 */
export function headMatrixRef(text: string): HeadMatrixRef | undefined {
  const groups =
    /^L(?<layer>\d{1,7})\.H(?<head>\d{1,7})(?:\.(?<kind>VO|QK)(?:\.S\[\d+\])?)?$/iu.exec(
      text.trim(),
    )?.groups;
  return groups === undefined
    ? undefined
    : {
        kind: groups['kind']?.toUpperCase() === 'QK' ? 'QK' : 'VO',
        layer: Number(groups['layer']),
        head: Number(groups['head']),
      };
}

/** The id of a head's matrix. */
export function formatHeadMatrixId({ kind, layer, head }: HeadMatrixRef): string {
  return `L${String(layer)}.H${String(head)}.${kind}`;
}

/** The id of a singular direction. */
export function formatDirectionId(ref: HeadMatrixRef, index: number): string {
  return `${formatHeadMatrixId(ref)}.S[${String(index)}]`;
}
