import { VocabScopeError } from '../../core/errors';
import { dtypeBits } from '../../core/tensor/dtype';
import { quote } from '../quote';
import { invalidFile, type HeaderEntry } from './header';

const BITS_PER_BYTE = 8;

/** Bytes of a tensor; undefined beyond what float64 counts exactly. */
function tensorBytes({ dtype, shape }: HeaderEntry): number | undefined {
  let bits = dtypeBits(dtype) ?? 0;
  for (const size of shape) {
    bits *= size;
    if (!Number.isSafeInteger(bits)) {
      return undefined;
    }
  }
  return bits / BITS_PER_BYTE;
}

function requireOwnSpan(entry: HeaderEntry, fileName: string): void {
  const { name, dtype, shape, begin, end } = entry;
  const bytes = tensorBytes(entry);
  const named = `tensor ${quote(name)} (${dtype}, shape [${shape.join(', ')}])`;
  if (bytes === undefined) {
    throw invalidFile(fileName, `the size of ${named} is beyond that of any file`);
  }
  if (!Number.isInteger(bytes)) {
    throw invalidFile(fileName, `the size of ${named} is no whole number of bytes`);
  }
  if (end - begin !== bytes) {
    throw invalidFile(
      fileName,
      `the size of ${named} is ${bytes} bytes, but its data_offsets span ${end - begin}`,
    );
  }
}

/**
 * Checks how tensors lie in a file of safetensors, as the reference reader does: each span is what shape and
 * dtype take, spans neither overlap nor leave holes, and together they end where the file ends.
 * @param dataBytes bytes of the file behind the header.
 * @throws VocabScopeError `truncated` where the file ends too early, else `invalidFile`, naming the tensor.
 */
export function requireLayout(
  entries: readonly HeaderEntry[],
  dataBytes: number,
  fileName: string,
): void {
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  let previous = '';
  for (const entry of inOrder) {
    requireOwnSpan(entry, fileName);
    if (entry.begin < filled) {
      throw invalidFile(
        fileName,
        `by their data_offsets tensors ${quote(previous)} and ${quote(entry.name)} overlap`,
      );
    }
    if (entry.begin > filled) {
      throw invalidFile(
        fileName,
        `by the data_offsets there is a hole of ${entry.begin - filled} bytes before tensor ${quote(entry.name)}`,
      );
    }
    filled = entry.end;
    previous = entry.name;
  }
  requireWholeFile(filled, dataBytes, previous, fileName);
}

function requireWholeFile(filled: number, dataBytes: number, last: string, fileName: string): void {
  if (filled > dataBytes) {
    throw new VocabScopeError(
      'truncated',
      `${fileName} is truncated: ${filled - dataBytes} bytes are missing at its end (tensor ${quote(last)}), as after ` +
        'an interrupted download. Download or copy it again.',
    );
  }
  if (filled < dataBytes) {
    throw invalidFile(
      fileName,
      `${dataBytes - filled} trailing bytes after the last tensor belong to none`,
    );
  }
}
