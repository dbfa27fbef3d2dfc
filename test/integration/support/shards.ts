import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFileSync } from 'node:fs';
import path from 'node:path';

const LENGTH_BYTES = 8;
const INDEX = 'model.safetensors.index.json';

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Writes a model again, in two parts with an index. @returns the index and the parts */
export function splitModel(from: string, to: string): { index: string; parts: string[] } {
  mkdirSync(to, { recursive: true });
  for (const file of ['config.json', 'tokenizer.json']) {
    copyFileSync(path.join(from, file), path.join(to, file));
  }
  const bytes = readFileSync(path.join(from, 'model.safetensors'));
  const headerLength = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(
    bytes.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headerLength),
  ) as Record<string, Entry>;
  const data = bytes.subarray(LENGTH_BYTES + headerLength);
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const half = Math.ceil(entries.length / 2);
  const weightMap: Record<string, string> = {};
  const parts = [entries.slice(0, half), entries.slice(half)].map((part, index) => {
    const name = `model-0000${String(index + 1)}-of-00002.safetensors`;
    for (const [tensor] of part) weightMap[tensor] = name;
    writeFileSync(path.join(to, name), safetensors(part, data));
    return path.join(to, name);
  });
  const index = path.join(to, INDEX);
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
  return { index, parts };
}

function safetensors(entries: [string, Entry][], data: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let offset = 0;
  const header: Record<string, Entry> = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of entries) {
    chunks.push(data.subarray(start, end));
    header[name] = { dtype, shape, data_offsets: [offset, offset + end - start] };
    offset += end - start;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...chunks]);
}
