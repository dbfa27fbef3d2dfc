import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cacheFolder, listCachedModels } from '../../../src/host/models/huggingFaceCache';

describe('where the cache lies', () => {
  test.each([
    ['/set', { HF_HUB_CACHE: '/hub' }, '/set'],
    ['~/set', {}, '/home/me/set'],
    ['', { HF_HUB_CACHE: '/hub', HF_HOME: '/hf' }, '/hub'],
    ['', { HUGGINGFACE_HUB_CACHE: '/old', HF_HOME: '/hf' }, '/old'],
    ['', { HF_HOME: '/hf' }, '/hf/hub'],
    ['', { HF_HOME: '~/hf' }, '/home/me/hf/hub'],
    ['', { HF_HOME: '', XDG_CACHE_HOME: '/xdg' }, '/xdg/huggingface/hub'],
    ['', {}, '/home/me/.cache/huggingface/hub'],
  ])('setting "%s" and %o: %s', (setting, environment, folder) => {
    expect(cacheFolder(setting, environment, '/home/me')).toBe(path.resolve(folder));
  });
});

describe('what is in it', () => {
  const cache = mkdtempSync(path.join(os.tmpdir(), 'vocabscope-hub-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  /** A snapshot as huggingface_hub lays it: links into blobs. */
  function addSnapshot(repository: string, revision: string, files: string[], age: number): string {
    const blobs = path.join(cache, repository, 'blobs');
    const snapshot = path.join(cache, repository, 'snapshots', revision);
    mkdirSync(blobs, { recursive: true });
    mkdirSync(snapshot, { recursive: true });
    for (const file of files) {
      writeFileSync(path.join(blobs, `${revision}-${file}`), '');
      symlinkSync(path.join(blobs, `${revision}-${file}`), path.join(snapshot, file));
    }
    utimesSync(snapshot, 1_000_000 - age, 1_000_000 - age);
    return snapshot;
  }

  test('models with weights, by the revision that main names, else by the newest with weights', async () => {
    addSnapshot('models--gpt2', 'new', ['model.safetensors'], 0);
    const main = addSnapshot('models--gpt2', 'main', ['model.safetensors'], 9);
    mkdirSync(path.join(cache, 'models--gpt2/refs'));
    writeFileSync(path.join(cache, 'models--gpt2/refs/main'), 'main\n');
    addSnapshot('models--org--sharded', 'newest', ['config.json'], 0);
    const sharded = addSnapshot(
      'models--org--sharded',
      'older',
      ['model.safetensors.index.json'],
      5,
    );
    addSnapshot('models--org--sharded', 'oldest', ['model.safetensors'], 9);
    addSnapshot('models--org--tokenizer-only', 'a', ['tokenizer.json'], 0);
    addSnapshot('datasets--org--texts', 'a', ['model.safetensors'], 0);
    expect(await listCachedModels(cache)).toEqual([
      { name: 'gpt2', folder: main },
      { name: 'org/sharded', folder: sharded },
    ]);
  });

  test('no cache, no models', async () => {
    expect(await listCachedModels(path.join(cache, 'nowhere'))).toEqual([]);
  });
});
