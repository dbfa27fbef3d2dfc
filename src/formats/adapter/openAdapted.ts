import { basename, dirname, join, resolve } from 'node:path';
import { VocabScopeError } from '../../core/errors';
import { fileKind, isFile } from '../../io/fileKind';
import type { Checkpoint } from '../checkpoint';
import { locateModel, type ModelLocation } from '../locateModel';
import { openCheckpoint } from '../openCheckpoint';
import { hasTokenizer } from '../tokenizerFiles';
import { AdaptedCheckpoint } from './adaptedCheckpoint';
import { ADAPTER_CONFIG, readAdapterConfig } from './adapterConfig';

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

/**
 * Opens an adapter's folder over its base model; only headers and configs are read. The tokenizer is the adapter's where
 * it has one.
 * @throws VocabScopeError `usage` where the path is no adapter; `incomparable` where it does not belong to the base
 */
export async function openAdapted(path: string, basePath: string): Promise<AdaptedModel> {
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
