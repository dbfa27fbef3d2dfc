import { constants, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { VocabScopeError } from '../core/errors';
import type { ByteSource } from './byteSource';
import { explainFileError } from './fileErrors';
import { pause } from './pause';

/** Reads up to this long are made at once: a round through the thread pool costs more than the read. */
const MAX_SYNC_READ_BYTES = 256 * 1024;

/** Longer reads go in pieces of this length. */
const MAX_PIECE_BYTES = 8 * 1024 * 1024;

/** Events are let in after reading for so long without a pause, however slow the disk is. */
const MAX_MS_BETWEEN_PAUSES = 20;

/** Chunks that fill at least one part in so many of what lies between them are read as one span. */
const DENSE_STRIDE_RATIO = 4;

/** So are chunks that begin this close together: reading what lies between costs less than another read. */
const DENSE_STRIDE_BYTES = 4096;

/** Length of the span that holds several chunks. */
const MAX_SPAN_BYTES = 1024 * 1024;

/** Non-blocking, so that a pipe with nobody at its other end cannot hold the engine. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A file as it was when it was opened. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file that is read by ranges, and what was known of it when it was opened. */
export interface FileSource extends ByteSource, FileStamp {
  readonly path: string;
}

class OpenFile implements FileSource {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  private pausedMs = 0;

  constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    { size, mtimeMs }: Stats,
  ) {
    this.name = basename(path);
    this.size = size;
    this.mtimeMs = mtimeMs;
  }

  async read(offset: number, target: Uint8Array): Promise<void> {
    this.requireInside(offset, target.byteLength);
    if (target.byteLength <= MAX_SYNC_READ_BYTES) {
      await this.readNow(offset, target);
      return;
    }
    for (let done = 0; done < target.byteLength;) {
      const length = Math.min(MAX_PIECE_BYTES, target.byteLength - done);
      const got = await this.attempt(this.handle.read(target, done, length, offset + done));
      done += got;
    }
  }

  async readStrided(
    offset: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void> {
    if (count === 0 || chunk === 0) {
      return;
    }
    requireStrides(chunk, stride, count, target);
    this.requireInside(offset, (count - 1) * stride + chunk);
    const isDense = chunk * DENSE_STRIDE_RATIO >= stride || stride <= DENSE_STRIDE_BYTES;
    if (stride === chunk) {
      await this.read(offset, target.subarray(0, count * chunk));
    } else if (isDense && 2 * stride <= MAX_SPAN_BYTES) {
      await this.readSpans(offset, chunk, stride, count, target);
    } else {
      await this.readChunks(offset, chunk, stride, count, target);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /** Reads spans that hold many chunks, and picks the chunks out of them. */
  private async readSpans(
    offset: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void> {
    const chunksInSpan = Math.floor(MAX_SPAN_BYTES / stride);
    const span = new Uint8Array((Math.min(chunksInSpan, count) - 1) * stride + chunk);
    for (let first = 0; first < count; first += chunksInSpan) {
      const chunks = Math.min(chunksInSpan, count - first);
      const bytes = span.subarray(0, (chunks - 1) * stride + chunk);
      await this.read(offset + first * stride, bytes);
      pickChunks(bytes, chunk, stride, chunks, target.subarray(first * chunk));
    }
  }

  private async readChunks(
    offset: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.readNow(
        offset + index * stride,
        target.subarray(index * chunk, (index + 1) * chunk),
      );
    }
  }

  private async readNow(offset: number, target: Uint8Array): Promise<void> {
    if (!this.tryRead(offset, target)) {
      await this.refuseShortRead();
    }
    if (performance.now() - this.pausedMs > MAX_MS_BETWEEN_PAUSES) {
      await pause();
      this.pausedMs = performance.now();
    }
  }

  /** Whether the file still had all of the bytes. */
  private tryRead(offset: number, target: Uint8Array): boolean {
    for (let done = 0; done < target.byteLength;) {
      const got = this.preadOnce(offset + done, target, done);
      if (got === 0) {
        return false;
      }
      done += got;
    }
    return true;
  }

  private preadOnce(offset: number, target: Uint8Array, done: number): number {
    try {
      return readSync(this.handle.fd, target, done, target.byteLength - done, offset);
    } catch (error) {
      throw explainFileError(error, this.path);
    }
  }

  private async attempt(reading: Promise<{ bytesRead: number }>): Promise<number> {
    const { bytesRead } = await reading.catch((error: unknown) => {
      throw explainFileError(error, this.path);
    });
    return bytesRead === 0 ? this.refuseShortRead() : bytesRead;
  }

  private async refuseShortRead(): Promise<never> {
    const { size } = await this.handle.stat();
    throw new VocabScopeError(
      'changedOnDisk',
      `${this.name} changed on disk while it was open: it had ${this.size} bytes and has ${size} now. ` +
        'Open it again once it is written.',
    );
  }

  private requireInside(offset: number, length: number): void {
    if (offset + length > this.size) {
      throw new VocabScopeError(
        'truncated',
        `${this.name} is truncated: bytes up to ${offset + length} are needed and it has ${this.size}. ` +
          'Copy or download it again.',
      );
    }
  }
}

function requireStrides(chunk: number, stride: number, count: number, target: Uint8Array): void {
  if (stride < chunk || target.byteLength < chunk * count) {
    throw new RangeError(
      `${count} chunks of ${chunk} bytes every ${stride} do not fit ${target.byteLength} bytes.`,
    );
  }
}

function pickChunks(
  bytes: Uint8Array,
  chunk: number,
  stride: number,
  count: number,
  target: Uint8Array,
): void {
  for (let index = 0; index < count; index += 1) {
    const start = index * stride;
    target.set(bytes.subarray(start, start + chunk), index * chunk);
  }
}

/**
 * Opens a regular file for reading by ranges; links are followed.
 * @throws VocabScopeError `notFound`, `permission`, `limit` or `unreadable`, each a sentence about this file.
 */
export async function openFileSource(filePath: string): Promise<FileSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(filePath, OPEN_FLAGS);
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw new VocabScopeError(
        'unreadable',
        `${filePath} is ${stats.isDirectory() ? 'a folder' : 'no regular file'}, so it cannot be read as a file: name a file.`,
      );
    }
    return new OpenFile(filePath, handle, stats);
  } catch (error) {
    await handle?.close();
    throw explainFileError(error, filePath);
  }
}
