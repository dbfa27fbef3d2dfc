import type { TensorInfo } from '../core/tensor/tensorInfo';
import type { ByteSource } from '../io/byteSource';

/** A tensor and where its bytes lie: contiguous, row-major, little-endian. */
export interface StoredTensor extends TensorInfo {
  /** Index into the checkpoint's `files`. */
  readonly file: number;
  readonly offset: number;
}

/** An opened set of weights, validated: every span lies inside its file and equals shape x dtype. */
export interface Checkpoint {
  readonly format: string;
  /** Absolute paths, in the order of their names. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The file's own free-form metadata. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** The bytes of `files[file]`, opened on first use and kept open. */
  source(file: number): Promise<ByteSource>;
  close(): Promise<void>;
}

/** One format: cheap detection by name and first bytes, then reading of headers alone. */
export interface CheckpointFormat {
  readonly name: string;
  /** File name endings, lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether the first bytes are this format's. */
  detect(head: Uint8Array, fileName: string): boolean;
  /** Opens the file, or all files that belong to it (an index, shards). */
  read(path: string): Promise<Checkpoint>;
}
