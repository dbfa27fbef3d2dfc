import { countParameters } from '../../core/architectures/parameters';
import type { MatmulBackend } from '../../core/projection/backend';
import { openAdapted } from '../../formats/adapter/openAdapted';
import type { Checkpoint } from '../../formats/checkpoint';
import { locateModel, type ModelLocation } from '../../formats/locateModel';
import { openCheckpoint } from '../../formats/openCheckpoint';
import { identifyFile } from '../../io/identity';
import type { OpenParams } from '../../protocol/engineApi';
import type { DiskCache } from '../cache/diskCache';
import type { MemoryBudget } from '../memoryBudget';
import type { OnnxSessions } from '../onnx/onnxSessions';
import {
  findConfig,
  findTokenizer,
  findTransformer,
  modelTypeOf,
  offeredConfig,
  offeredTokenizer,
  tokenizerFiles,
} from './companions';
import { OpenModel } from './openModel';
import { Spaces } from './spaces';
import { summariseModel } from './summary';
import { outputMatrixWarning } from './tiedOutput';

export interface OpenDependencies {
  readonly cache: DiskCache | null;
  readonly budget: MemoryBudget;
  readonly backend: () => MatmulBackend;
  readonly runtime: () => OnnxSessions;
}

/** What decides an adapter's numbers besides its files. */
function adapterIdentity({ adaptation }: Checkpoint): { adapter?: string } {
  return adaptation === undefined ? {} : { adapter: adaptation.settings };
}

async function assemble(
  handle: string,
  params: OpenParams,
  location: ModelLocation,
  checkpoint: Checkpoint,
  { cache, budget, backend, runtime }: OpenDependencies,
): Promise<OpenModel> {
  const config = await findConfig(location, params.config);
  const transformer = findTransformer(config, checkpoint);
  const architecture = transformer.value?.shape.architecture ?? modelTypeOf(config.value);
  const tokenizer = await findTokenizer(location, params.tokenizer, architecture ?? undefined);
  const files = await Promise.all(checkpoint.files.map(identifyFile));
  const vocabularyFiles = await tokenizerFiles(tokenizer);
  const identity = {
    ...{ files, ...adapterIdentity(checkpoint), shape: transformer.value?.shape ?? null },
    tokenizer: await Promise.all(vocabularyFiles.map(identifyFile)),
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
      tokenizerFiles: vocabularyFiles,
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
    budget,
    backend,
    runtime,
  });
}

async function openWeights({
  path,
  base,
  config,
}: OpenParams): Promise<{ location: ModelLocation; checkpoint: Checkpoint }> {
  if (base !== undefined) {
    return openAdapted(path, base, config);
  }
  const location = await locateModel(path);
  return { location, checkpoint: await openCheckpoint(location.canonicalPath) };
}

/**
 * Opens a model from any of its paths. Headers, config and tokenizer are read; weights are not.
 * @throws VocabScopeError where the weights cannot be opened, `missingBase` where they are an adapter's; where a chosen config or tokenizer cannot be used
 */
export async function openModel(
  handle: string,
  params: OpenParams,
  dependencies: OpenDependencies,
): Promise<OpenModel> {
  const { location, checkpoint } = await openWeights(params);
  try {
    return await assemble(handle, params, location, checkpoint, dependencies);
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}
