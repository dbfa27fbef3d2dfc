import { checkCancelled } from '../errors';
import type { MatmulBackend, VocabularyMatrix } from './backend';
import { HISTOGRAM_BINS } from './bins';
import { controlDirections, readControl } from './control';
import { CovarianceSum, foldMoments, GRAM_BLOCK_COLUMNS, type SpaceMoments } from './covariance';
import type { VocabularyFold } from './fold';
import { commonCountOf, principalDirections } from './principal';
import type { ControlStatistics, PreparedSpace } from './space';
import { foldedNorms } from './tileRanking';
import { checkedTiles } from './vocabularyTiles';
import { tileRowsFor, type WorkOptions } from './workPlan';

const DEFAULT_SEED = 20_230_702;

export interface SpaceRequest extends WorkOptions {
  readonly matrix: VocabularyMatrix;
  /** `[V]`, 1: takes part in statistics. */
  readonly counted: Float32Array;
  readonly fold: VocabularyFold | null;
  /** Whether the control's directions are centred, as folded rows of LayerNorm models are. */
  readonly centreControl: boolean;
  readonly seed?: number;
  readonly backend: MatmulBackend;
}

const NO_CONTROL: ControlStatistics = {
  directions: 0,
  kurtosisMean: 0,
  kurtosisStd: 0,
  kurtosisCenteredMean: 0,
  kurtosisCenteredStd: 0,
  binShares: new Float64Array(HISTOGRAM_BINS),
};

/**
 * Mean, common directions and control of a vocabulary matrix, in two passes over its rows (design: "All-but-the-Top",
 * Mu and Viswanath, 2018). Rows that are not finite take no part.
 * @throws CancelledError
 */
export async function prepareSpace(request: SpaceRequest): Promise<PreparedSpace> {
  const { matrix, fold, backend, centreControl, seed = DEFAULT_SEED } = request;
  const { rows, cols } = matrix;
  const progress = twoPasses(request);
  const { moments, ...survey } = await surveyRows(request, progress.first);
  const commonCount = commonCountOf(cols);
  const space: PreparedSpace = {
    matrix,
    fold,
    statistics: {
      ...survey,
      rows,
      cols,
      countedTokens: moments.count,
      mean: moments.mean,
      commonCount,
      common: principalDirections(moments.covariance, commonCount),
      projections: new Float32Array(rows * commonCount),
      control: NO_CONTROL,
    },
  };
  const directions = controlDirections(cols, centreControl, seed);
  const control = await readControl(
    space,
    moments.covariance,
    directions,
    backend,
    progress.second,
  );
  return { ...space, statistics: { ...space.statistics, control } };
}

interface Survey {
  readonly counted: Float32Array;
  readonly nonFinite: Int32Array;
  readonly storedNorms: Float32Array;
  readonly norms: Float32Array;
  /** Of the folded counted rows. */
  readonly moments: SpaceMoments;
}

/** The first pass: norms, rows that are not finite, mean and covariance. */
async function surveyRows(
  { matrix, counted: asked, fold, backend }: SpaceRequest,
  { cancellation, onProgress }: WorkOptions,
): Promise<Survey> {
  const counted = asked.slice();
  const storedNorms = new Float32Array(matrix.rows);
  const norms = fold === null ? storedNorms : new Float32Array(matrix.rows);
  const nonFinite: number[] = [];
  const sum = new CovarianceSum(matrix.cols);
  const tileRows = tileRowsFor(Math.min(matrix.cols, GRAM_BLOCK_COLUMNS), matrix);
  for await (const tile of checkedTiles(matrix, tileRows, backend)) {
    storedNorms.set(tile.storedNorms, tile.start);
    if (fold !== null) {
      norms.set(foldedNorms(tile.matrix, fold), tile.start);
    }
    for (const id of tile.nonFinite) {
      counted[id] = 0;
      nonFinite.push(id);
    }
    const end = tile.start + tile.matrix.rows;
    await sum.add(tile, counted.subarray(tile.start, end), backend, () => {
      checkCancelled(cancellation);
    });
    onProgress?.({ done: end, total: matrix.rows, unit: 'tokens' });
  }
  return {
    counted,
    nonFinite: Int32Array.from(nonFinite),
    storedNorms,
    norms,
    moments: foldMoments(sum.finish(), fold),
  };
}

/** Progress of both passes as one: the first counts to one half. */
function twoPasses({ cancellation, onProgress, matrix }: SpaceRequest): {
  first: WorkOptions;
  second: WorkOptions;
} {
  const total = 2 * matrix.rows;
  const half = (offset: number): WorkOptions => ({
    ...(cancellation === undefined ? {} : { cancellation }),
    onProgress: (progress) => {
      const done = offset + (progress.done / progress.total) * matrix.rows;
      onProgress?.({ done: Math.round(done), total, unit: 'tokens' });
    },
  });
  return { first: half(0), second: half(matrix.rows) };
}
