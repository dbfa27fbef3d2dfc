import type { LowRank } from '../core/analysis/lowRank';
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
  /** Set where an adapter is laid over its base. */
  readonly adaptation?: Adaptation;
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

/** What an adapter does to its base, by the names of the base's tensors. */
export interface Adaptation {
  /** The file that stands for the base. */
  readonly basePath: string;
  /** What decides the merged numbers besides the files: ranks and factors of scale. */
  readonly settings: string;
  /** Tensors to which a product of two factors is added, and its rank. */
  readonly lowRank: ReadonlyMap<string, number>;
  /** Tensors that take the place of the base's, or join them. */
  readonly replaced: ReadonlySet<string>;
  /** What is added alone, as a checkpoint: a tensor for each of `lowRank`. */
  readonly delta: Checkpoint;
  /** The factors of what is added to a tensor. @throws RangeError where nothing is */
  factors(tensor: string): Promise<LowRank>;
}
