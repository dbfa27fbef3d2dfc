import { messageOf, VocabScopeError } from '../../core/errors';
import { countParameters } from '../../core/architectures/parameters';
import { resolveTransformer } from '../../core/architectures/resolve';
import type { Transformer } from '../../core/model/transformer';
import type { MatmulBackend } from '../../core/projection/backend';
import { readVocabulary } from '../../core/tokenizer/readVocabulary';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { Checkpoint } from '../../formats/checkpoint';
import { locateModel, type ModelLocation } from '../../formats/locateModel';
import { openCheckpoint } from '../../formats/openCheckpoint';
import { readConfig, type ConfigEntries } from '../../formats/readConfig';
import { findTokenizerFiles, readTokenizerFiles } from '../../formats/tokenizerFiles';
import { identifyFile } from '../../io/identity';
import type { OpenParams } from '../../protocol/engineApi';
import type { DiskCache } from '../cache/diskCache';
import type { MemoryBudget } from '../memoryBudget';
import { OpenModel } from './openModel';
import { Spaces } from './spaces';
import { summariseModel } from './summary';
import { outputMatrixWarning } from './tiedOutput';

export interface OpenDependencies {
  readonly cache: DiskCache | null;
  readonly budget: MemoryBudget;
  readonly backend: () => Promise<MatmulBackend>;
}

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

async function findConfig(
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

function findTransformer(config: Found<ConfigEntries>, checkpoint: Checkpoint): Found<Transformer> {
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

async function findTokenizer(
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
async function offeredTokenizer(
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
async function offeredConfig(
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

function modelTypeOf(config: ConfigEntries | null): string | null {
  const modelType = config?.get('model_type');
  return typeof modelType === 'string' ? modelType : null;
}

async function assemble(
  handle: string,
  params: OpenParams,
  location: ModelLocation,
  checkpoint: Checkpoint,
  { cache, budget, backend }: OpenDependencies,
): Promise<OpenModel> {
  const config = await findConfig(location, params.config);
  const transformer = findTransformer(config, checkpoint);
  const architecture = transformer.value?.shape.architecture ?? modelTypeOf(config.value);
  const tokenizer = await findTokenizer(location, params.tokenizer, architecture ?? undefined);
  const files = await Promise.all(checkpoint.files.map(identifyFile));
  const identity = {
    files,
    shape: transformer.value?.shape ?? null,
    tokenizer: tokenizer.path === null ? null : await tokenizerIdentity(tokenizer.path),
  };
  const warning =
    transformer.value === null ? null : await outputMatrixWarning(transformer.value, checkpoint);
  return new OpenModel({
    summary: summariseModel({
      handle,
      location,
      checkpoint,
      config,
      architecture,
      transformer,
      tokenizer,
      chosenConfig: params.config !== undefined,
      chosenTokenizer: params.tokenizer !== undefined,
      offeredConfig: await offeredConfig(location, config, checkpoint),
      offeredTokenizer: await offeredTokenizer(location, tokenizer, transformer.value),
      parameters: countParameters(checkpoint.tensors, transformer.value),
      warnings: warning === null ? [] : [warning],
    }),
    checkpoint,
    transformer: transformer.value,
    vocabulary: tokenizer.value,
    spaces:
      transformer.value === null
        ? null
        : new Spaces({
            transformer: transformer.value,
            checkpoint,
            vocabulary: tokenizer.value,
            identity,
            cache,
            budget,
            backend,
          }),
    files,
    identity,
    cache,
    backend,
  });
}

async function tokenizerIdentity(path: string): Promise<unknown> {
  const files = await findTokenizerFiles(path);
  return Promise.all(files.map(({ path: file }) => identifyFile(file)));
}

/**
 * Opens a model from any of its paths. Headers, config and tokenizer are read; weights are not.
 * @throws VocabScopeError where the weights cannot be opened, or a chosen config or tokenizer cannot be used
 */
export async function openModel(
  handle: string,
  params: OpenParams,
  dependencies: OpenDependencies,
): Promise<OpenModel> {
  const location = await locateModel(params.path);
  const checkpoint = await openCheckpoint(location.canonicalPath);
  try {
    return await assemble(handle, params, location, checkpoint, dependencies);
  } catch (error) {
    await checkpoint.close();
    throw error instanceof Error ? error : new Error(messageOf(error));
  }
}
