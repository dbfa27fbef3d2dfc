import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { explainFileError } from '../io/fileErrors';
import { isFolder } from '../io/fileKind';
import { locateModel, STEP_FOLDER, stepNumber } from './locateModel';

const MAX_FOLDERS = 1000;

/**
 * The folders of a training's steps (`checkpoint-5000`, …) in a folder, in the order of their numbers; those without
 * weights are left out. Empty for anything else.
 * @throws VocabScopeError `notFound`, `permission`
 */
export async function findSteps(path: string): Promise<readonly string[]> {
  const folder = resolve(path);
  if (!(await isFolder(folder))) {
    return [];
  }
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainFileError(error, folder);
  });
  const steps = names.filter((name) => STEP_FOLDER.test(name)).slice(0, MAX_FOLDERS);
  steps.sort((a, b) => (stepNumber(a) ?? 0) - (stepNumber(b) ?? 0));
  const found: string[] = [];
  for (const name of steps) {
    const location = await locateModel(join(folder, name)).catch(() => undefined);
    if (location !== undefined) {
      found.push(join(folder, name));
    }
  }
  return found;
}
