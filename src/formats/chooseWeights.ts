import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VocabScopeError } from '../core/errors';
import { ADAPTER_CONFIG } from './adapter/adapterConfig';
import { explainFileError } from '../io/fileErrors';
import { isFile } from '../io/fileKind';
import { quote, quoteSome } from './quote';
import { readConfig } from './readConfig';
import { INDEX_ENDING } from './safetensors/detect';
import { readShardIndex } from './safetensors/shardIndex';
import { UNSUPPORTED_EXTENSIONS } from './unsupported';

export const MODEL_INDEX = 'model.safetensors.index.json';
export const MODEL_FILE = 'model.safetensors';

const WEIGHTS_ENDING = '.safetensors';
const ADAPTER_WEIGHTS = /^adapter_model\./u;
const SHARD = /-\d+-of-\d+\.safetensors$/u;

/** What trainers leave beside weights under the endings of weights. */
const TRAINER_FILES = /^(?:training_args|optimizer|scheduler|scaler|rng_state)/u;

/** Subfolders that are looked into where a folder itself holds no weights. */
const MAX_SUBFOLDERS = 100;

/** Names in a folder, sorted, without hidden ones (file managers leave `._model.safetensors`). */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    throw explainFileError(error, folder);
  }
}

function endsWith(name: string, ending: string): boolean {
  return name.toLowerCase().endsWith(ending);
}

/**
 * The one file that stands for the model in a folder: the index, else the weights file; where there are only
 * weights of another format, such a file, so that opening it says what it is.
 * @throws VocabScopeError that names the candidates, or says that there is none.
 */
export async function chooseWeights(folder: string): Promise<string> {
  const names = await namesIn(folder);
  const indexes = names.filter((name) => endsWith(name, INDEX_ENDING));
  const files = names.filter(
    (name) => endsWith(name, WEIGHTS_ENDING) && !ADAPTER_WEIGHTS.test(name),
  );
  const standard = [MODEL_INDEX, MODEL_FILE].find((name) => names.includes(name));
  const chosen = standard ?? onlyOne(files) ?? onlyOne(indexes);
  if (chosen !== undefined) {
    return leadToIndex(join(folder, chosen));
  }
  if (files.length + indexes.length > 0) {
    throw severalModels(folder, indexes.length > 0 ? indexes : files);
  }
  if (names.includes(ADAPTER_CONFIG)) {
    throw await adapterRefusal(folder);
  }
  const other = names.find(
    (name) =>
      !TRAINER_FILES.test(name) &&
      UNSUPPORTED_EXTENSIONS.some((extension) => endsWith(name, extension)),
  );
  if (other !== undefined) {
    return join(folder, other);
  }
  throw await noWeights(folder, names);
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

function severalModels(folder: string, names: readonly string[]): VocabScopeError {
  if (names.every((name) => SHARD.test(name))) {
    return new VocabScopeError(
      'notFound',
      `${folder} holds shards (${quoteSome(names)}) without the index that belongs to them. Download ` +
        `${MODEL_INDEX} into the same folder.`,
    );
  }
  return new VocabScopeError(
    'notFound',
    `${folder} holds several models: ${quoteSome(names, 5)}. Open one of these files.`,
  );
}

async function noWeights(folder: string, names: readonly string[]): Promise<VocabScopeError> {
  const inside: string[] = [];
  for (const name of names.slice(0, MAX_SUBFOLDERS)) {
    const candidates = [MODEL_INDEX, MODEL_FILE].map((file) => join(folder, name, file));
    if ((await Promise.all(candidates.map(isFile))).includes(true)) {
      inside.push(name);
    }
  }
  const advice =
    inside.length > 0
      ? `Its subfolders do: open ${quoteSome(inside, 5)}.`
      : 'Open the folder that holds model.safetensors.';
  return new VocabScopeError('notFound', `${folder} holds no weights. ${advice}`);
}

/**
 * The index that names a file as its shard, else the file itself; the refusal of an adapter, which is no whole
 * model.
 */
export async function leadToIndex(path: string): Promise<string> {
  const folder = dirname(path);
  const name = basename(path);
  if (!endsWith(name, WEIGHTS_ENDING)) {
    return path;
  }
  const names = await namesIn(folder);
  if (ADAPTER_WEIGHTS.test(name) && names.includes(ADAPTER_CONFIG)) {
    throw await adapterRefusal(folder);
  }
  for (const index of names.filter((other) => endsWith(other, INDEX_ENDING))) {
    const indexPath = join(folder, index);
    // A damaged index beside a file does not keep the file from being opened by itself.
    const shards = await readShardIndex(indexPath).catch(() => undefined);
    if (shards?.shards.has(path) === true) {
      return indexPath;
    }
  }
  return path;
}

async function adapterRefusal(folder: string): Promise<VocabScopeError> {
  const config = await readConfig(join(folder, ADAPTER_CONFIG)).catch(() => undefined);
  const base = config?.get('base_model_name_or_path');
  const named =
    typeof base === 'string' && base !== '' ? ` Its config names ${quote(base)} as its base.` : '';
  return new VocabScopeError(
    'missingBase',
    `${folder} holds an adapter (LoRA), which changes a base model and is none itself: name that model with --base PATH, ` +
      `or choose it in VS Code.${named}`,
  );
}
