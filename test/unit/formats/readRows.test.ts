import { truncateSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixView } from '../../../src/core/model/transformer';
import { decodeToFloat32 } from '../../../src/core/tensor/decode';
import { READABLE_BYTES, READABLE_DTYPES } from '../../../src/core/tensor/dtype';
import { at, type Matrix } from '../../../src/core/tensor/matrix';
import { elementCount } from '../../../src/core/tensor/tensorInfo';
import type { Checkpoint } from '../../../src/formats/checkpoint';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import {
  MAX_MATRIX_ELEMENTS,
  readRows,
  readRowsById,
  readVector,
} from '../../../src/formats/readRows';
import { validSafetensors, type FixtureTensor } from './safetensorsFixture';
import { temporaryFolder } from './temporary';

/** Wide enough for gaps between columns, and for rows, that are not worth reading. */
const SHAPES = [
  [37, 11],
  [3, 24, 10],
  [5, 6000],
  [900, 3000],
];

/** Every dtype in every shape, of bytes that a seeded generator makes. */
function fixtureTensors(): readonly FixtureTensor[] {
  let state = 1;
  const next = (): number => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return state >>> 24;
  };
  return READABLE_DTYPES.flatMap((dtype) =>
    SHAPES.map((shape) => {
      const bytes = new Uint8Array(elementCount(shape) * READABLE_BYTES[dtype]).map(next);
      return { name: `${dtype} ${shape.join('x')}`, dtype, shape, bytes };
    }),
  );
}

const folder = temporaryFolder();
const TENSORS = fixtureTensors();
const VALUES = new Map(
  TENSORS.map(({ name, dtype, bytes = new Uint8Array() }) => {
    const known = READABLE_DTYPES.find((readable) => readable === dtype) ?? 'F32';
    const values = new Float32Array(bytes.length / READABLE_BYTES[known]);
    decodeToFloat32(known, bytes, values);
    return [name, values] as const;
  }),
);

let checkpoint: Checkpoint;
beforeAll(async () => {
  const path = folder.place('rows.safetensors', validSafetensors(TENSORS));
  checkpoint = await openCheckpoint(path);
});
afterAll(async () => {
  await checkpoint.close();
  folder.remove();
});

/** Any view that lies inside its tensor. */
const anyView: fc.Arbitrary<MatrixView> = fc
  .tuple(fc.nat(TENSORS.length - 1), fc.constantFrom(0 as const, 1 as const))
  .chain(([tensor, rowAxis]) => {
    const { name, shape } = TENSORS[tensor] ?? { name: '', shape: [] };
    const [first, second] = [at(shape, shape.length - 2), at(shape, shape.length - 1)];
    const [stored, cols] = rowAxis === 0 ? [first, second] : [second, first];
    return fc
      .record({
        offset: fc.nat(stored - 1),
        blockLength: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: stored })),
        gap: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(stored)),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        slice: fc.nat(at(shape, 0) - 1),
      })
      .map(({ offset, blockLength, gap, share, slice }) => {
        const blockStride = blockLength + gap;
        const left = stored - offset;
        const most =
          Math.floor(left / blockStride) * blockLength + Math.min(left % blockStride, blockLength);
        return {
          tensor: name,
          rows: Math.ceil(most * share),
          cols,
          rowAxis,
          offset,
          blockLength,
          blockStride,
          ...(shape.length === 3 ? { slice } : {}),
        };
      });
  });

/** Rows of a view, number by number, by the definition of `MatrixView`. */
function expectedRows(view: MatrixView, rows: readonly number[]): Float32Array {
  const { shape } = TENSORS.find(({ name }) => name === view.tensor) ?? { shape: [] };
  const values = VALUES.get(view.tensor) ?? new Float32Array();
  const [first, second] = [at(shape, shape.length - 2), at(shape, shape.length - 1)];
  const slice = (view.slice ?? 0) * first * second;
  const expected = new Float32Array(rows.length * view.cols);
  rows.forEach((row, position) => {
    const block = Math.floor(row / view.blockLength);
    const index = view.offset + block * view.blockStride + (row % view.blockLength);
    for (let col = 0; col < view.cols; col += 1) {
      const inSlice = view.rowAxis === 0 ? index * second + col : col * second + index;
      expected[position * view.cols + col] = at(values, slice + inSlice);
    }
  });
  return expected;
}

/** Whether an answer is what the definition says; NaN is NaN, and -0 is not 0. */
function isExpected(matrix: Matrix, view: MatrixView, rows: readonly number[]): boolean {
  const expected = expectedRows(view, rows);
  return (
    matrix.rows === rows.length &&
    matrix.cols === view.cols &&
    matrix.data.length === expected.length &&
    matrix.data.every((value, index) => Object.is(value, expected[index]))
  );
}

describe('readRows', () => {
  it('reads ranges of any view as its definition says', async () => {
    await fc.assert(
      fc.asyncProperty(anyView, fc.nat(), fc.nat(700), async (view, seed, most) => {
        const start = seed % (view.rows + 1);
        const count = Math.min(view.rows - start, most, Math.ceil(100_000 / view.cols));
        const rows = Array.from({ length: count }, (_, index) => start + index);
        const matrix = await readRows(checkpoint, view, start, count);
        expect(isExpected(matrix, view, rows)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('reads single rows in any order, also one twice', async () => {
    await fc.assert(
      fc.asyncProperty(anyView, fc.array(fc.nat(), { maxLength: 40 }), async (view, seeds) => {
        const rows = view.rows === 0 ? [] : seeds.map((seed) => seed % view.rows);
        const matrix = await readRowsById(checkpoint, view, rows);
        expect(isExpected(matrix, view, rows)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('reads whole matrices of several pieces, both ways round', async () => {
    for (const dtype of READABLE_DTYPES) {
      const plain = { tensor: `${dtype} 900x3000`, offset: 0, blockLength: 1, blockStride: 1 };
      for (const view of [
        { ...plain, rowAxis: 0, rows: 900, cols: 3000 },
        { ...plain, rowAxis: 1, rows: 3000, cols: 900 },
      ] as const) {
        const matrix = await readRows(checkpoint, view, 0, view.rows);
        const rows = Array.from({ length: view.rows }, (_, row) => row);
        expect(isExpected(matrix, view, rows)).toBe(true);
      }
    }
  });
});

const VIEW: MatrixView = {
  tensor: 'F32 37x11',
  rows: 37,
  cols: 11,
  rowAxis: 0,
  offset: 0,
  blockLength: 37,
  blockStride: 37,
};

describe('what is not read', () => {
  it.each<[what: string, view: Partial<MatrixView>]>([
    ['another width', { cols: 10 }],
    ['a row too many', { rows: 38 }],
    ['an offset too far', { offset: 1 }],
    ['a negative offset', { offset: -1 }],
    ['blocks that leave', { rows: 4, blockLength: 2, blockStride: 36 }],
    ['empty blocks', { blockLength: 0 }],
    ['the other axis', { rowAxis: 1 }],
    ['a slice of two axes', { slice: 0 }],
    ['a missing slice', { tensor: 'F32 3x24x10', rows: 24, cols: 10 }],
    ['a slice beyond the tensor', { tensor: 'F32 3x24x10', rows: 24, cols: 10, slice: 3 }],
    ['a tensor that is not there', { tensor: 'gone' }],
  ])('a view with %s is a fault of the program', async (_, change) => {
    await expect(readRows(checkpoint, { ...VIEW, ...change }, 0, 1)).rejects.toThrow(RangeError);
  });

  it('so are rows outside the view', async () => {
    await expect(readRows(checkpoint, VIEW, 30, 8)).rejects.toThrow(RangeError);
    await expect(readRows(checkpoint, VIEW, -1, 2)).rejects.toThrow(RangeError);
    await expect(readRowsById(checkpoint, VIEW, [37])).rejects.toThrow(RangeError);
    await expect(readRowsById(checkpoint, VIEW, [0.5])).rejects.toThrow(RangeError);
  });

  it('other dtypes and huge requests are refused with a sentence', async () => {
    const file = validSafetensors([{ name: 'f8', dtype: 'F8_E4M3', shape: [4, 4] }]);
    const path = folder.place('f8.safetensors', file);
    const small = await openCheckpoint(path);
    const view = { ...VIEW, tensor: 'f8', rows: 4, cols: 4, blockLength: 4, blockStride: 4 };
    const refusal = expect(readRows(small, view, 0, 1)).rejects;
    await refusal.toMatchObject({ reason: 'unsupportedDtype' });
    await refusal.toThrow(/"f8" is stored as F8_E4M3.*F64, F32, F16, BF16/u);
    await expect(readVector(small, 'f8')).rejects.toMatchObject({ reason: 'unsupportedDtype' });
    await small.close();

    const many = Array<number>(Math.ceil(MAX_MATRIX_ELEMENTS / 3000) + 1).fill(0);
    await expect(
      readRowsById(checkpoint, { ...VIEW, tensor: 'F32 900x3000', rows: 900, cols: 3000 }, many),
    ).rejects.toMatchObject({ reason: 'limit' });
  });

  it('a file that shrank is named', async () => {
    const bytes = validSafetensors([{ name: 'w', dtype: 'BF16', shape: [100, 11] }]);
    const path = folder.place('shrinking.safetensors', bytes);
    const shrinking = await openCheckpoint(path);
    truncateSync(path, bytes.length - 100);
    const view = { ...VIEW, tensor: 'w', rows: 100 };
    await readRows(shrinking, view, 0, 50);
    const refusal = expect(readRows(shrinking, view, 0, 100)).rejects;
    await refusal.toMatchObject({ reason: 'changedOnDisk' });
    await shrinking.close();
  });
});

describe('readVector', () => {
  it('reads all numbers of a tensor, whatever its axes', async () => {
    for (const { name } of TENSORS) {
      const vector = await readVector(checkpoint, name);
      expect(Buffer.compare(bytesOf(vector), bytesOf(VALUES.get(name)))).toBe(0);
    }
  });

  function bytesOf(numbers: Float32Array = new Float32Array()): Uint8Array {
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
});
