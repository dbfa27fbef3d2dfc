import { VocabScopeError } from '../../core/errors';
import { formatMatrixId, type HeadKind } from '../../core/model/componentId';
import {
  formatHeadMatrixId,
  type HeadMatrixKind,
  type HeadMatrixRef,
} from '../../core/model/headMatrixId';
import { foldRows } from '../../core/projection/fold';
import type { FoldOption, Space, SpaceOption } from '../../core/projection/options';
import { rotateDirections } from '../../core/projection/pairs/rotate';
import { allFinite } from '../../core/tensor/nonFinite';
import type { OpenModel } from '../model/openModel';
import { readTableRows, treatmentOf, type RowTreatment } from '../reading/parameterRows';

/** One of the two matrices of a head's interaction matrix. */
export interface HeadHalf {
  readonly kind: HeadKind;
  readonly layer: number;
  readonly head: number;
}

/** How heads are read, whatever is then asked of them. */
export interface HeadOptions {
  readonly space: SpaceOption;
  readonly fold: FoldOption;
  /** Positions by which queries are turned; absent where nothing turns. */
  readonly delta?: number;
}

const HALVES: Readonly<Record<HeadMatrixKind, readonly [rows: HeadKind, columns: HeadKind]>> = {
  VO: ['V', 'O'],
  QK: ['Q', 'K'],
};

/** The matrices whose product a head's matrix is: W_V and W_O, or W_Q and W_K. */
export function halvesOf({ kind, layer, head }: HeadMatrixRef): readonly [HeadHalf, HeadHalf] {
  const [rows, columns] = HALVES[kind];
  return [
    { kind: rows, layer, head },
    { kind: columns, layer, head },
  ];
}

/** A half's rows `[d_head]` of `[d_model]`, folded and turned, and what they are read with. */
export interface ReadHalf {
  readonly rows: readonly Float64Array[];
  readonly treatment: RowTreatment;
}

/** @throws VocabScopeError `nonFinite`, `foldRefused`, `unknownComponent`. */
export async function readHalf(
  model: OpenModel,
  half: HeadHalf,
  options: HeadOptions,
): Promise<ReadHalf> {
  const { transformer, checkpoint, spaces } = model.ready();
  const treatment = await treatmentOf(transformer, spaces, half, options);
  const stored = await readTableRows(transformer, checkpoint, half, 0, transformer.shape.dHead);
  if (!allFinite(stored.data)) {
    throw new VocabScopeError(
      'nonFinite',
      `${formatMatrixId(half)} holds weights that are NaN or infinite, so that head has no pairs and no directions; vocabscope info --scan says which tensors do.`,
    );
  }
  const { rows, cols, data } = foldRows(stored, treatment.rowFold);
  const directions = Array.from({ length: rows }, (_, i) =>
    Float64Array.from(data.subarray(i * cols, (i + 1) * cols)),
  );
  const { rotary } = transformer;
  const turned =
    half.kind === 'Q' && options.delta !== undefined && rotary !== undefined
      ? rotateDirections(directions, rotary, options.delta)
      : directions;
  return { rows: turned, treatment };
}

/** What must be said of promoted tokens where the model has no output embedding to read them with. */
export function missingOutputNote(
  model: OpenModel,
  { kind }: HeadMatrixRef,
  space: Space,
): string | undefined {
  const missing = model.ready().transformer.shape.tied === null;
  return missing && kind === 'VO' && space === 'output'
    ? 'The model is not tied and stores no output embedding: promoted tokens are read with W_E.'
    : undefined;
}

/**
 * A distance turns queries and keys, nothing else: asked of other heads besides, it leaves those as they are.
 * @throws VocabScopeError `deltaRefused` where positions do not rotate, or no head asked for has queries and keys
 */
export function requireDistance(
  model: OpenModel,
  heads: readonly HeadMatrixRef[],
  delta: number | undefined,
): void {
  const { shape, rotary, rotaryProblem } = model.ready().transformer;
  if (delta === undefined) {
    return;
  }
  if (shape.positions !== 'rotary') {
    throw new VocabScopeError(
      'deltaRefused',
      `Positions of ${model.summary.name} (${shape.positions}) do not rotate queries and keys, so pairs do not depend on a distance: leave --delta out.`,
    );
  }
  if (rotary === undefined && delta !== 0) {
    throw new VocabScopeError(
      'deltaRefused',
      rotaryProblem ?? 'How this model rotates positions is not known: leave --delta out.',
    );
  }
  const [first] = heads;
  if (delta !== 0 && first !== undefined && heads.every(({ kind }) => kind !== 'QK')) {
    throw new VocabScopeError(
      'deltaRefused',
      `${formatHeadMatrixId(first)} is the same at every distance: positions turn queries and keys, not what a head moves. Leave --delta out, or ask it of ${formatHeadMatrixId({ ...first, kind: 'QK' })}.`,
    );
  }
}
