import { checkCancelled, type Cancellation } from '../core/errors';
import type { MatrixView } from '../core/model/transformer';
import type { VocabularyMatrix, VocabularyTile } from '../core/projection/backend';
import { rowsOf, type Matrix } from '../core/tensor/matrix';
import { allFinite } from '../core/tensor/nonFinite';
import type { Checkpoint } from './checkpoint';
import { layOut, runsOfRange, type MatrixLayout } from './matrixLayout';
import { readRowsById } from './readRows';
import { RowReader } from './rowReader';

const FLOAT32_BYTES = 4;

/** Numbers of a tile where only finiteness is asked for: 4 MiB. */
const SCAN_TILE_ELEMENTS = 2 ** 20;

export interface EmbeddingOptions {
  /** The matrix is held in memory where it takes at most so much as float32. */
  readonly budgetBytes: number;
}

/** Which rows hold NaN or infinite numbers, ascending. Tiles and rows show them as they are stored. */
export interface Finiteness {
  readonly nonFiniteRows: readonly number[];
}

/** What one pass over the file needs. */
interface TileMemory {
  readonly reader: RowReader;
  readonly tile: Matrix;
}

/**
 * A vocabulary matrix over a view of a checkpoint. Within the budget it is held in memory, filled by the first
 * pass through `tiles` as far as that goes; beyond it every pass reads the file again, into one reused tile.
 * Each row is looked at for non-finite numbers when it is first passed, so that `finiteness` costs nothing after
 * a whole pass.
 */
export class FileVocabularyMatrix implements VocabularyMatrix {
  readonly rows: number;
  readonly cols: number;
  private held: Matrix | undefined;
  private heldRows = 0;
  private filling: Promise<void> | undefined;
  private checkedRows = 0;
  private readonly nonFiniteRows: number[] = [];
  /** What the last pass over the file read into, kept for the next. */
  private spare: TileMemory | undefined;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly layout: MatrixLayout,
    private readonly isHeld: boolean,
  ) {
    this.rows = layout.view.rows;
    this.cols = layout.view.cols;
  }

  /** The whole matrix, where it is held in memory; rows that no pass has reached are zero. */
  get whole(): Matrix | undefined {
    if (this.isHeld) {
      this.held ??= emptyMatrix(this.rows, this.cols);
    }
    return this.held;
  }

  tiles(maxRows: number): AsyncIterable<VocabularyTile> {
    if (!(maxRows >= 1)) {
      throw new RangeError(`A tile has at least one row, not ${maxRows}.`);
    }
    return this.isHeld ? this.heldTiles(0, maxRows) : this.streamedTiles(0, maxRows);
  }

  async rowsById(ids: readonly number[]): Promise<Matrix> {
    const { cols, held, heldRows } = this;
    if (held === undefined || !ids.every((id) => id >= 0 && id < heldRows)) {
      return readRowsById(this.checkpoint, this.layout.view, ids);
    }
    const data = new Float32Array(ids.length * cols);
    ids.forEach((id, index) => {
      data.set(rowsOf(held, id, 1).data, index * cols);
    });
    return { rows: ids.length, cols, data };
  }

  /** Reads what no pass has seen yet. @throws CancelledError */
  async finiteness(cancellation?: Cancellation): Promise<Finiteness> {
    const maxRows = Math.max(1, Math.floor(SCAN_TILE_ELEMENTS / this.cols));
    const first = this.checkedRows;
    const unseen = this.isHeld
      ? this.heldTiles(first, maxRows)
      : this.streamedTiles(first, maxRows);
    while (this.checkedRows < this.rows) {
      checkCancelled(cancellation);
      await unseen.next();
    }
    return { nonFiniteRows: this.nonFiniteRows };
  }

  private async *heldTiles(first: number, maxRows: number): AsyncGenerator<VocabularyTile> {
    this.held ??= emptyMatrix(this.rows, this.cols);
    for (let start = first; start < this.rows; start += maxRows) {
      const count = Math.min(maxRows, this.rows - start);
      while (this.heldRows < start + count) {
        // Passes that run at once wait for each other's reads rather than repeat them.
        this.filling ??= this.fill(this.held, start + count).finally(() => {
          this.filling = undefined;
        });
        await this.filling;
      }
      yield { start, matrix: rowsOf(this.held, start, count) };
    }
  }

  private async *streamedTiles(first: number, maxRows: number): AsyncGenerator<VocabularyTile> {
    const memory = await this.tileMemory(Math.min(maxRows, this.rows));
    try {
      for (let start = first; start < this.rows; start += maxRows) {
        const count = Math.min(maxRows, this.rows - start);
        const matrix = rowsOf(memory.tile, 0, count);
        await memory.reader.read(runsOfRange(this.layout.view, start, count), matrix);
        this.check(start, matrix);
        yield { start, matrix };
      }
    } finally {
      this.spare = memory;
    }
  }

  /** Memory for tiles of so many rows, which no other pass uses meanwhile. */
  private async tileMemory(rows: number): Promise<TileMemory> {
    const { spare } = this;
    this.spare = undefined;
    return spare !== undefined && spare.tile.rows >= rows
      ? spare
      : { reader: await this.openReader(), tile: emptyMatrix(rows, this.cols) };
  }

  private async fill(held: Matrix, end: number): Promise<void> {
    const start = this.heldRows;
    const reader = await this.openReader();
    const matrix = rowsOf(held, start, end - start);
    await reader.read(runsOfRange(this.layout.view, start, end - start), matrix);
    this.check(start, matrix);
    this.heldRows = end;
  }

  private async openReader(): Promise<RowReader> {
    return new RowReader(await this.checkpoint.source(this.layout.tensor.file), this.layout);
  }

  /** Notes the non-finite rows of a tile; a pass begins no later than where looking ended. */
  private check(start: number, tile: Matrix): void {
    const end = start + tile.rows;
    for (; this.checkedRows < end; this.checkedRows += 1) {
      if (!allFinite(rowsOf(tile, this.checkedRows - start, 1).data)) {
        this.nonFiniteRows.push(this.checkedRows);
      }
    }
  }
}

function emptyMatrix(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float32Array(rows * cols) };
}

/**
 * Opens a vocabulary matrix; nothing is read yet.
 * @throws VocabScopeError `unsupportedDtype`. @throws RangeError where the view leaves its tensor.
 */
export function openVocabularyMatrix(
  checkpoint: Checkpoint,
  view: MatrixView,
  { budgetBytes }: EmbeddingOptions,
): FileVocabularyMatrix {
  const isHeld = view.rows * view.cols * FLOAT32_BYTES <= budgetBytes;
  return new FileVocabularyMatrix(checkpoint, layOut(checkpoint, view), isHeld);
}
