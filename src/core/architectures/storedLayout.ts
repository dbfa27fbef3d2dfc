import type { TensorLayout } from './adapter';
import { findAdapter } from './registry';

/**
 * Which way round a family keeps a weight of its blocks, by the end of the tensor's name; undefined where the family is
 * unknown or reads no such tensor.
 */
export function storedLayout(modelType: string, tensor: string): TensorLayout | undefined {
  const stack = findAdapter(modelType)?.stack;
  const sources = Object.values({ ...stack?.attention, ...stack?.feedForward });
  return sources.find(({ names }) => names.some((name) => tensor.endsWith(`.${name}`)))?.layout;
}
