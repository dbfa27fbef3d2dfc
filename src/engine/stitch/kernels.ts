import {
  reversed,
  stitchGrams,
  stitchKernel,
  type StitchGrams,
  type StitchKernel,
} from '../../core/analysis/stitchKernel';
import { shuffled } from '../../core/analysis/shuffle';
import { VocabScopeError } from '../../core/errors';
import type { Matrix64 } from '../../core/tensor/matrix';
import { pause } from '../../io/pause';
import type { ComparedTokens } from '../alignment/alignmentStore';
import { sharedTokens } from '../alignment/sharedTokens';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';

const SHUFFLE_SEED = 20_220_926;

/** Kernels of two models, and what they are made of. */
export interface Kernels {
  readonly tokens: ComparedTokens;
  readonly grams: StitchGrams;
  readonly kernel: StitchKernel;
}

function requireOutput({ summary }: OpenModel, tied: boolean | null): void {
  if (tied === null) {
    throw new VocabScopeError(
      'incomparable',
      `${summary.name} is not tied and stores no output embedding, so the space that its states speak to is not known: choose a checkpoint with its output matrix.`,
    );
  }
}

function isMatrix(value: unknown, rows: number, cols: number): value is Matrix64 {
  const { rows: r, cols: c, data } = (value ?? {}) as Partial<Matrix64>;
  return r === rows && c === cols && data instanceof Float64Array && data.length === rows * cols;
}

/**
 * The kernel that carries states of B into A, of the vocabulary that they share or, as the control, of that vocabulary
 * shuffled. Kept on disk.
 * @throws VocabScopeError `missingTokenizer`, `incomparable`; CancelledError
 */
export async function kernelsOf(
  a: OpenModel,
  b: OpenModel,
  excludeUndertrained: boolean,
  isShuffled: boolean,
  context: WorkContext,
): Promise<Kernels> {
  const [readyA, readyB] = [a.ready(), b.ready()];
  requireOutput(a, readyA.transformer.shape.tied);
  requireOutput(b, readyB.transformer.shape.tied);
  const tokens = await a.alignments
    .with(b)
    .tokens.get(String(excludeUndertrained), context, (shared) =>
      sharedTokens(a, b, excludeUndertrained, shared),
    );
  const key = {
    what: 'stitch kernel',
    a: a.identity,
    b: b.identity,
    W_U: [readyA.transformer.W_U, readyB.transformer.W_U],
    excludeUndertrained,
    isShuffled,
  };
  const [dA, dB] = [readyA.transformer.shape.dModel, readyB.transformer.shape.dModel];
  const isValid = (value: unknown): value is Pick<Kernels, 'grams' | 'kernel'> => {
    const { grams, kernel } = (value ?? {}) as Partial<Kernels>;
    return isMatrix(kernel?.T, dB, dA) && isMatrix(grams?.ba, dB, dA);
  };
  const stored = await a.cache?.get(key, isValid);
  if (stored !== undefined) {
    return { ...stored, tokens };
  }
  const rows = {
    matrixA: readyA.spaces.matrix('output'),
    matrixB: readyB.spaces.matrix('output'),
    idsA: tokens.idsA,
    idsB: isShuffled ? shuffled(tokens.idsB, SHUFFLE_SEED) : tokens.idsB,
  };
  const grams = await stitchGrams(rows, a.backend(), context);
  const kernel = await stitchKernel(grams, pause, context);
  await a.cache?.put(key, { grams, kernel });
  return { tokens, grams, kernel };
}

/** The kernel's way back, from A into B: `T' = E_A E_B^+` `[d_A, d_B]`. @throws VocabScopeError `incomparable`; CancelledError */
export function kernelBack({ grams }: Kernels, context: WorkContext): Promise<StitchKernel> {
  return stitchKernel(reversed(grams), pause, context);
}
