import { VocabScopeError } from '../../core/errors';
import { resolveTransformer } from '../../core/architectures/resolve';
import type { Transformer } from '../../core/model/transformer';
import { readVocabulary } from '../../core/tokenizer/readVocabulary';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { Checkpoint } from '../../formats/checkpoint';
import type { ModelLocation } from '../../formats/locateModel';
import { readConfig, type ConfigEntries } from '../../formats/readConfig';
import { findTokenizerFiles, readTokenizerFiles } from '../../formats/tokenizerFiles';

/** What lies beside the weights: config and tokenizer, found, chosen, missing or only offered. */

/** Something that may be missing, and the sentence that says so. */
export interface Found<T> {
  readonly value: T | null;
  readonly path: string | null;
  readonly problem: string | null;
}

/** The most rows that an embedding may have beyond the tokens of a tokenizer that is taken for its own. */
const MAX_OFFERED_PADDING = 1024;

function problemOf(error: unknown): string {
  if (error instanceof VocabScopeError) {
    return error.message;
  }
  throw error;
}

export async function findConfig(
  location: ModelLocation,
  chosen: string | undefined,
): Promise<Found<ConfigEntries>> {
  const path = chosen ?? location.configPath;
  if (path === null) {
    return { value: null, path: null, problem: null };
  }
  try {
    return { value: await readConfig(path), path, problem: null };
  } catch (error) {
    if (chosen !== undefined) {
      throw error;
    }
    return { value: null, path, problem: problemOf(error) };
  }
}

export function findTransformer(
  config: Found<ConfigEntries>,
  checkpoint: Checkpoint,
): Found<Transformer> {
  if (config.problem !== null) {
    return { value: null, path: config.path, problem: config.problem };
  }
  try {
    const transformer = resolveTransformer(config.value ?? undefined, checkpoint.tensors);
    return { value: transformer, path: config.path, problem: null };
  } catch (error) {
    return { value: null, path: config.path, problem: problemOf(error) };
  }
}

/** The tokenizer at a path, a file or a folder. @throws VocabScopeError */
async function readTokenizer(path: string, modelType: string | undefined): Promise<Vocabulary> {
  const files = await readTokenizerFiles(await findTokenizerFiles(path));
  return readVocabulary({ ...files, ...(modelType === undefined ? {} : { modelType }) });
}

export async function findTokenizer(
  location: ModelLocation,
  chosen: string | undefined,
  modelType: string | undefined,
): Promise<Found<Vocabulary>> {
  const path = chosen ?? location.tokenizerFolder;
  if (path === null) {
    return {
      value: null,
      path: null,
      problem: `No tokenizer lies beside ${location.name}, so tokens are shown as ids. Choose one: --tokenizer PATH, or "Choose tokenizer…" in the panel.`,
    };
  }
  try {
    return { value: await readTokenizer(path, modelType), path, problem: null };
  } catch (error) {
    if (chosen !== undefined) {
      throw error;
    }
    return { value: null, path, problem: `${problemOf(error)} Tokens are shown as ids.` };
  }
}

/** The parent folder's tokenizer, where the model has none and the sizes agree. */
export async function offeredTokenizer(
  location: ModelLocation,
  tokenizer: Found<Vocabulary>,
  transformer: Transformer | null,
): Promise<string | null> {
  const folder = location.parentTokenizerFolder;
  if (tokenizer.value !== null || folder === null || transformer === null) {
    return null;
  }
  try {
    const { idLimit } = await readTokenizer(folder, transformer.shape.architecture);
    const padding = transformer.shape.dVocab - idLimit;
    return padding >= 0 && padding <= MAX_OFFERED_PADDING ? folder : null;
  } catch {
    return null;
  }
}

/** The parent folder's config, where the model has none and that one describes these tensors. */
export async function offeredConfig(
  location: ModelLocation,
  config: Found<ConfigEntries>,
  checkpoint: Checkpoint,
): Promise<string | null> {
  const path = location.parentConfigPath;
  if (config.value !== null || path === null) {
    return null;
  }
  try {
    resolveTransformer(await readConfig(path), checkpoint.tensors);
    return path;
  } catch {
    return null;
  }
}

export function modelTypeOf(config: ConfigEntries | null): string | null {
  const modelType = config?.get('model_type');
  return typeof modelType === 'string' ? modelType : null;
}

/** The files that a tokenizer was read from. */
export async function tokenizerFiles({ value, path }: Found<Vocabulary>): Promise<string[]> {
  return value === null || path === null
    ? []
    : (await findTokenizerFiles(path)).map((file) => file.path);
}
