import { createHash } from 'node:crypto';
import { openFileSource, type FileSource } from './fileSource';
import { claimedHeaderBytes, LENGTH_BYTES, MAX_HEADER_BYTES } from './headerLength';

/** Bytes at a file's start that always count. */
const MIN_HASHED_BYTES = 64 * 1024;

const HASH_PIECE_BYTES = 1024 * 1024;

/**
 * What decides whether results that were computed from a file still hold: its size, its time of change, and the
 * SHA-256 of its first 64 KiB and of its whole header where it is safetensors.
 */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly headerSha256: string;
}

/** Bytes at the start of a file that its identity is made of. */
async function hashedBytes(source: FileSource): Promise<number> {
  if (source.size < LENGTH_BYTES) {
    return source.size;
  }
  const prefix = new Uint8Array(LENGTH_BYTES);
  await source.read(0, prefix);
  const headerBytes = claimedHeaderBytes(prefix);
  const headerEnd = headerBytes <= MAX_HEADER_BYTES ? LENGTH_BYTES + headerBytes : 0;
  return Math.min(source.size, Math.max(MIN_HASHED_BYTES, headerEnd));
}

/** The identity of a file as it lies there now. @throws VocabScopeError as `openFileSource` does. */
export async function identifyFile(filePath: string): Promise<FileIdentity> {
  const source = await openFileSource(filePath);
  try {
    const total = await hashedBytes(source);
    const hash = createHash('sha256');
    const piece = new Uint8Array(Math.min(HASH_PIECE_BYTES, total));
    for (let done = 0; done < total; done += piece.byteLength) {
      const bytes = piece.subarray(0, Math.min(piece.byteLength, total - done));
      await source.read(done, bytes);
      hash.update(bytes);
    }
    return { size: source.size, mtimeMs: source.mtimeMs, headerSha256: hash.digest('hex') };
  } finally {
    await source.close();
  }
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.headerSha256 === b.headerSha256;
}
