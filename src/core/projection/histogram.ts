import { checkCancelled } from '../errors';
import { float32At } from '../tensor/elements';
import type { MatmulBackend } from './backend';
import { binOf, HISTOGRAM_BINS, HISTOGRAM_REACH } from './bins';
import { readingContext } from './readingContext';
import { beginRows } from './rowState';
import type { PreparedSpace } from './space';
import { checkedTiles } from './vocabularyTiles';
import { tileRowsFor, type WorkOptions } from './workPlan';

/** Up to this share of |x| |t| a standard deviation is rounding noise of float32 scores. */
const FLOAT32_NOISE = 2 ** -20;

const NOTHING_LISTED = { k: 0, rank: 'dot', withoutCommon: false, statistics: true } as const;

export interface ScoreHistogram {
  /** Edges of the whole, in standard deviations from the mean. */
  readonly low: number;
  readonly high: number;
  /** `[64]`: counted tokens; scores beyond the edges stand in the outermost bins. */
  readonly counts: readonly number[];
  /** `[64]`: mean share per bin of the control's directions. */
  readonly controlShares: readonly number[];
}

/**
 * Histogram of one row's plain scores over the counted tokens; `row` `[d]` is folded. Null where its scores are
 * constant or not finite.
 * @throws CancelledError
 */
export async function scoreHistogram(
  row: Float32Array,
  space: PreparedSpace,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<ScoreHistogram | null> {
  if (!row.every(Number.isFinite)) {
    return null;
  }
  const { statistics } = space;
  const context = readingContext({ ...NOTHING_LISTED, space });
  const scaled = new Float32Array(row.length);
  const [state] = beginRows([row], context, scaled);
  const scores = await countedScores(scaled, space, backend, options);
  const mean = sumOf(scores, (score) => score) / scores.length;
  const std = Math.sqrt(sumOf(scores, (score) => (score - mean) ** 2) / scores.length);
  if (!(std > FLOAT32_NOISE * (state?.scaledNorm ?? 0) * context.typicalNorm)) {
    return null;
  }
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  scores.forEach((score) => {
    const bin = binOf((score - mean) / std);
    counts[bin] = (counts[bin] ?? 0) + 1;
  });
  return {
    low: -HISTOGRAM_REACH,
    high: HISTOGRAM_REACH,
    counts,
    controlShares: [...statistics.control.binShares],
  };
}

/** Float32 scores of a direction against the counted tokens. */
async function countedScores(
  direction: Float32Array,
  { matrix, statistics }: PreparedSpace,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<Float32Array> {
  const { counted, countedTokens } = statistics;
  const x = { rows: 1, cols: matrix.cols, data: direction };
  const scores = new Float32Array(countedTokens);
  let kept = 0;
  for await (const tile of checkedTiles(matrix, tileRowsFor(1, matrix), backend)) {
    checkCancelled(cancellation);
    const { data } = await backend.multiplyTransposed(tile.matrix, x);
    for (let i = 0; i < data.length; i += 1) {
      if (float32At(counted, tile.start + i) > 0) {
        scores[kept] = float32At(data, i);
        kept += 1;
      }
    }
    onProgress?.({ done: tile.start + data.length, total: matrix.rows, unit: 'tokens' });
  }
  return scores;
}

function sumOf(values: Float32Array, of: (value: number) => number): number {
  let sum = 0;
  for (const value of values) {
    sum += of(value);
  }
  return sum;
}
