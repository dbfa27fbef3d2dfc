import { afterAll, describe, expect, it } from 'vitest';
import { refusal } from './refusal';
import { temporaryFolder } from './temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

describe('files of another kind', () => {
  it.each<[name: string, content: Uint8Array | string, message: RegExp]>([
    ['a.safetensors', 'GGUF\x03\0\0\0\0\0\0\0', /is a GGUF file/u],
    ['a.safetensors', 'PK\x03\x04\x14\0\0\0\0\0\0\0', /is a zip archive/u],
    ['a.safetensors', Buffer.from([0x80, 2, 0x7d, 0x71, 0, 0x2e, 0, 0, 0, 0]), /is a pickle/u],
    ['a.safetensors', '<!DOCTYPE html><html>404</html>', /is a web page/u],
    ['a.safetensors', 'version https://git-lfs.github.com/spec/v1\noid x\n', /Git LFS pointer/u],
    ['a.safetensors', '../../blobs/abc', /link that was stored as text/u],
    ['a.gguf', 'GGUF\x03\0\0\0', /is a GGUF file\. This version reads safetensors/u],
    ['a.bin', Buffer.from([0x80, 2, 0x7d, 0x71]), /is a PyTorch file \(pickle\)\. This version/u],
    ['a.pt', 'PK\x03\x04', /is a PyTorch file \(pickle\)\. This version/u],
    ['a.bin', 'hello world\n', /named like a PyTorch file.*it is plain text/u],
    ['a.onnx', Buffer.from([8, 10, 18, 7]), /ONNX file/u],
    ['a.npz', 'PK\x03\x04', /numpy file/u],
    ['a.h5', '\x89HDF', /Keras file/u],
    ['a.msgpack', Buffer.from([0x83]), /Flax file/u],
    ['a.bin.index.json', '{"weight_map":{}}', /index of PyTorch shards/u],
    ['a.xyz', Buffer.from([1, 2, 3]), /unknown format/u],
    ['a.pt', '', /is empty/u],
  ])('names %s that holds %o', async (name, content, message) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    const error = await refusal(folder.place(`other/${name}`, bytes));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(name);
  });
});
