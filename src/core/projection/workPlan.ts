import type { Cancellation, ProgressListener } from '../errors';
import type { Matrix } from '../tensor/matrix';
import type { VocabularyMatrix } from './backend';

/** What long work watches and tells. */
export interface WorkOptions {
  readonly cancellation?: Cancellation;
  readonly onProgress?: ProgressListener;
}

/** Rows of parameters in one run of a backend. */
export const MAX_RUN_ROWS = 128;
/** Floating point operations of one run: between runs work can be cancelled. */
const MAX_RUN_FLOP = 5e9;
const FLOP_PER_MULTIPLICATION = 2;
const MIN_TILE_ROWS = 256;
/** Numbers of one tile, whatever is done with it: a pass over so many is one run. */
const MAX_TILE_NUMBERS = 2 ** 26;
/** The same where a tile must first be read into memory of its own: 16 MB. */
const MAX_READ_TILE_NUMBERS = 2 ** 22;
/** Numbers of a tile that is only looked over or copied: 2 MB, so that it comes from a core's cache. */
const PASS_TILE_NUMBERS = 2 ** 19;
const MIN_PASS_TILE_ROWS = 64;

/** Vocabulary rows of a tile such that `rows` parameter rows against it are one run. */
export function tileRowsFor(rows: number, { cols, whole }: VocabularyMatrix): number {
  const perRow = FLOP_PER_MULTIPLICATION * Math.min(rows, MAX_RUN_ROWS) * cols;
  const numbers = whole === undefined ? MAX_READ_TILE_NUMBERS : MAX_TILE_NUMBERS;
  const most = Math.min(MAX_RUN_FLOP / Math.max(1, perRow), numbers / Math.max(1, cols));
  return Math.max(MIN_TILE_ROWS, Math.floor(most));
}

/** Parameter rows such that their products with all rows of a matrix `[rows, cols]` are one run. */
export function runRowsFor({ rows, cols }: Pick<Matrix, 'rows' | 'cols'>): number {
  const perRow = FLOP_PER_MULTIPLICATION * rows * cols;
  return Math.max(1, Math.min(MAX_RUN_ROWS, Math.floor(MAX_RUN_FLOP / Math.max(1, perRow))));
}

/** Vocabulary rows of a tile that meets a few vectors at most. */
export function passTileRows(cols: number): number {
  return Math.max(MIN_PASS_TILE_ROWS, Math.floor(PASS_TILE_NUMBERS / cols));
}

/** `[start, count]` of consecutive batches of at most `size` that cover `total`. */
export function batchesOf(total: number, size: number): { start: number; count: number }[] {
  const batches = [];
  for (let start = 0; start < total; start += size) {
    batches.push({ start, count: Math.min(size, total - start) });
  }
  return batches;
}
