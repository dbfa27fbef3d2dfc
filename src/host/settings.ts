import type { EngineSettings } from '../protocol/engineWire';

/** Settings under `vocabscope.`, with their defaults: the same as in package.json. */
export const DEFAULT_SETTINGS = {
  memoryBudgetMB: 512,
  threads: 0,
  cacheSizeLimitMB: 512,
  tokensPerRow: 20,
  huggingFaceCache: '',
};

export type Settings = Readonly<typeof DEFAULT_SETTINGS>;
export const SETTINGS_SECTION = 'vocabscope';

/** Settings that an engine keeps from its start to its end. */
export const ENGINE_SETTINGS = ['memoryBudgetMB', 'threads', 'cacheSizeLimitMB'] as const;

const BYTES_PER_MB = 1024 * 1024;
const MIN_MEMORY_MB = 64;
const MAX_TOKENS_PER_ROW = 1_000;
const MAX_THREADS = 256;

/** What a configuration says; what is no number in its range is as if it were not set. */
export function readSettings(get: (key: keyof Settings) => unknown): Settings {
  const count = (key: keyof Settings, least: number, most: number): number => {
    const value = get(key);
    const fits =
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
    return fits ? (value as number) : (DEFAULT_SETTINGS[key] as number);
  };
  const cache = get('huggingFaceCache');
  return {
    memoryBudgetMB: count('memoryBudgetMB', MIN_MEMORY_MB, Number.MAX_SAFE_INTEGER / BYTES_PER_MB),
    threads: count('threads', 0, MAX_THREADS),
    cacheSizeLimitMB: count('cacheSizeLimitMB', 0, Number.MAX_SAFE_INTEGER / BYTES_PER_MB),
    tokensPerRow: count('tokensPerRow', 1, MAX_TOKENS_PER_ROW),
    huggingFaceCache: typeof cache === 'string' ? cache.trim() : DEFAULT_SETTINGS.huggingFaceCache,
  };
}

/** The part that the engine is started with. */
export function engineSettings(settings: Settings, cacheFolder: string): EngineSettings {
  return {
    cacheFolder: settings.cacheSizeLimitMB === 0 ? null : cacheFolder,
    cacheLimitBytes: settings.cacheSizeLimitMB * BYTES_PER_MB,
    memoryBudgetBytes: settings.memoryBudgetMB * BYTES_PER_MB,
    threads: settings.threads,
  };
}
