import { basename } from 'node:path';
import { openFileSource } from '../io/fileSource';
import type { Checkpoint, CheckpointFormat } from './checkpoint';
import { HEAD_BYTES } from './contents';
import { FORMATS } from './registry';
import { unsupportedFile } from './unsupported';

/** The format of a file: by its first bytes, else by its name, so that a damaged file is refused by its own reader. */
function formatOf(head: Uint8Array, fileName: string): CheckpointFormat | undefined {
  const lower = fileName.toLowerCase();
  return (
    FORMATS.find((format) => format.detect(head, fileName)) ??
    FORMATS.find((format) => format.extensions.some((extension) => lower.endsWith(extension)))
  );
}

/**
 * Opens the weights in a file, or in all files that belong to it. `locateModel` leads from any path of a model to
 * that file.
 * @throws VocabScopeError `unsupportedFormat` with what the file is, or whatever is wrong with it.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const source = await openFileSource(path);
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.size));
  try {
    await source.read(0, head);
  } finally {
    await source.close();
  }
  const format = formatOf(head, basename(path));
  if (format === undefined) {
    throw unsupportedFile(path, head, source.size);
  }
  return format.read(path);
}
