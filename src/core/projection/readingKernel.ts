import { checkCancelled } from '../errors';
import { float64At } from '../tensor/elements';
import type { MatmulBackend } from './backend';
import { CovarianceSum, foldMoments } from './covariance';
import { commonDirection } from './direction';
import { dot } from './dots';
import type { PreparedSpace, PreparedStatistics } from './space';
import type { SymmetricMatrix } from './symmetric';
import { checkedTiles } from './vocabularyTiles';
import { passTileRows, type WorkOptions } from './workPlan';

/**
 * The covariance `[d, d]` of the folded rows R of the counted tokens, K = (R - m)^T (R - m) / n. For two parameter
 * rows x and y, x^T K y is the covariance of their scores over those tokens, so that
 * `x^T K y / sqrt(x^T K x y^T K y)` is the Pearson correlation of their readings: the cosine of the score vectors,
 * each less its own mean over the tokens. No vector as long as the vocabulary is made.
 *
 * Products are float32, sums over tiles float64: K is known to about six digits of its larger entries.
 * With `withoutCommon` the scores are those without the common directions, (R - m)(I - V_r V_r^T) x: K stands between
 * two such projections.
 * @throws CancelledError
 */
export async function readingKernel(
  { matrix, fold, statistics }: PreparedSpace,
  withoutCommon: boolean,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<SymmetricMatrix> {
  const sum = new CovarianceSum(matrix.rows, matrix.cols, backend, () => {
    checkCancelled(cancellation);
  });
  for await (const tile of checkedTiles(matrix, passTileRows(matrix.cols), backend)) {
    const end = tile.start + tile.matrix.rows;
    await sum.add(tile, statistics.counted.subarray(tile.start, end));
    onProgress?.({ done: end, total: matrix.rows, unit: 'tokens' });
  }
  const { covariance } = foldMoments(await sum.finish(), fold);
  if (withoutCommon) {
    removeCommon(covariance, statistics);
  }
  return covariance;
}

/** K becomes (I - V V^T) K (I - V V^T). */
function removeCommon(kernel: SymmetricMatrix, statistics: PreparedStatistics): void {
  const indices = Array.from({ length: statistics.commonCount }, (_, i) => i);
  const directions = indices.map((i) => commonDirection(statistics, i));
  const images = directions.map((direction) => {
    const image = new Float64Array(kernel.size);
    kernel.multiply(direction, image);
    return image;
  });
  // With u_i = K v_i - V (V^T K v_i) / 2, what is taken away is the sum of v_i u_i^T + u_i v_i^T.
  const halves = images.map((image) => {
    const half = image.slice();
    directions.forEach((direction) => {
      const along = dot(direction, image) / 2;
      for (let j = 0; j < half.length; j += 1) {
        half[j] = float64At(half, j) - along * float64At(direction, j);
      }
    });
    return half;
  });
  kernel.map((value, row, column) => {
    let left = value;
    for (const i of indices) {
      const direction = directions[i];
      const half = halves[i];
      if (direction !== undefined && half !== undefined) {
        left -=
          float64At(direction, row) * float64At(half, column) +
          float64At(half, row) * float64At(direction, column);
      }
    }
    return left;
  });
}
