import { basename, dirname, join } from 'node:path';
import { VocabScopeError } from '../core/errors';
import {
  MAX_TOKENIZER_FILE_BYTES,
  roleOfTokenizerFile,
  TOKENIZER_FILES,
  type TokenizerFileNames,
  type TokenizerRole,
} from '../core/tokenizer/files';
import { fileKind, isFile } from '../io/fileKind';
import { readSmallFile } from '../io/smallFile';
import { snapshotOf } from './huggingFaceCache';

/** A file of a tokenizer, and what it says. */
export interface TokenizerFile {
  readonly role: TokenizerRole;
  readonly path: string;
}

const VOCABULARIES = TOKENIZER_FILES.filter(({ vocabulary }) => vocabulary);
const COMPANIONS = TOKENIZER_FILES.filter(({ vocabulary }) => !vocabulary);

/** The first file of each role that lies in a folder. */
async function filesIn(
  folder: string,
  wanted: readonly TokenizerFileNames[],
): Promise<readonly TokenizerFile[]> {
  const found: TokenizerFile[] = [];
  for (const { role, names } of wanted) {
    for (const name of names) {
      const path = join(folder, name);
      if (await isFile(path)) {
        found.push({ role, path });
        break;
      }
    }
  }
  return found;
}

/** Whether a folder holds a file that gives a vocabulary. */
export async function hasTokenizer(folder: string): Promise<boolean> {
  return (await filesIn(folder, VOCABULARIES)).length > 0;
}

/**
 * The files of the tokenizer at a path: a folder (also one of a Hugging Face cache), or one file, which then is
 * the vocabulary, with the companions beside it.
 * @throws VocabScopeError `missingTokenizer` where there is none, `notFound` where the path leads nowhere.
 */
export async function findTokenizerFiles(path: string): Promise<readonly TokenizerFile[]> {
  if ((await fileKind(path)) === 'folder') {
    return findInFolder((await snapshotOf(path)) ?? path);
  }
  const role = roleOfTokenizerFile(basename(path));
  if (role === undefined) {
    throw new VocabScopeError(
      'missingTokenizer',
      `${basename(path)} is no tokenizer file by its name. Choose a tokenizer.json, vocab.json, vocab.txt or ` +
        'tokenizer.model, or the folder that holds it.',
    );
  }
  if (COMPANIONS.some((companion) => companion.role === role)) {
    return findInFolder(dirname(path));
  }
  return [{ role, path }, ...(await filesIn(dirname(path), COMPANIONS))];
}

async function findInFolder(folder: string): Promise<readonly TokenizerFile[]> {
  const vocabularies = await filesIn(folder, VOCABULARIES);
  if (vocabularies.length === 0) {
    const names = VOCABULARIES.map(({ names: [name] }) => name).join(', ');
    throw new VocabScopeError(
      'missingTokenizer',
      `${folder} holds no tokenizer: none of ${names} is there. Choose another file or folder.`,
    );
  }
  return [...vocabularies, ...(await filesIn(folder, COMPANIONS))];
}

/** Contents by role. @throws VocabScopeError `invalidTokenizer` where a file is too long; as `openFileSource`. */
export async function readTokenizerFiles(
  files: readonly TokenizerFile[],
): Promise<Partial<Record<TokenizerRole, Uint8Array>>> {
  const contents: Partial<Record<TokenizerRole, Uint8Array>> = {};
  for (const { role, path } of files) {
    contents[role] = await readSmallFile(path, {
      maxBytes: MAX_TOKENIZER_FILE_BYTES,
      reason: 'invalidTokenizer',
    });
  }
  return contents;
}
