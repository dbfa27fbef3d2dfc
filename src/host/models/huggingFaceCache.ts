import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A model in the local Hugging Face cache. */
export interface CachedModel {
  /** `gpt2`, `EleutherAI/pythia-70m`. */
  readonly name: string;
  /** The folder of one revision. */
  readonly folder: string;
}

const MAX_MODELS = 500;
const WEIGHTS = /\.(safetensors|safetensors\.index\.json)$/u;

/** Where the cache lies: as the setting says, else as huggingface_hub finds it. */
export function cacheFolder(setting: string, environment: NodeJS.ProcessEnv, home: string): string {
  const set = (value: string | undefined): value is string => value !== undefined && value !== '';
  const absolute = (folder: string): string =>
    path.resolve(folder.startsWith('~') ? path.join(home, folder.slice(1)) : folder);
  if (setting !== '') return absolute(setting);
  const hub = environment['HF_HUB_CACHE'] ?? environment['HUGGINGFACE_HUB_CACHE'];
  if (set(hub)) return absolute(hub);
  const hfHome = environment['HF_HOME'];
  if (set(hfHome)) return path.join(absolute(hfHome), 'hub');
  const xdg = environment['XDG_CACHE_HOME'];
  return path.join(set(xdg) ? absolute(xdg) : path.join(home, '.cache'), 'huggingface', 'hub');
}

/** The models of a cache that hold weights we read, by name; none where there is no cache. */
export async function listCachedModels(cache: string): Promise<readonly CachedModel[]> {
  const folders = (await list(cache)).filter((name) => name.startsWith('models--'));
  const models = await Promise.all(
    folders.slice(0, MAX_MODELS).map(async (folder) => {
      const snapshot = await newestSnapshot(path.join(cache, folder));
      const name = folder.slice('models--'.length).replaceAll('--', '/');
      return snapshot === undefined ? undefined : { name, folder: snapshot };
    }),
  );
  return models.filter((model) => model !== undefined).sort((a, b) => a.name.localeCompare(b.name));
}

/** The revision that `refs/main` names where it holds weights, else the newest that does. */
async function newestSnapshot(folder: string): Promise<string | undefined> {
  const main = await readFile(path.join(folder, 'refs', 'main'), 'utf8').catch(() => '');
  const snapshots = path.join(folder, 'snapshots');
  const dated = await Promise.all(
    (await list(snapshots)).map(async (revision) => {
      const snapshot = path.join(snapshots, revision);
      const { mtimeMs } = await stat(snapshot).catch(() => ({ mtimeMs: 0 }));
      return { snapshot, order: revision === main.trim() ? Infinity : mtimeMs };
    }),
  );
  dated.sort((a, b) => b.order - a.order);
  for (const { snapshot } of dated) {
    if ((await list(snapshot)).some((name) => WEIGHTS.test(name))) return snapshot;
  }
  return undefined;
}

async function list(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
