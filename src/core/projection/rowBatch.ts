import { float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend, ScoreRequest } from './backend';
import { CandidateLists } from './candidates';
import { ExactScorer, type StoredRows } from './exactScorer';
import { POWERS } from './moments';
import type { ReadingContext } from './readingContext';
import { areReliable, beginRows, momentsOf, type RawReading, type RowState } from './rowState';
import type { TileRanking } from './tileRanking';
import type { CheckedTile } from './vocabularyTiles';

/** Unit roundoff of float32. */
const UNIT_ROUNDOFF = 2 ** -24;
/** Roundings besides those of products and sums: of x, scale and shift. */
const EXTRA_ROUNDINGS = 8;
/** Safety of the error bound, which is of first order. */
const ERROR_SAFETY = 2;
/** Scaled float32 scores stay within 2^±60: nothing overflows or loses digits. */
const MAX_SCALED_SCORE = 2 ** 60;
/** With moments within 2^24, so that sums of fourth powers do not overflow. */
const MAX_SCALED_MOMENT_SCORE = 2 ** 24;

/** A reading, and whether float32 sufficed for it: otherwise the row must be read exactly. */
export interface BatchReading extends RawReading {
  readonly reliable: boolean;
}

/**
 * Some parameter rows on their way through the tiles of a vocabulary: what was listed and summed of each so far.
 * Scores are computed in float32 by the backend; what may be listed is computed again in float64 (`settle`)
 * while its rows are in memory. An exact batch computes everything in float64.
 */
export class RowBatch {
  private readonly rows: readonly RowState[];
  private readonly lists: CandidateLists | null;
  private readonly scorer: ExactScorer;
  private readonly scaled: Matrix;
  private readonly common: Matrix;
  private readonly shift: Float32Array;

  constructor(
    private readonly context: ReadingContext,
    rows: readonly Float32Array[],
    private readonly exact: boolean,
  ) {
    const { k, rank, space } = context;
    const { cols } = space.matrix;
    const sides = rank === 'abs' ? 'magnitude' : 'both';
    this.lists = k > 0 ? new CandidateLists(rows.length, k, sides) : null;
    this.scorer = new ExactScorer(context);
    this.scaled = { rows: rows.length, cols, data: new Float32Array(rows.length * cols) };
    this.rows = beginRows(rows, context, this.scaled.data);
    this.common = stack(this.rows.map(({ common }) => common));
    this.shift = Float32Array.from(this.rows, ({ shift }) => shift);
  }

  /** Reads one tile: one run of the backend. */
  async read(tile: CheckedTile, ranking: TileRanking, backend: MatmulBackend): Promise<void> {
    if (this.exact || !this.fitsFloat32(ranking)) {
      this.rows.forEach((row, i) => {
        this.scorer.load(row);
        this.scorer.readTile(i, this.lists, tile, ranking);
      });
      return;
    }
    this.begin(ranking);
    const sums = await backend.reduceScores(this.request(tile, ranking));
    this.rows.forEach((row, i) => {
      addRow(row.powerSums, sums.powerSums, i);
      addRow(row.centredPowerSums, sums.centredPowerSums, i);
    });
  }

  /** Computes the candidates so far again in float64; `stored` holds the rows of all of them. */
  settle(stored: StoredRows): void {
    if (this.lists !== null && !this.exact) {
      const { lists, scorer } = this;
      this.rows.forEach((row, i) => {
        scorer.load(row);
        scorer.settle(i, lists, stored);
      });
    }
  }

  finish(): BatchReading[] {
    return this.rows.map((row, i) => {
      const moments = momentsOf(row, this.context);
      return {
        norm: row.norm,
        ...moments,
        reliable: this.exact || areReliable(row, moments, this.context),
        top: this.lists?.top[i]?.entries() ?? [],
        bottom: this.lists?.sides === 'both' ? (this.lists.bottom[i]?.entries() ?? []) : [],
      };
    });
  }

  private fitsFloat32(ranking: TileRanking): boolean {
    const { typicalNorm, statistics } = this.context;
    const within = (size: number, most: number): boolean =>
      size === 0 || (size <= most * typicalNorm && size * MAX_SCALED_SCORE >= typicalNorm);
    return (
      within(ranking.largestNorm, statistics ? MAX_SCALED_MOMENT_SCORE : MAX_SCALED_SCORE) &&
      within(ranking.largestScaledNorm, MAX_SCALED_SCORE) &&
      ranking.largestScale < Infinity
    );
  }

  /**
   * Bounds the float32 error of scaled, ranked scores: each of the d products and sums, and of the r in the common
   * part, rounds by at most the unit roundoff of |x| |t| (Higham, "Accuracy and Stability of Numerical Algorithms",
   * section 3.1). P is itself a product less a mean, hence twice the common part.
   */
  private begin(ranking: TileRanking): void {
    const { space, withoutCommon, largestNorm, rank } = this.context;
    const roundings = space.matrix.cols + this.common.cols + EXTRA_ROUNDINGS;
    const { largestScale, largestScaledNorm } = ranking;
    this.rows.forEach((row, i) => {
      const plain = row.scaledNorm * largestScaledNorm + Math.abs(row.shift) * largestScale;
      const common = row.commonBound * (largestScaledNorm + largestNorm * largestScale);
      const magnitude = plain + (withoutCommon ? 2 * common : 0);
      const unit = rank === 'cosine' ? row.unit * row.norm : row.unit;
      this.lists?.begin(i, ERROR_SAFETY * roundings * UNIT_ROUNDOFF * magnitude, unit);
    });
  }

  private request(tile: CheckedTile, { allowed, scale }: TileRanking): ScoreRequest {
    const { prepared, statistics, withoutCommon } = this.context;
    const { lists } = this;
    const ranking = lists && {
      lists,
      firstId: tile.start,
      rankCentred: withoutCommon,
      ...(allowed === undefined ? {} : { allowed }),
      ...(scale === undefined ? {} : { scale }),
    };
    const request = {
      x: this.scaled,
      tile: tile.matrix,
      ...(ranking === null ? {} : { ranking }),
    };
    if (prepared === undefined) {
      return request;
    }
    const { projections, counted } = prepared;
    const { cols } = this.common;
    const end = tile.start + tile.matrix.rows;
    const data = projections.subarray(tile.start * cols, end * cols);
    return {
      ...request,
      shift: this.shift,
      common: { a: this.common, p: { rows: tile.matrix.rows, cols, data } },
      ...(statistics ? { moments: { counted: counted.subarray(tile.start, end) } } : {}),
    };
  }
}

/** Rows of equal length one below the other. */
function stack(rows: readonly Float32Array[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * cols);
  rows.forEach((row, i) => {
    data.set(row, i * cols);
  });
  return { rows: rows.length, cols, data };
}

function addRow(sums: Float64Array, added: Float64Array | undefined, row: number): void {
  if (added !== undefined) {
    for (let power = 0; power < POWERS; power += 1) {
      sums[power] = float64At(sums, power) + float64At(added, row * POWERS + power);
    }
  }
}
