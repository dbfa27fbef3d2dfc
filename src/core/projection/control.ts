import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import { binOf, HISTOGRAM_BINS } from './bins';
import { commonDirection } from './direction';
import { dot } from './dots';
import { foldIntoDirection } from './fold';
import { readFiniteRows } from './finiteRows';
import { readingContext } from './readingContext';
import { gaussianGenerator } from './seeded';
import type { ControlStatistics, PreparedSpace } from './space';
import type { SymmetricMatrix } from './symmetric';
import { checkedTiles, type CheckedTile } from './vocabularyTiles';
import type { WorkOptions } from './workPlan';

const CONTROL_DIRECTIONS = 256;
/** Directions whose scores are binned: they give millions of scores, which is plenty for 64 bins. */
const BINNED_DIRECTIONS = 64;

/** Random isotropic directions `[d]`, the same for the same seed; with their means taken out where `centre`. */
export function controlDirections(cols: number, centre: boolean, seed: number): Float32Array[] {
  const random = gaussianGenerator(seed);
  return Array.from({ length: CONTROL_DIRECTIONS }, () => {
    const direction = Float64Array.from({ length: cols }, random);
    const mean = centre ? direction.reduce((sum, value) => sum + value, 0) / cols : 0;
    return Float32Array.from(direction, (value) => value - mean);
  });
}

/**
 * Reads the control and, on the same pass over the vocabulary, fills the projections P that every later reading needs.
 *
 * @param space its `projections` are filled; its control is not looked at
 * @param stds of the scores of the binned directions, by `binnedStds`
 */
export async function readControl(
  space: PreparedSpace,
  directions: readonly Float32Array[],
  stds: Float64Array,
  backend: MatmulBackend,
  options: WorkOptions,
): Promise<ControlStatistics> {
  const bins = new ControlBins(space, directions.slice(0, BINNED_DIRECTIONS), stds);
  const context = readingContext({
    space,
    k: 0,
    rank: 'dot',
    withoutCommon: false,
    statistics: true,
  });
  const tilesOf = (maxRows: number): AsyncIterable<CheckedTile> =>
    projectedTiles(space, maxRows, backend, bins);
  const { readings } = await readFiniteRows(context, directions, backend, options, tilesOf);
  const plain = spread(readings.map(({ moments }) => moments?.kurtosis ?? null));
  const centred = spread(readings.map((reading) => reading.centred?.kurtosis ?? null));
  return {
    directions: directions.length,
    kurtosisMean: plain.mean,
    kurtosisStd: plain.std,
    kurtosisCenteredMean: centred.mean,
    kurtosisCenteredStd: centred.std,
    binShares: bins.shares(),
  };
}

/** Standard deviations of the scores of the directions that are binned, from the covariance of folded counted rows. */
export function binnedStds(
  directions: readonly Float32Array[],
  covariance: SymmetricMatrix,
): Float64Array {
  const product = new Float64Array(covariance.size);
  return Float64Array.from(directions.slice(0, BINNED_DIRECTIONS), (each) => {
    const direction = new Float64Array(each);
    covariance.multiply(direction, product);
    return Math.sqrt(Math.max(0, dot(direction, product)));
  });
}

/** Tiles of a vocabulary whose projections P, and the control's bins, are computed before they are handed on. */
async function* projectedTiles(
  { matrix, fold, statistics }: PreparedSpace,
  maxRows: number,
  backend: MatmulBackend,
  bins: ControlBins,
): AsyncGenerator<CheckedTile> {
  const { commonCount, mean, projections } = statistics;
  const common = Array.from({ length: commonCount }, (_, i) => commonDirection(statistics, i));
  const offsets = common.map((direction) => dot(direction, mean));
  const directions = stackRows(common.map((direction) => foldIntoDirection(direction, fold)));
  for await (const tile of checkedTiles(matrix, maxRows, backend)) {
    const { data } = await backend.multiplyTransposed(tile.matrix, directions);
    data.forEach((product, at) => {
      projections[tile.start * commonCount + at] = product - (offsets[at % commonCount] ?? 0);
    });
    await bins.add(tile, backend);
    yield tile;
  }
}

/** How the control's scores spread over the bins of a histogram. */
class ControlBins {
  private readonly counts = new Float64Array(HISTOGRAM_BINS);
  private readonly directions: Matrix;
  private readonly means: Float64Array;

  constructor(
    private readonly space: PreparedSpace,
    directions: readonly Float32Array[],
    private readonly stds: Float64Array,
  ) {
    const { fold, statistics } = space;
    this.directions = stackRows(directions.map((direction) => foldIntoDirection(direction, fold)));
    this.means = Float64Array.from(directions, (direction) =>
      dot(new Float64Array(direction), statistics.mean),
    );
  }

  async add({ start, matrix }: CheckedTile, backend: MatmulBackend): Promise<void> {
    const { data, cols } = await backend.multiplyTransposed(matrix, this.directions);
    const { counted } = this.space.statistics;
    for (let row = 0; row < matrix.rows; row += 1) {
      if (float32At(counted, start + row) > 0) {
        for (let i = 0; i < cols; i += 1) {
          const deviation = float32At(data, row * cols + i) - float64At(this.means, i);
          const bin = binOf(deviation / float64At(this.stds, i));
          this.counts[bin] = float64At(this.counts, bin) + 1;
        }
      }
    }
  }

  /** Mean share of a direction's scores per bin. */
  shares(): Float64Array {
    const scores = Math.max(1, this.space.statistics.countedTokens * this.directions.rows);
    return this.counts.map((count) => count / scores);
  }
}

function stackRows(rows: readonly Float64Array[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * cols);
  rows.forEach((row, i) => {
    data.set(row, i * cols);
  });
  return { rows: rows.length, cols, data };
}

/** Mean and population standard deviation of what is there; zeros where nothing is. */
function spread(values: readonly (number | null)[]): { mean: number; std: number } {
  const known = values.flatMap((value) => value ?? []);
  const count = Math.max(1, known.length);
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, std: Math.sqrt(variance) };
}
