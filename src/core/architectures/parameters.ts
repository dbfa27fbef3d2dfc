import type { Transformer } from '../model/transformer';
import { elementCount } from '../tensor/tensorInfo';
import type { Tensors } from './modelTensors';
import { findAdapter } from './registry';

/**
 * Parameters of a checkpoint: elements of all its tensors, without the masks and frequencies that older files
 * carry as buffers and without the stored output matrix of a tied model, which is W_E a second time.
 * @param transformer Null where the architecture is unknown: then all tensors count.
 */
export function countParameters(tensors: Tensors, transformer: Transformer | null): number {
  const adapter = transformer === null ? undefined : findAdapter(transformer.shape.architecture);
  const buffers = adapter?.buffers ?? [];
  let count = 0;
  for (const { name, shape } of tensors.values()) {
    const isBuffer = buffers.some((ending) => name.endsWith(ending));
    if (!isBuffer && name !== transformer?.storedOutput?.tensor) {
      count += elementCount(shape);
    }
  }
  return count;
}
