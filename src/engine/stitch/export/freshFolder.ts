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

/** Where a folder is to appear, where it is filled, and whether it is there already, empty. */
interface FreshFolder {
  readonly folder: string;
  readonly part: string;
  readonly exists: boolean;
}

/**
 * A folder that appears when it is whole: it is filled under another name beside its place (`part`), and nothing is left of
 * one that fails or is cancelled.
 * @throws VocabScopeError; CancelledError
 */
export async function writeFolder<T>(
  { folder, part, exists }: FreshFolder,
  { cancellation }: WorkContext,
  fill: (part: string) => Promise<T>,
): Promise<T> {
  try {
    await mkdir(part, { recursive: true });
    const filled = await fill(part);
    checkCancelled(cancellation);
    // Fails, and keeps it, where the folder was filled meanwhile.
    if (exists) {
      await rmdir(folder);
    }
    await rename(part, folder);
    return filled;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error instanceof Error && 'code' in error ? explainFileError(error, folder) : error;
  }
}
