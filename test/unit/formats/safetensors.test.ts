import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import { float32Bytes, safetensorsFile, validSafetensors } from './safetensorsFixture';
import { refusal } from './refusal';
import { temporaryFolder } from './temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('a valid file', () => {
  it('lists tensors of every dtype and rank, empty ones too, with where their bytes lie', async () => {
    const file = validSafetensors(
      [
        { name: 'w', dtype: 'F32', shape: [2, 3], bytes: float32Bytes([1, 2, 3, 4, 5, 6]) },
        { name: 'scalar', dtype: 'BF16', shape: [] },
        { name: 'mask', dtype: 'BOOL', shape: [1, 1, 2, 2] },
        { name: 'none', dtype: 'F64', shape: [0, 7] },
        { name: 'packed', dtype: 'F4', shape: [3, 2] },
        { name: 'complex', dtype: 'C64', shape: [2] },
        { name: '', dtype: 'U8', shape: [1] },
        { name: '__proto__ "\\ é\u0000\u{1f600}', dtype: 'I64', shape: [1] },
      ],
      { format: 'pt', 'über\n': '"x"' },
    );
    const checkpoint = await openCheckpoint(folder.place('valid.safetensors', file));
    const dataStart = file.length - (24 + 2 + 4 + 0 + 3 + 16 + 1 + 8);
    expect([...checkpoint.tensors.values()].map(({ name, offset }) => [name, offset])).toEqual([
      ['w', dataStart],
      ['scalar', dataStart + 24],
      ['mask', dataStart + 26],
      ['none', dataStart + 30],
      ['packed', dataStart + 30],
      ['complex', dataStart + 33],
      ['', dataStart + 49],
      ['__proto__ "\\ é\u0000\u{1f600}', dataStart + 50],
    ]);
    expect(checkpoint.tensors.get('mask')).toEqual({
      name: 'mask',
      dtype: 'BOOL',
      shape: [1, 1, 2, 2],
      byteLength: 4,
      file: 0,
      offset: dataStart + 26,
    });
    expect([...checkpoint.metadata]).toEqual([
      ['format', 'pt'],
      ['über\n', '"x"'],
    ]);
    const bytes = new Uint8Array(24);
    await (await checkpoint.source(0)).read(dataStart, bytes);
    expect(bytes).toEqual(float32Bytes([1, 2, 3, 4, 5, 6]));
    await checkpoint.close();
    await expect(checkpoint.source(0)).rejects.toThrow(/was closed/u);
  });

  it('may have its tensors in any order, keys of later versions, and a padded header', async () => {
    const header = `{ "b":{"shape":[1],"new":{"a":[1.5e3,null,true,"x"]},"dtype":"U8","data_offsets":[1,2]},
      "a":{"data_offsets":[0,1],"dtype":"U8","shape":[1]} }\n   `;
    const path = folder.place('order.safetensors', safetensorsFile(header, 2));
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['b', 'a']);
    await checkpoint.close();
  });

  it('may list an empty tensor after the one that begins at the same byte', async () => {
    const header = { w: entry([2], [0, 8]), empty: entry([0], [0, 0]), last: entry([0], [8, 8]) };
    const path = folder.place('empty-tensors.safetensors', safetensorsFile(header, 8));
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['w', 'empty', 'last']);
    await checkpoint.close();
  });

  it('is known by its content under another name', async () => {
    const file = validSafetensors([{ name: 'w', dtype: 'F16', shape: [2] }]);
    const checkpoint = await openCheckpoint(folder.place('weights.bin', file));
    expect(checkpoint.format).toBe('safetensors');
    await checkpoint.close();
  });
});

const OK = entry([2], [0, 8]);

describe('every check of the header', () => {
  it.each<[what: string, file: Uint8Array, reason: string, message: RegExp]>([
    ['no bytes', Buffer.alloc(0), 'truncated', /is empty/u],
    ['fewer than 8 bytes', Buffer.alloc(5), 'truncated', /too short for the header.*5 bytes/u],
    ['a length and no more', Buffer.alloc(8), 'notACheckpoint', /header does not begin/u],
    ['a huge length', Buffer.alloc(64, 0xff), 'notACheckpoint', /header would have/u],
    [
      'a length beyond the file',
      safetensorsFile({ w: OK }, 8).subarray(0, 30),
      'truncated',
      /truncated: its header/u,
    ],
    ['no brace', safetensorsFile(' {}', 8), 'notACheckpoint', /header does not begin with "\{"/u],
    ['JSON text', Buffer.from('{"a": 1, "b": 2, "c": 3}'), 'notACheckpoint', /is JSON text/u],
    ['no UTF-8', safetensorsFile('{"\\ua\xff":1}', 8).fill(0xff, 10, 12), 'invalidFile', /UTF-8/u],
    ['no JSON', safetensorsFile('{"w": tru}', 8), 'invalidFile', /header.*"w" is no object/u],
    [
      'cut JSON',
      safetensorsFile('{"w":{"dtype":"F32"', 8),
      'invalidFile',
      /header cannot be read as JSON/u,
    ],
    [
      'a comma too many',
      safetensorsFile(`{"w":${JSON.stringify(OK)},}`, 8),
      'invalidFile',
      /JSON/u,
    ],
    ['two values', safetensorsFile(`{"w":${JSON.stringify(OK)}}{}`, 8), 'invalidFile', /JSON/u],
    ['a control character', safetensorsFile('{"a\nb":1}', 8), 'invalidFile', /control character/u],
    ['half a surrogate pair', safetensorsFile('{"\\ud800":1}', 8), 'invalidFile', /surrogate/u],
    ['a wrong escape', safetensorsFile('{"\\x":1}', 8), 'invalidFile', /escape/u],
    ['a string without end', safetensorsFile('{"abc', 8), 'invalidFile', /no end/u],
    ['a wrong number', safetensorsFile('{"w":{"new":01}}', 8), 'invalidFile', /JSON/u],
    [
      'a wrong word',
      safetensorsFile('{"w":{"new":nul}}', 8),
      'invalidFile',
      /a value was expected/u,
    ],
    [
      'depth',
      safetensorsFile(`{"w":{"new":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`, 8),
      'invalidFile',
      /nested/u,
    ],
    [
      'unclosed depth',
      safetensorsFile(`{"w":{"new":${'{"a":'.repeat(1e5)}`, 8),
      'invalidFile',
      /nested/u,
    ],
    [
      'no tensor',
      safetensorsFile({ __metadata__: { format: 'pt' } }, 0),
      'invalidFile',
      /no tensor/u,
    ],
    [
      'metadata of another kind',
      safetensorsFile({ __metadata__: [], w: OK }, 8),
      'invalidFile',
      /__metadata__.*no object/u,
    ],
    [
      'metadata that is no text',
      safetensorsFile({ __metadata__: { n: 1 }, w: OK }, 8),
      'invalidFile',
      /"n" of __metadata__/u,
    ],
    [
      'metadata twice',
      safetensorsFile('{"__metadata__":{},"__metadata__":{}}', 0),
      'invalidFile',
      /__metadata__ twice/u,
    ],
    [
      'too many tensors',
      safetensorsFile(
        `{${Array.from({ length: 500_001 }, (_, i) => `"${String(i)}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join()}}`,
        0,
      ),
      'limit',
      /more than 500000 tensors/u,
    ],
  ])('refuses %s', async (_, file, reason, message) => {
    const error = await refusal(folder.place('bad.safetensors', file));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(/^bad\.safetensors /u);
    expect(error.message).toMatch(message);
  });
});

describe('every check of an entry', () => {
  it.each<[what: string, tensor: unknown, message: RegExp]>([
    ['an array', [1], /entry of tensor "w" is no object/u],
    ['null', null, /entry of tensor "w" is no object/u],
    ['no dtype', { shape: [2], data_offsets: [0, 8] }, /lacks dtype/u],
    ['no shape', { dtype: 'F32', data_offsets: [0, 8] }, /lacks dtype, shape/u],
    ['no offsets', { dtype: 'F32', shape: [2] }, /lacks.*data_offsets/u],
    ['a dtype that is no text', entry([2], [0, 8], ['F32']), /dtype of tensor "w"/u],
    ['an unknown dtype', entry([2], [0, 8], 'F31'), /dtype "F31"/u],
    ['a shape that is no list', entry(2, [0, 8]), /shape of tensor "w"/u],
    ['a negative size', entry([-2], [0, 8]), /shape of tensor "w"/u],
    ['a fraction', entry([2.5], [0, 8]), /shape of tensor "w"/u],
    ['a size as text', entry(['2'], [0, 8]), /shape of tensor "w"/u],
    ['a nested shape', entry([[2]], [0, 8]), /shape of tensor "w"/u],
    ['65 axes', entry(Array(65).fill(1), [0, 4]), /shape of tensor "w".*64/u],
    ['a size that float64 cannot hold', entry([2 ** 53], [0, 8]), /shape of tensor "w"/u],
    [
      'a shape that wraps to the right size',
      entry([2 ** 33, 2 ** 33, 2], [0, 8]),
      /size of tensor "w"/u,
    ],
    [
      'a product that is lost behind a zero',
      entry([2 ** 52, 2 ** 52, 0], [0, 0]),
      /size of tensor "w"/u,
    ],
    ['half a byte', entry([3], [0, 2], 'F4'), /no whole number of bytes/u],
    ['offsets that are a number', entry([2], 8), /data_offsets of tensor "w"/u],
    ['one offset', entry([2], [8]), /data_offsets of tensor "w"/u],
    ['three offsets', entry([2], [0, 8, 16]), /data_offsets of tensor "w"/u],
    ['offsets as text', entry([2], ['0', '8']), /data_offsets of tensor "w"/u],
    ['a fraction of an offset', entry([2], [0.5, 8.5]), /data_offsets of tensor "w"/u],
    ['a negative offset', entry([2], [-8, 0]), /data_offsets of tensor "w"/u],
    ['reversed offsets', entry([2], [8, 0]), /data_offsets of tensor "w" are reversed/u],
    ['a span that is too short', entry([2], [0, 4]), /8 bytes, but its data_offsets span 4/u],
    ['a span that is too long', entry([1], [0, 8]), /4 bytes, but its data_offsets span 8/u],
    ['a hole at the start', entry([1], [4, 8]), /hole of 4 bytes before tensor "w"/u],
    [
      'an end beyond the file',
      entry([3], [0, 12]),
      /truncated: 4 bytes are missing.*"w".*download/u,
    ],
    ['an end far beyond any file', entry([2 ** 49], [0, 2 ** 49], 'U8'), /bytes are missing/u],
    ['trailing bytes', entry([1], [0, 4]), /4 trailing bytes after the last tensor/u],
  ])('refuses %s', async (_, tensor, message) => {
    const error = await refusal(folder.place('bad.safetensors', safetensorsFile({ w: tensor }, 8)));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/bad\.safetensors/u);
  });

  it.each<[what: string, header: string, message: RegExp]>([
    [
      'a tensor',
      `{"w":${JSON.stringify(OK)},"w":${JSON.stringify(OK)}}`,
      /lists tensor "w" twice/u,
    ],
    [
      'an escaped tensor',
      `{"w":${JSON.stringify(OK)},"\\u0077":${JSON.stringify(OK)}}`,
      /tensor "w" twice/u,
    ],
    [
      'a dtype',
      '{"w":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}',
      /has dtype twice/u,
    ],
    [
      'a shape',
      '{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}',
      /has shape twice/u,
    ],
    [
      'offsets',
      '{"w":{"dtype":"F32","data_offsets":[0,4],"shape":[2],"data_offsets":[0,8]}}',
      /has data_offsets twice/u,
    ],
  ])('refuses %s twice', async (_, header, message) => {
    const error = await refusal(folder.place('bad.safetensors', safetensorsFile(header, 8)));
    expect(error.message).toMatch(message);
  });

  it.each<[what: string, tensors: unknown, message: RegExp]>([
    ['overlap', { a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, /tensors "a" and "b" overlap/u],
    ['share one span', { a: entry([2], [0, 8]), b: entry([2], [0, 8]) }, /overlap/u],
    [
      'leave a hole',
      { b: entry([1], [8, 12]), a: entry([1], [0, 4]) },
      /hole of 4 bytes before tensor "b"/u,
    ],
  ])('refuses tensors that %s', async (_, header, message) => {
    const error = await refusal(folder.place('bad.safetensors', safetensorsFile(header, 12)));
    expect(error).toMatchObject({ reason: 'invalidFile' });
    expect(error.message).toMatch(message);
  });

  it('keeps names from disguising themselves in messages', async () => {
    const name = `\u001b]0;x\u0007\u202e${'long'.repeat(1000)}`;
    const error = await refusal(folder.place('bad.safetensors', safetensorsFile({ [name]: 1 }, 8)));
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.message.length).toBeLessThan(300);
  });
});
