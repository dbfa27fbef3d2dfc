import { checkCancelled } from '../errors';
import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { binOf, HISTOGRAM_BINS } from './bins';
import { readingContext } from './readingContext';
import { beginRows } from './rowState';
import type { PreparedSpace } from './space';
import { checkedTiles } from './vocabularyTiles';
import { batchesOf, MAX_RUN_ROWS, tileRowsFor, type WorkOptions } from './workPlan';

/** Up to this share of |x| |t| a standard deviation is rounding noise of float32 scores. */
const FLOAT32_NOISE = 2 ** -20;
/** Scores that are held at once: 32 MB. */
const MAX_HELD_SCORES = 2 ** 23;

const NOTHING_LISTED = { k: 0, rank: 'dot', withoutCommon: false, statistics: true } as const;

/** `[64]`: counted tokens by bin of their score; those beyond the edges stand in the outermost bins. */
export type BinCounts = readonly number[];

/**
 * Histograms of rows' plain scores over the counted tokens, in standard deviations from each row's own mean. `rows`
 * `[n, d]` are folded. Null where a row's scores are constant or not finite. Scores of as many rows are held at once as
 * fit 32 MB, of one at least.
 * @throws CancelledError
 */
export async function scoreHistograms(
  rows: Matrix,
  space: PreparedSpace,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<(BinCounts | null)[]> {
  const { countedTokens } = space.statistics;
  const held = Math.max(1, Math.floor(MAX_HELD_SCORES / Math.max(1, countedTokens)));
  const batches = batchesOf(rows.rows, Math.min(MAX_RUN_ROWS, held));
  const found: (BinCounts | null)[] = [];
  for (const { start, count } of batches) {
    found.push(...(await histogramsOf(rowsOf(rows, start, count), space, backend, options)));
  }
  return found;
}

async function histogramsOf(
  rows: Matrix,
  space: PreparedSpace,
  backend: MatmulBackend,
  options: WorkOptions,
): Promise<(BinCounts | null)[]> {
  const context = readingContext({ ...NOTHING_LISTED, space });
  const readable = Array.from({ length: rows.rows }, (_, i) => {
    const { data } = rowsOf(rows, i, 1);
    // A row of zeros has constant scores: no more can be said of one that is not finite.
    return data.every(Number.isFinite) ? data : new Float32Array(rows.cols);
  });
  const directions: Matrix = { ...rows, data: new Float32Array(rows.data.length) };
  const begun = beginRows(readable, context, directions.data);
  const scores = await countedScores(directions, space, backend, options);
  return begun.map(({ scaledNorm }, i) =>
    binScores(column(scores, i), FLOAT32_NOISE * scaledNorm * context.typicalNorm),
  );
}

/** Float32 scores of directions `[n, d]` against the counted tokens, `[counted, n]`. */
async function countedScores(
  directions: Matrix,
  { matrix, statistics }: PreparedSpace,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<Matrix> {
  const { counted, countedTokens } = statistics;
  const { rows: n } = directions;
  const scores = new Float32Array(countedTokens * n);
  let kept = 0;
  for await (const tile of checkedTiles(matrix, tileRowsFor(n, matrix), backend)) {
    checkCancelled(cancellation);
    const { data, rows } = await backend.multiplyTransposed(tile.matrix, directions);
    for (let i = 0; i < rows; i += 1) {
      if (float32At(counted, tile.start + i) > 0) {
        scores.set(data.subarray(i * n, (i + 1) * n), kept);
        kept += n;
      }
    }
    onProgress?.({ done: tile.start + rows, total: matrix.rows, unit: 'tokens' });
  }
  return { rows: countedTokens, cols: n, data: scores };
}

function column({ rows, cols, data }: Matrix, index: number): Float64Array {
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    values[i] = float32At(data, i * cols + index);
  }
  return values;
}

/** Null where the scores spread by no more than `noise`. */
function binScores(scores: Float64Array, noise: number): BinCounts | null {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const std = Math.sqrt(
    scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length,
  );
  if (!(std > noise)) {
    return null;
  }
  const counts = new Float64Array(HISTOGRAM_BINS);
  for (let i = 0; i < scores.length; i += 1) {
    const bin = binOf((float64At(scores, i) - mean) / std);
    counts[bin] = float64At(counts, bin) + 1;
  }
  return [...counts];
}
