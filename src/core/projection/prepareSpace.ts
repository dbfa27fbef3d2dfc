import { checkCancelled } from '../errors';
import type { MatmulBackend, VocabularyMatrix } from './backend';
import { HISTOGRAM_BINS } from './bins';
import { binnedStds, controlDirections, readControl } from './control';
import { CovarianceSum, foldMoments } from './covariance';
import type { VocabularyFold } from './fold';
import { commonCountOf, principalDirections } from './principal';
import type { ControlStatistics, PreparedSpace, PreparedStatistics } from './space';
import { foldedNorms } from './tileRanking';
import { checkedTiles } from './vocabularyTiles';
import { passTileRows, type WorkOptions } from './workPlan';

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
 * Mean, common directions and control of a vocabulary matrix, in two passes over its rows (Mu and Viswanath,
 * "All-but-the-Top", 2018). Rows that are not finite take no part.
 * @throws CancelledError
 */
export async function prepareSpace(request: SpaceRequest): Promise<PreparedSpace> {
  const { matrix, fold, backend, centreControl, seed = DEFAULT_SEED } = request;
  const { rows, cols } = matrix;
  const progress = twoPasses(request);
  const directions = controlDirections(cols, centreControl, seed);
  const { directionStds, ...survey } = await surveyRows(request, directions, progress.first);
  const projections = new Float32Array(rows * survey.commonCount);
  const statistics = { ...survey, rows, cols, projections, control: NO_CONTROL };
  const space = { matrix, fold, statistics };
  const control = await readControl(space, directions, directionStds, backend, progress.second);
  return { matrix, fold, statistics: { ...statistics, control } };
}

type Survey = Omit<PreparedStatistics, 'rows' | 'cols' | 'projections' | 'control'> & {
  /** Standard deviations of the scores of the control's binned directions. */
  readonly directionStds: Float64Array;
};

/** The first pass: norms, rows that are not finite, mean, covariance and what follows from it, which is then let go. */
async function surveyRows(
  { matrix, counted: asked, fold, backend }: SpaceRequest,
  directions: readonly Float32Array[],
  { cancellation, onProgress }: WorkOptions,
): Promise<Survey> {
  const counted = asked.slice();
  const storedNorms = new Float32Array(matrix.rows);
  const norms = fold === null ? storedNorms : new Float32Array(matrix.rows);
  const nonFinite: number[] = [];
  const sum = new CovarianceSum(matrix.rows, matrix.cols, backend, () => {
    checkCancelled(cancellation);
  });
  for await (const tile of checkedTiles(matrix, passTileRows(matrix.cols), backend)) {
    storedNorms.set(tile.storedNorms, tile.start);
    if (fold !== null) {
      norms.set(foldedNorms(tile.matrix, fold), tile.start);
    }
    for (const id of tile.nonFinite) {
      counted[id] = 0;
      nonFinite.push(id);
    }
    const end = tile.start + tile.matrix.rows;
    await sum.add(tile, counted.subarray(tile.start, end));
    onProgress?.({ done: end, total: matrix.rows, unit: 'tokens' });
  }
  const { mean, covariance, count } = foldMoments(await sum.finish(), fold);
  const commonCount = commonCountOf(matrix.cols);
  return {
    counted,
    countedTokens: count,
    nonFinite: Int32Array.from(nonFinite),
    storedNorms,
    norms,
    mean,
    commonCount,
    common: principalDirections(covariance, commonCount),
    directionStds: binnedStds(directions, covariance),
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
