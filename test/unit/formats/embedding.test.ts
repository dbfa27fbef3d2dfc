import { afterAll, describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import type { MatrixView } from '../../../src/core/model/transformer';
import type { VocabularyMatrix } from '../../../src/core/projection/backend';
import type { Checkpoint } from '../../../src/formats/checkpoint';
import { countNonFinite } from '../../../src/formats/countNonFinite';
import { openVocabularyMatrix, type FileVocabularyMatrix } from '../../../src/formats/embedding';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import { readRows } from '../../../src/formats/readRows';
import { safetensorsFile, validSafetensors } from './safetensorsFixture';
import { temporaryFolder } from './temporary';

const ROWS = 101;
const COLS = 7;
const MATRIX_BYTES = ROWS * COLS * 4;
const NON_FINITE = [3, 50, 100];

const folder = temporaryFolder();
const opened: Checkpoint[] = [];
afterAll(async () => {
  await Promise.all(opened.map((checkpoint) => checkpoint.close()));
  folder.remove();
});

/** Bfloat16 numbers from 1 on, three of them non-finite. */
function brainBytes(): Uint8Array {
  const halves = Uint16Array.from({ length: ROWS * COLS }, (_, index) => 0x3f80 + index);
  NON_FINITE.forEach((row, index) => {
    halves[row * COLS + index] = index === 0 ? 0x7fc0 : 0xff80;
  });
  return new Uint8Array(halves.buffer);
}

async function open(): Promise<Checkpoint> {
  const file = validSafetensors([
    { name: 'byRow', dtype: 'BF16', shape: [ROWS, COLS], bytes: brainBytes() },
    { name: 'byColumn', dtype: 'BF16', shape: [COLS, ROWS], bytes: brainBytes() },
  ]);
  const checkpoint = await openCheckpoint(folder.place('embedding.safetensors', file));
  opened.push(checkpoint);
  return checkpoint;
}

const VIEWS: readonly MatrixView[] = [
  { tensor: 'byRow', rowAxis: 0 } as const,
  { tensor: 'byColumn', rowAxis: 1 } as const,
].map((part) => ({
  ...part,
  rows: ROWS,
  cols: COLS,
  offset: 0,
  blockLength: ROWS,
  blockStride: ROWS,
}));

/** All tiles one after another; copied, since a tile is valid until the next. */
async function whole(matrix: VocabularyMatrix, maxRows: number): Promise<Float32Array> {
  const data = new Float32Array(matrix.rows * matrix.cols);
  let next = 0;
  for await (const { start, matrix: tile } of matrix.tiles(maxRows)) {
    expect(start).toBe(next);
    expect(tile.rows).toBe(Math.min(maxRows, matrix.rows - start));
    data.set(tile.data, start * matrix.cols);
    next += tile.rows;
  }
  expect(next).toBe(matrix.rows);
  return data;
}

async function bothWays(
  view: MatrixView,
): Promise<{ checkpoint: Checkpoint; held: FileVocabularyMatrix; streamed: FileVocabularyMatrix }> {
  const checkpoint = await open();
  return {
    checkpoint,
    held: openVocabularyMatrix(checkpoint, view, { budgetBytes: MATRIX_BYTES }),
    streamed: openVocabularyMatrix(checkpoint, view, { budgetBytes: MATRIX_BYTES - 1 }),
  };
}

describe.each(VIEWS)('a vocabulary matrix over $tensor', (view) => {
  it.each([1, 10, ROWS, 1000])('is the same in memory and streamed, tiles of %i', async (rows) => {
    const { checkpoint, held, streamed } = await bothWays(view);
    const { data } = await readRows(checkpoint, view, 0, ROWS);
    for (const matrix of [held, streamed]) {
      expect(await whole(matrix, rows)).toEqual(data);
      expect(await whole(matrix, 13)).toEqual(data);
    }
  });

  it('gives single rows before, while and after it is filled', async () => {
    const { checkpoint, held, streamed } = await bothWays(view);
    const ids = [100, 0, 20, 20];
    const { data } = await readRows(checkpoint, view, 0, ROWS);
    const expected = ids.flatMap((id) => [...data.subarray(id * COLS, (id + 1) * COLS)]);
    for (const matrix of [held, streamed]) {
      const rowsNow = async () => [...(await matrix.rowsById(ids)).data];
      expect(await rowsNow()).toEqual(expected);
      for await (const { start } of matrix.tiles(30)) {
        expect(await rowsNow()).toEqual(expected);
        expect(start % 30).toBe(0);
      }
      expect(await rowsNow()).toEqual(expected);
      await expect(matrix.rowsById([ROWS])).rejects.toThrow(RangeError);
    }
  });

  it('may be passed through by several at once', async () => {
    const { checkpoint, held, streamed } = await bothWays(view);
    const { data } = await readRows(checkpoint, view, 0, ROWS);
    for (const matrix of [held, streamed]) {
      const passes = await Promise.all([7, 10, 33, 7].map((rows) => whole(matrix, rows)));
      passes.forEach((pass) => {
        expect(pass).toEqual(data);
      });
      const { nonFiniteRows } = await matrix.finiteness();
      expect(nonFiniteRows).toEqual(view.rowAxis === 0 ? NON_FINITE : [...nonFiniteRows].sort());
    }
  });

  it('knows its non-finite rows after no pass, part of one, or a whole one', async () => {
    const { checkpoint } = await bothWays(view);
    const { data } = await readRows(checkpoint, view, 0, ROWS);
    const expected = Array.from({ length: ROWS }, (_, row) => row).filter(
      (row) => !data.subarray(row * COLS, (row + 1) * COLS).every(Number.isFinite),
    );
    expect(expected.length).toBeGreaterThan(0);
    for (const budgetBytes of [0, MATRIX_BYTES]) {
      for (const tilesSeen of [0, 2, 1000]) {
        const matrix = openVocabularyMatrix(checkpoint, view, { budgetBytes });
        let seen = 0;
        for await (const { start } of matrix.tiles(20)) {
          if (start >= 0 && seen === tilesSeen) {
            break;
          }
          seen += 1;
        }
        expect(await matrix.finiteness()).toEqual({ nonFiniteRows: expected });
        expect(await matrix.finiteness()).toEqual({ nonFiniteRows: expected });
      }
    }
  });
});

describe('a vocabulary matrix', () => {
  it('streams into one buffer, and holds one matrix', async () => {
    const [view] = VIEWS;
    const { held, streamed } = await bothWays(view as MatrixView);
    for (const [matrix, buffers] of [
      [held, 1],
      [streamed, 1],
    ] as const) {
      const used = new Set<ArrayBufferLike>();
      for await (const { matrix: tile } of matrix.tiles(10)) {
        used.add(tile.data.buffer);
      }
      expect(used.size).toBe(buffers);
    }
  });

  it('can be cancelled while it looks for non-finite rows, and asked again', async () => {
    const [view] = VIEWS;
    const { streamed } = await bothWays(view as MatrixView);
    await expect(streamed.finiteness({ aborted: true })).rejects.toThrow(CancelledError);
    expect(await streamed.finiteness({ aborted: false })).toEqual({ nonFiniteRows: NON_FINITE });
  });

  it('refuses tiles without rows', async () => {
    const [view] = VIEWS;
    const { held } = await bothWays(view as MatrixView);
    expect(() => held.tiles(0)).toThrow(RangeError);
  });
});

describe('countNonFinite', () => {
  it('counts every tensor of numbers, with progress in bytes', async () => {
    const float64 = Float64Array.of(NaN, 1e308, -Infinity);
    const file = validSafetensors([
      { name: 'bf16', dtype: 'BF16', shape: [ROWS, COLS], bytes: brainBytes() },
      { name: 'fine', dtype: 'F32', shape: [3] },
      { name: 'f64', dtype: 'F64', shape: [3], bytes: new Uint8Array(float64.buffer) },
      { name: 'bytes', dtype: 'U8', shape: [4], bytes: new Uint8Array(4).fill(0xff) },
      { name: 'f16', dtype: 'F16', shape: [3_000_000], bytes: new Uint8Array(6e6).fill(0x7c) },
    ]);
    const checkpoint = await openCheckpoint(folder.place('nonfinite.safetensors', file));
    opened.push(checkpoint);
    const done: number[] = [];
    const total = ROWS * COLS * 2 + 12 + 24 + 6e6;
    const counts = await countNonFinite(checkpoint, {
      onProgress: (progress) => {
        expect(progress).toMatchObject({ total, unit: 'bytes' });
        done.push(progress.done);
      },
    });
    expect(counts).toEqual([
      { tensor: 'bf16', nan: 1, inf: 2 },
      { tensor: 'f64', nan: 1, inf: 1 },
      { tensor: 'f16', nan: 3_000_000, inf: 0 },
    ]);
    expect(done.at(-1)).toBe(total);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('stops between pieces', async () => {
    const header = { w: { dtype: 'F16', shape: [8e6], data_offsets: [0, 16e6] } };
    const path = folder.place('long.safetensors', safetensorsFile(header, 16_000_000));
    const checkpoint = await openCheckpoint(path);
    opened.push(checkpoint);
    const controller = new AbortController();
    let pieces = 0;
    const counting = countNonFinite(checkpoint, {
      cancellation: controller.signal,
      onProgress: () => {
        pieces += 1;
        controller.abort();
      },
    });
    await expect(counting).rejects.toThrow(CancelledError);
    expect(pieces).toBe(1);
  });
});
