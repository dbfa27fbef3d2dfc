import { VocabScopeError } from '../core/errors';
import type { ByteSource } from '../io/byteSource';
import type { FileSource } from '../io/fileSource';
import type { Checkpoint, StoredTensor } from './checkpoint';

export interface FileCheckpointParts {
  readonly format: string;
  /** Open; the checkpoint closes them. */
  readonly sources: readonly FileSource[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * A checkpoint whose files stay open from the reading of their headers on: a file that is replaced meanwhile
 * cannot mix its bytes with the header of the old one.
 */
export class FileCheckpoint implements Checkpoint {
  readonly format: string;
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  private sources: readonly FileSource[];

  constructor(parts: FileCheckpointParts) {
    this.format = parts.format;
    this.files = parts.sources.map(({ path }) => path);
    this.tensors = parts.tensors;
    this.metadata = parts.metadata;
    this.warnings = parts.warnings;
    this.sources = parts.sources;
  }

  source(file: number): Promise<ByteSource> {
    const source = this.sources[file];
    return source === undefined
      ? Promise.reject(new VocabScopeError('unreadable', 'The model was closed. Open it again.'))
      : Promise.resolve(source);
  }

  async close(): Promise<void> {
    const { sources } = this;
    this.sources = [];
    await closeAll(sources);
  }
}

export async function closeAll(sources: readonly FileSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}
