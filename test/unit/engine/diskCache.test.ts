import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskCache } from '../../../src/engine/cache/diskCache';

const isArray = (value: unknown): value is Float32Array => value instanceof Float32Array;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-cache-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('DiskCache', () => {
  it('finds a value by its key, whatever the order of the key’s parts', async () => {
    const cache = new DiskCache(folder, 1_000_000);
    await cache.put({ a: 1, b: { c: [1, 2] } }, Float32Array.of(1, 2, 3));
    expect(await cache.get({ b: { c: [1, 2] }, a: 1 }, isArray)).toEqual(Float32Array.of(1, 2, 3));
    expect(await cache.get({ a: 2, b: { c: [1, 2] } }, isArray)).toBeUndefined();
  });

  it('takes broken entries for absent ones', async () => {
    const cache = new DiskCache(folder, 1_000_000);
    await cache.put({ a: 1 }, Float32Array.of(1));
    const [name = ''] = await readdir(folder);
    await writeFile(path.join(folder, name), 'garbage');
    expect(await cache.get({ a: 1 }, isArray)).toBeUndefined();
    await cache.put({ a: 3 }, Float32Array.of(1));
    const other = (await readdir(folder)).find((file) => file !== name) ?? '';
    const bytes = await readFile(path.join(folder, other));
    bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1;
    await writeFile(path.join(folder, other), bytes);
    expect(await cache.get({ a: 3 }, isArray)).toBeUndefined();
    await cache.put({ a: 2 }, 'no array');
    expect(await cache.get({ a: 2 }, isArray)).toBeUndefined();
  });

  it('drops what was used longest ago when it passes its limit', async () => {
    const cache = new DiskCache(folder, 10_000);
    for (let n = 0; n < 5; n += 1) {
      await cache.put({ n }, new Float32Array(800));
      await new Promise((resolve) => setTimeout(resolve, 15));
      await cache.get({ n: 0 }, isArray);
    }
    expect(await cache.get({ n: 0 }, isArray)).toBeDefined();
    expect(await cache.get({ n: 4 }, isArray)).toBeDefined();
    expect(await cache.get({ n: 1 }, isArray)).toBeUndefined();
  });

  it('clears everything and says how much it was', async () => {
    const cache = new DiskCache(folder, 1_000_000);
    await cache.put({ n: 1 }, new Float32Array(100));
    expect(await cache.clear()).toBeGreaterThan(400);
    expect(await readdir(folder)).toEqual([]);
  });

  it('never fails a request where its folder cannot be written', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const cache = new DiskCache(path.join(file, 'below'), 1000);
    await cache.put({ n: 1 }, 1);
    expect(
      await cache.get({ n: 1 }, (value): value is number => typeof value === 'number'),
    ).toBeUndefined();
    expect(await cache.clear()).toBe(0);
  });

  it('makes the folders above its own', async () => {
    const cache = new DiskCache(path.join(folder, 'a', 'b'), 1_000_000);
    await cache.put({ a: 1 }, Float32Array.of(1));
    expect(await cache.get({ a: 1 }, isArray)).toEqual(Float32Array.of(1));
  });

  it.each([
    ['below a file', () => path.join(folder, 'file', 'cache')],
    // Linux: can be listed, cannot be written into, and says that new folders are not found.
    ['below /proc', () => '/proc/vocabscope/cache'],
  ])('is none where its folder cannot be made: %s', async (_where, folderOf) => {
    await writeFile(path.join(folder, 'file'), 'text');
    const cache = new DiskCache(folderOf(), 1_000_000);
    await cache.put({ a: 1 }, Float32Array.of(1));
    expect(await cache.get({ a: 1 }, isArray)).toBeUndefined();
    expect(await cache.clear()).toBe(0);
  });
});
