import { constants } from 'node:fs';
import { access, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { VocabScopeError } from '../../core/errors';
import { explainWriteError } from '../../io/fileErrors';
import type { ExportSink } from './format';

/** Small pieces are written together. */
const PIECE_BYTES = 2 ** 18;

/** Whether something can be replaced: nothing is there, or a file that may be written. @throws VocabScopeError */
async function requireReplaceable(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  });
  if (found === undefined) {
    return;
  }
  if (found.isDirectory()) {
    throw new VocabScopeError('unwritable', `${file} is a folder. Name a file in it.`);
  }
  if (!found.isFile()) {
    throw new VocabScopeError(
      'unwritable',
      `${file} is a device or a pipe, which cannot be replaced by a file. Name a file.`,
    );
  }
  await access(file, constants.W_OK);
}

/**
 * A file that appears whole or not at all: it is written beside its place under another name, and takes its place at
 * the end. @throws VocabScopeError `unwritable` from every method.
 */
export class TargetFile implements ExportSink {
  private pieces: Uint8Array[] = [];
  private waiting = 0;
  private written = 0;

  private constructor(
    private readonly file: string,
    private readonly part: string,
    private readonly handle: FileHandle,
  ) {}

  /** `part` is a name beside `file` that nothing else has. */
  static async open(file: string, part: string): Promise<TargetFile> {
    try {
      await requireReplaceable(file);
      return new TargetFile(file, part, await open(part, 'w'));
    } catch (error) {
      throw explainWriteError(error, file);
    }
  }

  async write(piece: string | Uint8Array): Promise<void> {
    // What is given is overwritten later: parts of a library's buffer.
    const bytes = Buffer.from(piece);
    this.pieces.push(bytes);
    this.waiting += bytes.length;
    if (this.waiting >= PIECE_BYTES) {
      await this.flush();
    }
  }

  /** Puts the file in its place. @returns its length in bytes */
  async finish(): Promise<number> {
    await this.flush();
    try {
      // Some disks say only now that they are full.
      await this.handle.sync();
      await this.handle.close();
      await rename(this.part, this.file);
    } catch (error) {
      throw explainWriteError(error, this.file);
    }
    return this.written;
  }

  /** Removes what was written. Never throws: it is called where something else went wrong. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.part, { force: true }).catch(() => undefined);
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pieces);
    this.pieces = [];
    this.waiting = 0;
    try {
      for (let start = 0; start < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, start);
        start += bytesWritten;
      }
    } catch (error) {
      throw explainWriteError(error, this.file);
    }
    this.written += bytes.length;
  }
}
