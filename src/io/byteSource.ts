/** Random access to bytes by ranges. Nothing in the project reads a whole file of weights. */
export interface ByteSource {
  /** What messages call it: the file's name. */
  readonly name: string;
  readonly size: number;
  /**
   * Fills `target` from `offset`.
   * @throws VocabScopeError `truncated` where the file ends before, `changedOnDisk` where it shrank.
   */
  read(offset: number, target: Uint8Array): Promise<void>;
  /** Fills `target` with `count` chunks of `chunk` bytes that begin every `stride` bytes from `offset`. */
  readStrided(
    offset: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void>;
  close(): Promise<void>;
}
