import { isUtf8 } from 'node:buffer';
import { basename, dirname, isAbsolute, join, posix, win32 } from 'node:path';
import { VocabScopeError } from '../../core/errors';
import { readSmallFile } from '../../io/smallFile';
import { JsonFault, JsonScanner } from '../jsonScanner';
import { quote } from '../quote';
import { INDEX_ENDING } from './detect';

/** Those of the largest published mixtures have 10 MB. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

const MAX_LISTED_TENSORS = 1_000_000;
const MAX_SHARDS = 2048;

const WEIGHT_MAP = 'weight_map';
const SHARD_ENDING = '.safetensors';

/** Which tensors a `*.safetensors.index.json` expects in which of its shards. */
export interface ShardIndex {
  /** Absolute path of each shard, in the order of their names, and the names of its tensors. */
  readonly shards: ReadonlyMap<string, readonly string[]>;
}

function invalidIndex(indexPath: string, what: string, cause?: unknown): VocabScopeError {
  return new VocabScopeError(
    'invalidFile',
    `The index ${basename(indexPath)} is not valid: ${what}. Download or save it again.`,
    { cause },
  );
}

/** The path of a shard, checked by its letters alone: links inside the folder may lead where they want. */
function shardPath(indexPath: string, shard: string): string {
  const parts = shard.split(/[/\\]/u);
  const isOutside =
    isAbsolute(shard) ||
    posix.isAbsolute(shard) ||
    win32.isAbsolute(shard) ||
    /^[a-z]:/iu.test(shard);
  if (isOutside || parts.includes('..') || shard.includes('\0')) {
    throw new VocabScopeError(
      'outsideFolder',
      `The index ${basename(indexPath)} names a shard outside its folder, ${quote(shard)}, which is not opened. ` +
        'Shards lie beside their index.',
    );
  }
  const lower = shard.toLowerCase();
  if (lower.endsWith(INDEX_ENDING) || !lower.endsWith(SHARD_ENDING)) {
    throw invalidIndex(
      indexPath,
      `it names ${quote(shard)} as a shard, which is ${lower.endsWith('.index.json') ? 'an index' : 'no safetensors file'}`,
    );
  }
  return join(dirname(indexPath), ...parts);
}

/** The weight map as it stands in the file: tensor -> shard name. */
function parseWeightMap(bytes: Buffer, indexPath: string): ReadonlyMap<string, string> {
  const scanner = new JsonScanner(bytes);
  let weightMap: Map<string, string> | undefined;
  if (scanner.peek() !== 'object') {
    throw invalidIndex(indexPath, 'it is no JSON object');
  }
  scanner.readObject((key) => {
    if (key !== WEIGHT_MAP) {
      scanner.skipValue();
      return;
    }
    if (weightMap !== undefined || scanner.peek() !== 'object') {
      throw invalidIndex(
        indexPath,
        weightMap === undefined ? 'weight_map is no object' : 'it has weight_map twice',
      );
    }
    weightMap = readWeightMap(scanner, indexPath);
  });
  scanner.expectEnd();
  if (weightMap === undefined || weightMap.size === 0) {
    throw invalidIndex(indexPath, 'it has no weight_map that lists tensors');
  }
  return weightMap;
}

function readWeightMap(scanner: JsonScanner, indexPath: string): Map<string, string> {
  const weightMap = new Map<string, string>();
  scanner.readObject((tensor) => {
    if (scanner.peek() !== 'string') {
      throw invalidIndex(
        indexPath,
        `the shard of tensor ${quote(tensor)} in weight_map is no text`,
      );
    }
    if (weightMap.has(tensor)) {
      throw invalidIndex(indexPath, `weight_map lists tensor ${quote(tensor)} twice`);
    }
    weightMap.set(tensor, scanner.readString());
    if (weightMap.size > MAX_LISTED_TENSORS) {
      throw invalidIndex(indexPath, `weight_map lists more than ${MAX_LISTED_TENSORS} tensors`);
    }
  });
  return weightMap;
}

/**
 * Reads an index of shards; the shards themselves are not looked at.
 * @throws VocabScopeError `invalidFile`, or `outsideFolder` where a shard would lie outside the index's folder.
 */
export async function readShardIndex(indexPath: string): Promise<ShardIndex> {
  const bytes = await readSmallFile(indexPath, { maxBytes: MAX_INDEX_BYTES, reason: 'limit' });
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer)) {
    throw invalidIndex(indexPath, 'it is no UTF-8 text');
  }
  const byShard = new Map<string, string[]>();
  for (const [tensor, shard] of weightMapOf(buffer, indexPath)) {
    const tensors = byShard.get(shard) ?? [];
    tensors.push(tensor);
    byShard.set(shard, tensors);
    if (byShard.size > MAX_SHARDS) {
      throw invalidIndex(indexPath, `it names more than ${MAX_SHARDS} shards`);
    }
  }
  const names = [...byShard.keys()].sort();
  return {
    shards: new Map(names.map((name) => [shardPath(indexPath, name), byShard.get(name) ?? []])),
  };
}

function weightMapOf(buffer: Buffer, indexPath: string): ReadonlyMap<string, string> {
  try {
    return parseWeightMap(buffer, indexPath);
  } catch (error) {
    throw error instanceof JsonFault
      ? invalidIndex(indexPath, `it cannot be read as JSON: ${error.message}`, error)
      : error;
  }
}
