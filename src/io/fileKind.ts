import { stat } from 'node:fs/promises';
import { explainFileError } from './fileErrors';

export type FileKind = 'file' | 'folder' | 'other';

/**
 * What lies at a path; links are followed.
 * @throws VocabScopeError `notFound`, `permission` or `unreadable`.
 */
export async function fileKind(path: string): Promise<FileKind> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      return 'folder';
    }
    return stats.isFile() ? 'file' : 'other';
  } catch (error) {
    throw explainFileError(error, path);
  }
}

/** Whether a readable regular file lies there. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
