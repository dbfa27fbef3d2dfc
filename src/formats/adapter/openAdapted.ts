import { basename, dirname, join, resolve } from 'node:path';
import { modelTypeOf } from '../../core/architectures/config';
import { storedLayout } from '../../core/architectures/storedLayout';
import { VocabScopeError } from '../../core/errors';
import { fileKind, isFile } from '../../io/fileKind';
import type { Checkpoint } from '../checkpoint';
import { locateModel, type ModelLocation } from '../locateModel';
import { openCheckpoint } from '../openCheckpoint';
import { readConfig } from '../readConfig';
import { hasTokenizer } from '../tokenizerFiles';
import { AdaptedCheckpoint } from './adaptedCheckpoint';
import { ADAPTER_CONFIG, readAdapterConfig } from './adapterConfig';
import type { LayoutOf } from './adapterTensors';

/** Names of an adapter's weights, the one that is read first. */
const WEIGHTS = ['adapter_model.safetensors', 'adapter_model.bin'] as const;

/** A model that is an adapter over its base. */
export interface AdaptedModel {
  readonly location: ModelLocation;
  readonly checkpoint: Checkpoint;
}

async function adapterFolder(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = (await fileKind(absolute)) === 'folder' ? absolute : dirname(absolute);
  if (!(await isFile(join(folder, ADAPTER_CONFIG)))) {
    throw new VocabScopeError(
      'usage',
      `${path} is no adapter: no ${ADAPTER_CONFIG} lies there, so there is nothing that a base model could be named for. Leave --base out.`,
    );
  }
  return folder;
}

async function adapterWeights(folder: string): Promise<string> {
  for (const name of WEIGHTS) {
    if (await isFile(join(folder, name))) {
      return join(folder, name);
    }
  }
  throw new VocabScopeError(
    'notFound',
    `${folder} holds an ${ADAPTER_CONFIG} and no ${WEIGHTS[0]}. Download it into the same folder.`,
  );
}

/** How the base's family keeps its weights. A config that cannot be read says nothing here: its problem is told on opening. */
async function layoutsOf(configPath: string | null): Promise<LayoutOf> {
  try {
    const config = configPath === null ? undefined : await readConfig(configPath);
    const modelType = config === undefined ? undefined : modelTypeOf(config);
    return (tensor) => (modelType === undefined ? undefined : storedLayout(modelType, tensor));
  } catch (error) {
    if (error instanceof VocabScopeError) {
      return () => undefined;
    }
    throw error;
  }
}

/**
 * Opens an adapter's folder over its base model; only headers and configs are read. The tokenizer is the adapter's where
 * it has one.
 * @param chosenConfig stands in for the base's config.json
 * @throws VocabScopeError `usage` where the path is no adapter; `incomparable` where it does not belong to the base
 */
export async function openAdapted(
  path: string,
  basePath: string,
  chosenConfig?: string,
): Promise<AdaptedModel> {
  const folder = await adapterFolder(path);
  const canonicalPath = await adapterWeights(folder);
  const config = await readAdapterConfig(folder);
  const baseLocation = await locateModel(basePath);
  const adapter = await openCheckpoint(canonicalPath);
  let base: Checkpoint | undefined;
  try {
    base = await openCheckpoint(baseLocation.canonicalPath);
    const checkpoint = await AdaptedCheckpoint.over(
      base,
      adapter,
      config,
      baseLocation.canonicalPath,
      await layoutsOf(chosenConfig ?? baseLocation.configPath),
    );
    const own = await hasTokenizer(folder);
    return {
      location: {
        ...baseLocation,
        name: basename(folder),
        folder,
        canonicalPath,
        tokenizerFolder: own ? folder : baseLocation.tokenizerFolder,
      },
      checkpoint,
    };
  } catch (error) {
    await adapter.close();
    await base?.close();
    throw error;
  }
}
