import { basename, dirname, extname, join, resolve } from 'node:path';
import { VocabScopeError } from '../core/errors';
import { TOKENIZER_FILES } from '../core/tokenizer/files';
import { fileKind, isFile } from '../io/fileKind';
import { chooseWeights, leadToIndex, MODEL_FILE, MODEL_INDEX } from './chooseWeights';
import { repositoryName, snapshotOf } from './huggingFaceCache';
import { hasTokenizer } from './tokenizerFiles';

/** Where the parts of a model lie. All paths are absolute. */
export interface ModelLocation {
  /** What people call it: the folder's name, the file's where the folder says nothing, `org/name` in a Hugging Face cache. */
  readonly name: string;
  readonly folder: string;
  /** The one file that stands for the model: the index, else the weights file. */
  readonly canonicalPath: string;
  readonly configPath: string | null;
  /** The folder, where it holds a tokenizer. */
  readonly tokenizerFolder: string | null;
  /** In the folder above, where the model's own lacks it: to be offered, not used. */
  readonly parentConfigPath: string | null;
  readonly parentTokenizerFolder: string | null;
}

const CONFIG = 'config.json';

/** Files with these endings lie beside weights; a click on one means its folder. */
const SIDE_EXTENSIONS: ReadonlySet<string> = new Set(['.json', '.txt', '.md', '.jinja', '.py']);

/** Trainers number their folders: only with the one above does such a name say which model it is. */
export const STEP_FOLDER = /^(?:checkpoint|step|epoch)[-_]?\d+$/u;
const STEP_NUMBER = /(?:checkpoint|step|epoch)[-_]?(\d+)/u;

/** The number of a training's step in the name of its folder or model; null where it has none. */
export function stepNumber(name: string): number | null {
  const number = STEP_NUMBER.exec(name)?.[1];
  return number === undefined ? null : Number(number);
}

function isSideFile(name: string): boolean {
  const lower = name.toLowerCase();
  const isTokenizer = TOKENIZER_FILES.some(({ names }) => names.includes(lower));
  return isTokenizer || (SIDE_EXTENSIONS.has(extname(lower)) && !lower.endsWith('.index.json'));
}

async function weightsAt(path: string): Promise<string> {
  switch (await fileKind(path)) {
    case 'folder':
      return chooseWeights((await snapshotOf(path)) ?? path);
    case 'file':
      return isSideFile(basename(path)) ? chooseWeights(dirname(path)) : leadToIndex(path);
    case 'other':
      throw new VocabScopeError(
        'unreadable',
        `${path} is neither a file nor a folder. Open a folder with weights, or a weights file.`,
      );
  }
}

function nameOf(folder: string, canonicalPath: string, hasConfig: boolean): string {
  const file = basename(canonicalPath);
  const repository = repositoryName(folder);
  const standsForFolder = hasConfig || file === MODEL_FILE || file === MODEL_INDEX;
  if (!standsForFolder) {
    return file;
  }
  const name = basename(folder);
  const parent = basename(dirname(folder));
  return repository ?? (STEP_FOLDER.test(name) && parent !== '' ? `${parent}/${name}` : name);
}

/**
 * Finds the parts of a model from any of its paths: the folder, the weights file, a shard, the index, config.json
 * or a tokenizer file, a folder of a Hugging Face cache.
 * @throws VocabScopeError `notFound` (also where a folder holds several models), `permission`, `unreadable`;
 * `unsupportedFormat` for an adapter.
 */
export async function locateModel(path: string): Promise<ModelLocation> {
  if (path === '') {
    throw new VocabScopeError(
      'notFound',
      'The path is empty. Name a folder with weights, or a weights file; the current folder is ".".',
    );
  }
  const canonicalPath = await weightsAt(resolve(path));
  const folder = dirname(canonicalPath);
  const parent = dirname(folder);
  const configPath = await existing(join(folder, CONFIG));
  const tokenizerFolder = await withTokenizer(folder);
  return {
    name: nameOf(folder, canonicalPath, configPath !== null),
    folder,
    canonicalPath,
    configPath,
    tokenizerFolder,
    parentConfigPath: configPath === null ? await existing(join(parent, CONFIG)) : null,
    parentTokenizerFolder: tokenizerFolder === null ? await withTokenizer(parent) : null,
  };
}

async function existing(path: string): Promise<string | null> {
  return (await isFile(path)) ? path : null;
}

async function withTokenizer(folder: string): Promise<string | null> {
  return (await hasTokenizer(folder)) ? folder : null;
}
