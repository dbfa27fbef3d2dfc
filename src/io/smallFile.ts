import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { VocabScopeError, type FailureReason } from '../core/errors';
import { openFileSource } from './fileSource';

/** What a file that is read whole may be at most. */
export interface SmallFileLimit {
  readonly maxBytes: number;
  /** What is thrown where it is longer or no text. */
  readonly reason: FailureReason;
}

/**
 * A whole file of configuration or vocabulary, never one of weights.
 * @throws VocabScopeError `limit.reason` where it is longer than the limit; as `openFileSource` otherwise.
 */
export async function readSmallFile(filePath: string, limit: SmallFileLimit): Promise<Uint8Array> {
  const source = await openFileSource(filePath);
  try {
    if (source.size > limit.maxBytes) {
      throw new VocabScopeError(
        limit.reason,
        `${filePath} has ${source.size} bytes, more than the ${limit.maxBytes} that such a file may have. ` +
          'Choose the right file.',
      );
    }
    const bytes = new Uint8Array(source.size);
    await source.read(0, bytes);
    return bytes;
  } finally {
    await source.close();
  }
}

/** The same as text, without a byte order mark. @throws VocabScopeError also where it is no UTF-8. */
export async function readSmallText(filePath: string, limit: SmallFileLimit): Promise<string> {
  const bytes = await readSmallFile(filePath, limit);
  if (!isUtf8(bytes)) {
    throw new VocabScopeError(
      limit.reason,
      `${basename(filePath)} is no UTF-8 text. Choose the right file, or copy it again.`,
    );
  }
  return new TextDecoder().decode(bytes);
}
