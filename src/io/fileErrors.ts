import path from 'node:path';
import { messageOf, VocabScopeError } from '../core/errors';

/** The `code` of an error of the operating system, e.g. `ENOENT`. */
function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What went wrong with a file or folder, as a sentence about it. */
export function explainFileError(error: unknown, filePath: string): VocabScopeError {
  if (error instanceof VocabScopeError) {
    return error;
  }
  const name = path.basename(filePath);
  const options = { cause: error };
  switch (errorCode(error) ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
      return new VocabScopeError(
        'notFound',
        `${filePath} was not found. Check the path; a link may lead to a file that is no longer there.`,
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new VocabScopeError(
        'permission',
        `No permission to read ${filePath}. Change its permissions, or those of the folders above it.`,
        options,
      );
    case 'EISDIR':
      return new VocabScopeError(
        'unreadable',
        `${filePath} is a folder, so it cannot be read as a file.`,
        options,
      );
    case 'ELOOP':
      return new VocabScopeError(
        'unreadable',
        `${name} cannot be opened: it is a symbolic link that leads in a loop. Replace the link by the file.`,
        options,
      );
    case 'EMFILE':
    case 'ENFILE':
      return new VocabScopeError(
        'limit',
        `${name} cannot be opened: too many files are open at once. Close other models and try again.`,
        options,
      );
    default:
      return new VocabScopeError(
        'unreadable',
        `${name} cannot be read: ${messageOf(error)}. Check the disk or network that holds it.`,
        options,
      );
  }
}

/** What went wrong with writing a file, as a sentence about it. */
export function explainWriteError(error: unknown, filePath: string): VocabScopeError {
  if (error instanceof VocabScopeError) {
    return error;
  }
  const folder = path.dirname(filePath);
  const refuse = (sentence: string): VocabScopeError =>
    new VocabScopeError('unwritable', sentence, { cause: error });
  switch (errorCode(error) ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
      return refuse(
        `${filePath} cannot be written: there is no folder ${folder}. Make it, or choose another place.`,
      );
    case 'EACCES':
    case 'EPERM':
      return refuse(
        `No permission to write ${filePath}. Choose another place, or change the permissions of the file and its folder.`,
      );
    case 'EROFS':
      return refuse(`${filePath} cannot be written: its disk is read-only. Choose another place.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return refuse(
        `There is no space left for ${filePath}. Nothing of it was kept; free some space, or choose another place.`,
      );
    case 'EISDIR':
      return refuse(`${filePath} is a folder. Name a file in it.`);
    case 'ENAMETOOLONG':
      return refuse(`${filePath} cannot be written: the name is too long. Choose a shorter one.`);
    default:
      return refuse(
        `${filePath} cannot be written: ${messageOf(error)}. Check the disk or network that holds it, or choose another place.`,
      );
  }
}
