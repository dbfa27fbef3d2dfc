import * as fc from 'fast-check';
import { EigenvalueDecomposition, Matrix as DenseMatrix, pseudoInverse } from 'ml-matrix';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cholesky } from '../../../src/core/analysis/cholesky';
import { matchVocabularies } from '../../../src/core/analysis/matchVocabularies';
import {
  kernelMatrix,
  reversed,
  stitchGrams,
  stitchKernel,
  type StitchKernel,
} from '../../../src/core/analysis/stitchKernel';
import type { MatmulBackend } from '../../../src/core/projection/backend';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import type { Matrix, Matrix64 } from '../../../src/core/tensor/matrix';
import { readVocabulary } from '../../../src/core/tokenizer/readVocabulary';
import { BACKENDS } from '../../support/backends';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../support/checkpoints';
import { memoryMatrix } from '../../support/memoryMatrix';
import { createPlainBackend } from '../../support/plainBackend';
import { readWeights } from '../architectures/support/weights';
import { tokenizerFiles } from '../tokenizer/support/tokenizerFolder';

/** Float64 all the way: what is lost is the condition number times 1e-16, and these matrices are well conditioned. */
const TOLERANCE = 1e-9;

const noPause = (): Promise<void> => Promise.resolve();

function random(rows: number, cols: number, seed: number): Matrix {
  const gauss = gaussianGenerator(seed);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, gauss) };
}

function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

async function kernelOf(
  a: Matrix,
  b: Matrix,
  backend: MatmulBackend = createPlainBackend(),
  idsB = inOrder(b.rows),
): Promise<{ there: StitchKernel; back: StitchKernel; nonFinite: number }> {
  const grams = await stitchGrams(
    { matrixA: memoryMatrix(a), matrixB: memoryMatrix(b), idsA: inOrder(a.rows), idsB },
    backend,
  );
  return {
    there: await stitchKernel(grams, noPause),
    back: await stitchKernel(reversed(grams), noPause),
    nonFinite: grams.nonFinite,
  };
}

function dense({ rows, cols, data }: Matrix | Matrix64): DenseMatrix {
  return new DenseMatrix(
    Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]),
  );
}

function frobenius({ data }: Matrix64): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
}

function difference(a: Matrix64, b: DenseMatrix): number {
  return DenseMatrix.sub(dense(a), b)
    .to1DArray()
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe.each(BACKENDS)('the kernel from one vocabulary space into another, %s', (_, backend) => {
  it('is the product with the pseudo-inverse, there and back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 1e6 }),
        async (dA, dB, seed) => {
          const [a, b] = [random(40, dA, seed), random(40, dB, seed + 1)];
          const { there, back } = await kernelOf(a, b, backend);
          // E has tokens as columns: E_B E_A^+ is the transpose of (E_A^+)^T E_B^T.
          const [eA, eB] = [dense(a).transpose(), dense(b).transpose()];
          expect(difference(there.T, eB.mmul(pseudoInverse(eA)))).toBeLessThan(TOLERANCE);
          expect(difference(back.T, eA.mmul(pseudoInverse(eB)))).toBeLessThan(TOLERANCE);
          expect(there.ridge).toBe(0);
          const { realEigenvalues } = new EigenvalueDecomposition(eA.mmul(eA.transpose()), {
            assumeSymmetric: true,
          });
          const condition = Math.max(...realEigenvalues) / Math.min(...realEigenvalues);
          expect(there.condition / condition).toBeCloseTo(1, 6);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('carries a model into itself unchanged', async () => {
    const a = random(60, 5, 7);
    const { there } = await kernelOf(a, a, backend);
    expect(difference(there.T, DenseMatrix.eye(5))).toBeLessThan(TOLERANCE);
    expect([...kernelMatrix(there).data].map((value) => Math.round(value) + 0)).toEqual(
      DenseMatrix.eye(5).to1DArray(),
    );
  });

  it('leaves out tokens whose rows are not finite, and says how many', async () => {
    const [a, b] = [random(30, 3, 1), random(30, 4, 2)];
    const shorter = (matrix: Matrix): Matrix => ({
      rows: 28,
      cols: matrix.cols,
      data: matrix.data.slice(0, 28 * matrix.cols),
    });
    const wanted = await kernelOf(shorter(a), shorter(b), backend);
    a.data[28 * 3] = NaN;
    b.data[29 * 4 + 1] = Infinity;
    const found = await kernelOf(a, b, backend);
    expect(found.nonFinite).toBe(2);
    expect(difference(found.there.T, dense(wanted.there.T))).toBeLessThan(TOLERANCE);
  });
});

describe('a Gram matrix that is singular', () => {
  it('gets a ridge, which is said', async () => {
    const a = random(40, 4, 3);
    // The last column is the first once more.
    for (let row = 0; row < a.rows; row += 1) {
      a.data[row * 4 + 3] = a.data[row * 4] ?? NaN;
    }
    const b = random(40, 3, 4);
    const { there } = await kernelOf(a, b);
    const trace = dense(a).transpose().mmul(dense(a)).trace();
    expect(there.ridge / ((1e-10 * trace) / 4)).toBeCloseTo(1, 9);
    expect(there.condition).toBeGreaterThan(1e9);
    expect(there.T.data.every(Number.isFinite)).toBe(true);
    const [eA, eB] = [dense(a).transpose(), dense(b).transpose()];
    expect(difference(there.T, eB.mmul(pseudoInverse(eA)))).toBeLessThan(1e-4);
  });

  it('of nothing but zeros is refused', async () => {
    const a = { rows: 10, cols: 2, data: new Float32Array(20) };
    await expect(kernelOf(a, random(10, 2, 5))).rejects.toThrow(/span no space/u);
  });
});

describe('Cholesky', () => {
  it('solves as it is defined, in steps of any length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (size, step, ridge, seed) => {
          const rows = dense(random(size + 5, size, seed));
          const gram = rows.transpose().mmul(rows);
          const factor = new Cholesky(Float64Array.from(gram.to1DArray()), size, ridge);
          while (!factor.complete) {
            expect(factor.takeRows(step)).toBe(true);
          }
          const wanted = Float64Array.from({ length: size }, (_, i) => i + 1);
          const ridged = DenseMatrix.add(gram, DenseMatrix.eye(size).mul(ridge));
          const x = Float64Array.from(
            ridged.mmul(DenseMatrix.columnVector([...wanted])).to1DArray(),
          );
          factor.solve(x);
          x.forEach((value, i) => {
            expect(value).toBeCloseTo(wanted[i] ?? NaN, 6);
          });
        },
      ),
    );
  });

  it('says where a matrix is not positive definite', () => {
    expect(new Cholesky(Float64Array.of(1, 2, 2, 1), 2).takeRows(2)).toBe(false);
    expect(new Cholesky(Float64Array.of(NaN), 1).takeRows(1)).toBe(false);
  });
});

describe.skipIf(!HAS_CHECKPOINTS)('the kernel of trained models (skipped without them)', () => {
  it.each(['film-a-sentiment', 'film-a-sentiment-mean'])(
    'from film-b into %s is that of the goldens',
    async (name) => {
      const folders = [name, 'film-b'].map((each) => path.join(CHECKPOINTS, each));
      const [a, b] = folders.map((folder): Matrix => {
        const weights = readWeights(folder);
        const data = Float32Array.from(weights.values('transformer.wte.weight'));
        return { rows: data.length / 128, cols: 128, data };
      }) as [Matrix, Matrix];
      const [sideA, sideB] = folders.map((folder) => ({
        vocabulary: readVocabulary(tokenizerFiles(folder)),
        dVocab: 8192,
      }));
      if (sideA === undefined || sideB === undefined) {
        throw new Error('no vocabulary');
      }
      const { idsB } = matchVocabularies(sideA, sideB);
      const [, backend] = BACKENDS.find(([each]) => each === 'ONNX Runtime') ?? [];
      const { there, back } = await kernelOf(a, b, backend, idsB);
      const { kernel } = JSON.parse(
        readFileSync(path.join(folders[0] ?? '', 'goldens-stitch-film-b.json'), 'utf8'),
      ) as {
        kernel: {
          shape: number[];
          first_row_first8: number[];
          frobenius: number;
          back_frobenius: number;
        };
      };
      expect([there.T.rows, there.T.cols]).toEqual(kernel.shape);
      kernel.first_row_first8.forEach((value, i) => {
        expect(there.T.data[i]).toBeCloseTo(value, 10);
      });
      expect(frobenius(there.T)).toBeCloseTo(kernel.frobenius, 8);
      expect(frobenius(back.T)).toBeCloseTo(kernel.back_frobenius, 8);
      expect(there.ridge).toBe(0);
      expect(there.condition).toBeGreaterThan(1);
    },
  );
});
