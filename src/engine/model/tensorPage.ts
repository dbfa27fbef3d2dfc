import path from 'node:path';
import type { EngineParams, EngineResult } from '../../protocol/engineApi';
import type { OpenModel } from './openModel';

/** Tensors of a checkpoint by range, those whose name holds `filter`, case ignored. */
export function tensorPage(
  { checkpoint }: OpenModel,
  { start, count, filter }: EngineParams<'tensors'>,
): EngineResult<'tensors'> {
  const part = filter?.toLowerCase() ?? '';
  const found = [...checkpoint.tensors.values()].filter(({ name }) =>
    name.toLowerCase().includes(part),
  );
  const rows = found
    .slice(start, start + count)
    .map(({ name, dtype, shape, byteLength, file }) => ({
      name,
      dtype,
      shape,
      byteLength,
      file: path.basename(checkpoint.files[file] ?? ''),
    }));
  return { rows, total: found.length };
}
