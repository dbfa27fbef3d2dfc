import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Raised whenever what is stored, or how it is computed, changes: older entries are then never found. */
const CACHE_VERSION = 2;
const SUFFIX = '.vscache';
const DIGEST_BYTES = 32;

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Everything that decides a cached value: the file's identity, what was computed, and with which options. */
export type CacheKey = Readonly<Record<string, unknown>>;

/**
 * Results on disk, found again by what decides them. Entries are written to a temporary name and renamed, so
 * that a reader never meets half of one; the least recently used go when the folder passes its limit. A cache
 * that cannot be read or written is as good as none: it never fails a request.
 */
export class DiskCache {
  constructor(
    private readonly folder: string,
    private readonly limitBytes: number,
  ) {}

  /** The stored value, or undefined. */
  async get<T>(key: CacheKey, isValid: (value: unknown) => value is T): Promise<T | undefined> {
    const file = this.fileOf(key);
    try {
      const stored = await readFile(file);
      const bytes = stored.subarray(DIGEST_BYTES);
      if (!digestOf(bytes).equals(stored.subarray(0, DIGEST_BYTES))) {
        return undefined;
      }
      const value: unknown = deserialize(bytes);
      if (!isValid(value)) {
        return undefined;
      }
      const now = new Date();
      await utimes(file, now, now);
      return value;
    } catch {
      return undefined;
    }
  }

  async put(key: CacheKey, value: unknown): Promise<void> {
    const file = this.fileOf(key);
    const temporary = `${file}.${String(process.pid)}.${String(Date.now())}.tmp`;
    try {
      const bytes = serialize(value);
      if (bytes.byteLength > this.limitBytes / 2) {
        return;
      }
      await makeFolder(this.folder);
      await writeFile(temporary, Buffer.concat([digestOf(bytes), bytes]));
      await rename(temporary, file);
      await this.trim();
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** Removes every entry. Answers how many bytes they took. */
  async clear(): Promise<number> {
    const entries = await this.entries();
    await Promise.all(entries.map(({ file }) => rm(file, { force: true })));
    return entries.reduce((sum, { size }) => sum + size, 0);
  }

  private async trim(): Promise<void> {
    const entries = await this.entries();
    let total = entries.reduce((sum, { size }) => sum + size, 0);
    entries.sort((a, b) => a.usedMs - b.usedMs);
    for (const { file, size } of entries) {
      if (total <= this.limitBytes) {
        return;
      }
      await rm(file, { force: true });
      total -= size;
    }
  }

  private async entries(): Promise<{ file: string; size: number; usedMs: number }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const stats = await Promise.all(
      names
        .filter((name) => name.endsWith(SUFFIX) || name.endsWith('.tmp'))
        .map(async (name) => {
          const file = path.join(this.folder, name);
          const found = await stat(file).catch(() => undefined);
          return found === undefined ? [] : [{ file, size: found.size, usedMs: found.mtimeMs }];
        }),
    );
    return stats.flat();
  }

  private fileOf(key: CacheKey): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([CACHE_VERSION, sorted(key)]))
      .digest('hex');
    return path.join(this.folder, `${digest.slice(0, 40)}${SUFFIX}`);
  }
}

/**
 * Makes a folder and those above it that are not there. Node's own way tries for ever where a folder can be listed but not
 * written into, as below /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  if (await isThere(folder)) {
    return;
  }
  await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    // Another process may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  });
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => file === path.dirname(file),
  );
}

/** The same key whatever the order in which its parts were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]);
  }
  return value;
}
