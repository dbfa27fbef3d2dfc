import { changedShare, lowRankSquares } from '../../core/analysis/lowRank';
import type { TensorChange } from '../../core/analysis/tensorChange';
import { checkCancelled } from '../../core/errors';
import type { Adaptation, Checkpoint } from '../../formats/checkpoint';
import { compareTensors, tensorSquares } from '../../formats/compareTensors';
import { TensorNames } from '../../formats/tensorNames';
import type { WorkContext } from '../context';
import { finiteFirst } from './finiteFirst';

/** What an adapter adds to one tensor, from its factors. */
async function lowRankChange(
  tensor: string,
  base: Checkpoint,
  adaptation: Adaptation,
  context: WorkContext,
): Promise<TensorChange> {
  const factors = await adaptation.factors(tensor);
  const norm = Math.sqrt(lowRankSquares(factors, 0).reduce((sum, square) => sum + square, 0));
  const own = Math.sqrt(await tensorSquares(base, tensor, context.cancellation));
  return {
    tensor,
    status: norm === 0 ? 'same' : 'changed',
    share: changedShare(factors),
    norm,
    relative: norm === 0 ? 0 : own === 0 ? null : norm / own,
  };
}

const UNCHANGED = { status: 'same', share: 0, norm: 0, relative: 0 } as const;

async function adapterChanges(
  base: Checkpoint,
  tuned: Checkpoint,
  adaptation: Adaptation,
  context: WorkContext,
): Promise<readonly TensorChange[]> {
  const only = (tensor: string): boolean => adaptation.replaced.has(tensor);
  const replaced = await compareTensors(base, tuned, { only, ...context });
  const found = new Map(replaced.map((change) => [change.tensor, change]));
  for (const tensor of adaptation.lowRank.keys()) {
    checkCancelled(context.cancellation);
    found.set(tensor, await lowRankChange(tensor, base, adaptation, context));
    context.onProgress({ done: found.size, total: adaptation.lowRank.size, unit: 'tensors' });
  }
  return [...tuned.tensors.keys()].map((tensor) => found.get(tensor) ?? { tensor, ...UNCHANGED });
}

/** How every tensor of the changed model differs from the base's. @throws CancelledError */
export async function tensorChanges(
  base: Checkpoint,
  tuned: Checkpoint,
  context: WorkContext,
): Promise<readonly TensorChange[]> {
  const { adaptation } = tuned;
  return adaptation === undefined
    ? compareTensors(base, tuned, context)
    : adapterChanges(base, tuned, adaptation, context);
}

/**
 * Tensors that differ: first those without a relative change, then the largest one first, those whose change is NaN or
 * infinite last; equal ones in the order of the files.
 */
export function changedOnly(tensors: readonly TensorChange[]): readonly TensorChange[] {
  return tensors
    .filter(({ status }) => status !== 'same')
    .sort(({ relative: left }, { relative: right }) =>
      left === null || right === null
        ? Number(left !== null) - Number(right !== null)
        : finiteFirst(left, right, true),
    );
}

/** Tensors of the base that the changed model has no more. */
export function goneTensors(base: Checkpoint, tuned: Checkpoint): readonly string[] {
  const names = new TensorNames(tuned.tensors);
  return [...base.tensors.keys()].filter((name) => names.find(name) === undefined);
}
