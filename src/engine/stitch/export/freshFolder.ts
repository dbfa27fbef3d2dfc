import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { checkCancelled, VocabScopeError } from '../../../core/errors';
import { explainFileError } from '../../../io/fileErrors';
import type { WorkContext } from '../../context';

/** What a folder holds; undefined where there is none. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw explainFileError(error, folder);
  }
}

/**
 * Whether a folder that is to be written exists, empty.
 * @throws VocabScopeError `invalidData` where it holds something
 */
export async function requireFree(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names !== undefined && names.length > 0) {
    throw new VocabScopeError(
      'invalidData',
      `${folder} exists and is not empty: choose a folder that is new or empty.`,
    );
  }
  return names !== undefined;
}

/**
 * A folder that appears when it is whole: it is filled under another name beside its place, and nothing is left of one that
 * fails or is cancelled.
 * @throws VocabScopeError; CancelledError
 */
export async function writeFolder<T>(
  folder: string,
  exists: boolean,
  { cancellation }: WorkContext,
  fill: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${folder}.${String(process.pid)}.${String(Date.now())}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    const filled = await fill(temporary);
    checkCancelled(cancellation);
    // Fails, and keeps it, where the folder was filled meanwhile.
    if (exists) {
      await rmdir(folder);
    }
    await rename(temporary, folder);
    return filled;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error instanceof Error && 'code' in error ? explainFileError(error, folder) : error;
  }
}
