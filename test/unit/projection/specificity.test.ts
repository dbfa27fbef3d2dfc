import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import { gaussianGenerator } from '../../../src/core/projection/seeded';
import { meanAbsoluteScores } from '../../../src/core/projection/specificity';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { memoryMatrix } from '../../support/memoryMatrix';
import { foldedRows, naiveDot, rowsOfMatrix } from '../../support/naiveReadings';

/** Means of float32 scores of width 24: rounding of about 24 * 2^-24. */
const TOLERANCE = 1e-5;

const gauss = gaussianGenerator(11);
const gaussian = (rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: Float32Array.from({ length: rows * cols }, gauss),
});

async function* yielding(parts: readonly Matrix[]): AsyncGenerator<Matrix> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

describe.each(BACKENDS)('mean absolute scores on %s', (_, backend) => {
  it('are the mean over all rows, those that are not finite left out', async () => {
    const vocabulary = gaussian(70, 24);
    const parts = [gaussian(130, 24), gaussian(3, 24)];
    const broken = gaussian(2, 24);
    broken.data[0] = NaN;
    const fold = { gain: gaussian(1, 24).data, centre: true };
    for (const tileRows of [undefined, 32]) {
      const space = { matrix: memoryMatrix(vocabulary, tileRows), fold };
      const means = await meanAbsoluteScores(space, yielding([...parts, broken]), backend);
      const rows = [...parts, broken]
        .flatMap(rowsOfMatrix)
        .filter((row) => row.every(Number.isFinite));
      foldedRows(vocabulary, fold).forEach((token, id) => {
        const sum = rows.reduce((total, row) => total + Math.abs(naiveDot(row, token)), 0);
        expect(Math.abs((means[id] ?? NaN) - sum / rows.length)).toBeLessThan(TOLERANCE);
      });
    }
  });

  it('stop when they are cancelled', async () => {
    const space = { matrix: memoryMatrix(gaussian(70, 24)), fold: null };
    const cancellation = { aborted: true };
    await expect(
      meanAbsoluteScores(space, yielding([gaussian(2, 24)]), backend, { cancellation }),
    ).rejects.toThrow(CancelledError);
  });
});
