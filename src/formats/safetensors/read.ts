import { basename, resolve } from 'node:path';
import { VocabScopeError } from '../../core/errors';
import { openFileSource, type FileSource } from '../../io/fileSource';
import type { Checkpoint, StoredTensor } from '../checkpoint';
import { closeAll, FileCheckpoint } from '../fileCheckpoint';
import { quote, quoteSome } from '../quote';
import { INDEX_ENDING } from './detect';
import { readSafetensorsHeader } from './file';
import type { HeaderEntry } from './header';
import { readShardIndex } from './shardIndex';

const FORMAT = 'safetensors';

/**
 * Opens a safetensors file, or all shards that a `*.safetensors.index.json` names. Only headers are read.
 * @throws VocabScopeError that names the file, the tensor where it is one, and what is wrong with it.
 */
export async function readSafetensors(path: string): Promise<Checkpoint> {
  const absolute = resolve(path);
  const sources: FileSource[] = [];
  try {
    return absolute.toLowerCase().endsWith(INDEX_ENDING)
      ? await readShards(absolute, sources)
      : await readSingle(absolute, sources);
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
}

/** Opened files are added to `sources`, so that the caller can close them if anything fails. */
async function readSingle(path: string, sources: FileSource[]): Promise<Checkpoint> {
  const source = await openFileSource(path);
  sources.push(source);
  const { entries, metadata, dataStart } = await readSafetensorsHeader(source);
  const tensors = new Map(entries.map((entry) => [entry.name, stored(entry, 0, dataStart)]));
  return new FileCheckpoint({ format: FORMAT, sources, tensors, metadata, warnings: [] });
}

async function readShards(indexPath: string, sources: FileSource[]): Promise<Checkpoint> {
  const { shards } = await readShardIndex(indexPath);
  const listed = new Set([...shards.values()].flat());
  const tensors = new Map<string, StoredTensor>();
  let metadata: ReadonlyMap<string, string> | undefined;
  let unlisted = 0;
  for (const [shardPath, names] of shards) {
    const source = await openShard(shardPath, indexPath);
    const file = sources.push(source) - 1;
    const header = await readSafetensorsHeader(source);
    const entries = new Map(header.entries.map((entry) => [entry.name, entry]));
    for (const entry of listedEntries(names, entries, shardPath, indexPath)) {
      tensors.set(entry.name, stored(entry, file, header.dataStart));
    }
    metadata ??= header.metadata;
    unlisted += header.entries.filter(({ name }) => !listed.has(name)).length;
  }
  const warnings =
    unlisted === 0
      ? []
      : [
          `Tensors in the shards that ${basename(indexPath)} does not list are left out: ${unlisted}.`,
        ];
  return new FileCheckpoint({
    format: FORMAT,
    sources,
    tensors,
    metadata: metadata ?? new Map(),
    warnings,
  });
}

async function openShard(shardPath: string, indexPath: string): Promise<FileSource> {
  try {
    return await openFileSource(shardPath);
  } catch (error) {
    if (error instanceof VocabScopeError && error.reason === 'notFound') {
      throw new VocabScopeError(
        'notFound',
        `Shard ${quote(basename(shardPath))} that ${basename(indexPath)} names is missing. Download it into the ` +
          'same folder.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** The tensors of a shard that the index expects in it: where a tensor lies in two shards, the index decides. */
function listedEntries(
  names: readonly string[],
  entries: ReadonlyMap<string, HeaderEntry>,
  shardPath: string,
  indexPath: string,
): readonly HeaderEntry[] {
  const missing = names.filter((name) => !entries.has(name));
  if (missing.length > 0) {
    throw new VocabScopeError(
      'invalidFile',
      `${basename(indexPath)} expects tensors in ${basename(shardPath)} that it lacks: ${quoteSome(missing)}. ` +
        'Index and shards are not from the same download: get them again.',
    );
  }
  return names.flatMap((name) => entries.get(name) ?? []);
}

function stored(
  { name, dtype, shape, begin, end }: HeaderEntry,
  file: number,
  dataStart: number,
): StoredTensor {
  return { name, dtype, shape, byteLength: end - begin, file, offset: dataStart + begin };
}
