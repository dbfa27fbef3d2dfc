import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import { refusal } from './refusal';
import { float32Bytes, validSafetensors } from './safetensorsFixture';
import { temporaryFolder } from './temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

describe('shards by an index', () => {
  const one = validSafetensors(
    [
      { name: 'a', dtype: 'F32', shape: [1], bytes: float32Bytes([1]) },
      { name: 'both', dtype: 'F32', shape: [1], bytes: float32Bytes([2]) },
    ],
    { format: 'pt' },
  );
  const two = validSafetensors([
    { name: 'both', dtype: 'F32', shape: [1], bytes: float32Bytes([3]) },
    { name: 'c', dtype: 'F32', shape: [1], bytes: float32Bytes([4]) },
  ]);

  function place(name: string, index: unknown): string {
    folder.place(`${name}/model-00001-of-00002.safetensors`, one);
    folder.place(`${name}/sub/model-00002-of-00002.safetensors`, two);
    const text = typeof index === 'string' ? index : JSON.stringify(index);
    return folder.place(`${name}/model.safetensors.index.json`, text);
  }

  const FIRST = 'model-00001-of-00002.safetensors';
  const SECOND = 'sub/model-00002-of-00002.safetensors';

  it('takes each tensor from the shard that the index names', async () => {
    const path = place('good', {
      metadata: { total_size: 16, deep: [[{ a: null }]] },
      weight_map: { c: SECOND, both: SECOND, a: FIRST },
    });
    const checkpoint = await openCheckpoint(path);
    expect(checkpoint.files).toEqual([
      join(folder.path, 'good', FIRST),
      join(folder.path, 'good', SECOND),
    ]);
    const values = await Promise.all(
      ['a', 'both', 'c'].map(async (name) => {
        const { file = -1, offset = 0 } = checkpoint.tensors.get(name) ?? {};
        const bytes = new Uint8Array(4);
        await (await checkpoint.source(file)).read(offset, bytes);
        return [file, new DataView(bytes.buffer).getFloat32(0, true)];
      }),
    );
    expect(values).toEqual([
      [0, 1],
      [1, 3],
      [1, 4],
    ]);
    expect(checkpoint.metadata.get('format')).toBe('pt');
    expect(checkpoint.warnings).toEqual([]);
    await checkpoint.close();
  });

  it('leaves out what the index does not list, and says so', async () => {
    const checkpoint = await openCheckpoint(
      place('partly', { weight_map: { a: FIRST, c: SECOND } }),
    );
    expect([...checkpoint.tensors.keys()]).toEqual(['a', 'c']);
    expect(checkpoint.warnings).toEqual([
      'Tensors in the shards that model.safetensors.index.json does not list are left out: 2.',
    ]);
    await checkpoint.close();
  });

  it('follows links inside the folder, as the Hugging Face cache is made of them', async () => {
    const path = place('linked', { weight_map: { a: 'link.safetensors' } });
    symlinkSync(join(folder.path, 'good', FIRST), join(folder.path, 'linked', 'link.safetensors'));
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['a']);
    await checkpoint.close();
  });

  it.each<[what: string, index: unknown, reason: string, message: RegExp]>([
    ['is no JSON', '{"weight_map" 1}', 'invalidFile', /index.*JSON/u],
    ['is no object', '[]', 'invalidFile', /no JSON object/u],
    ['is empty', '', 'invalidFile', /no JSON object/u],
    ['has no weight_map', {}, 'invalidFile', /no weight_map/u],
    ['has an empty weight_map', { weight_map: {} }, 'invalidFile', /no weight_map/u],
    [
      'has a list for weight_map',
      { weight_map: [1, 2] },
      'invalidFile',
      /weight_map is no object/u,
    ],
    [
      'has weight_map twice',
      '{"weight_map":{"a":"b.safetensors"},"weight_map":{}}',
      'invalidFile',
      /twice/u,
    ],
    [
      'lists a tensor twice',
      '{"weight_map":{"a":"b.safetensors","a":"c.safetensors"}}',
      'invalidFile',
      /"a" twice/u,
    ],
    ['names a shard by a list', { weight_map: { a: ['x'] } }, 'invalidFile', /"a" in weight_map/u],
    [
      'names an absolute path',
      { weight_map: { a: '/proc/self/environ' } },
      'outsideFolder',
      /outside its folder/u,
    ],
    [
      'names a drive',
      { weight_map: { a: 'C:\\x.safetensors' } },
      'outsideFolder',
      /outside its folder/u,
    ],
    [
      'names a share',
      { weight_map: { a: '\\\\host\\x.safetensors' } },
      'outsideFolder',
      /outside its folder/u,
    ],
    [
      'goes up',
      { weight_map: { a: '../good/x.safetensors' } },
      'outsideFolder',
      /outside its folder/u,
    ],
    [
      'goes up by backslashes',
      { weight_map: { a: 'x\\..\\..\\y.safetensors' } },
      'outsideFolder',
      /outside/u,
    ],
    ['holds a NUL', { weight_map: { a: 'x\0.safetensors' } }, 'outsideFolder', /outside/u],
    [
      'names itself',
      { weight_map: { a: 'model.safetensors.index.json' } },
      'invalidFile',
      /which is an index/u,
    ],
    ['names a pickle', { weight_map: { a: 'model.bin' } }, 'invalidFile', /no safetensors file/u],
    [
      'names a missing shard',
      { weight_map: { a: 'gone.safetensors' } },
      'notFound',
      /"gone\.safetensors".*missing/u,
    ],
    [
      'expects what a shard lacks',
      { weight_map: { a: FIRST, z: FIRST, y: SECOND } },
      'invalidFile',
      /00001.*"z"/u,
    ],
    ['is deep', `{"metadata":${'['.repeat(1e5)}`, 'invalidFile', /nested/u],
  ])('refuses an index that %s', async (_, index, reason, message) => {
    const error = await refusal(place('bad', index));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });

  it('names the shard that is damaged', async () => {
    const path = place('damaged', { weight_map: { a: FIRST, c: SECOND } });
    folder.place(`damaged/${SECOND}`, two.subarray(0, two.length - 3));
    const error = await refusal(path);
    expect(error).toMatchObject({ reason: 'truncated' });
    expect(error.message).toMatch(/model-00002.*3 bytes are missing/u);
  });
});
