import { VocabScopeError } from '../core/errors';
import { isReadableDtype, READABLE_DTYPES, type ReadableDtype } from '../core/tensor/dtype';
import type { Checkpoint, StoredTensor } from './checkpoint';
import { quote } from './quote';

/** A tensor whose numbers can be read. */
export interface NumericTensor extends StoredTensor {
  readonly dtype: ReadableDtype;
}

export function isNumeric(tensor: StoredTensor): tensor is NumericTensor {
  return isReadableDtype(tensor.dtype);
}

/**
 * A tensor of the checkpoint, as numbers.
 * @throws VocabScopeError `unsupportedDtype`. @throws RangeError where there is no such tensor.
 */
export function numericTensor(checkpoint: Checkpoint, name: string): NumericTensor {
  const tensor = checkpoint.tensors.get(name);
  if (tensor === undefined) {
    throw new RangeError(`There is no tensor ${quote(name)}.`);
  }
  if (!isNumeric(tensor)) {
    throw new VocabScopeError(
      'unsupportedDtype',
      `Tensor ${quote(name)} is stored as ${tensor.dtype}, which is listed but not read as numbers. This version ` +
        `reads ${READABLE_DTYPES.join(', ')}: convert the model to one of them.`,
    );
  }
  return tensor;
}
