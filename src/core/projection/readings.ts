import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import type { MatmulBackend } from './backend';
import type { RankedToken } from './candidates';
import { readFiniteRows } from './finiteRows';
import { readingContext, type ReadingRequest } from './readingContext';
import type { RawReading } from './rowState';
import type { ControlStatistics } from './space';
import type { WorkOptions } from './workPlan';

/** Population moments of a row's scores over the counted tokens; null where not asked for or not defined. */
export interface RowMoments {
  readonly mean: number | null;
  readonly std: number | null;
  readonly skewness: number | null;
  /** Excess kurtosis. */
  readonly kurtosis: number | null;
  /** Excess kurtosis of the scores without the common directions. */
  readonly kurtosisCentered: number | null;
  /** Distance of `kurtosisCentered` from the control's mean in the control's standard deviations. */
  readonly z: number | null;
  /** The side that the row speaks for: the sign of the skewness of the scores without the common directions. */
  readonly speaks: 'top' | 'bottom' | null;
}

export interface RowResult extends RowMoments {
  /** L2 norm of the row as read. */
  readonly norm: number;
  /** Scores that are NaN or infinite. */
  readonly nonFinite: number;
  readonly top: readonly RankedToken[];
  /** Lowest first; empty with rank `abs`. */
  readonly bottom: readonly RankedToken[];
}

export interface RowsRequest extends ReadingRequest {
  /** `[n, d]`, already folded with `foldRows`. */
  readonly rows: Matrix;
}

/** A control that spreads less than this is rounding noise: nothing can be measured against it. */
const MIN_CONTROL_STD = 1e-9;

const NO_MOMENTS: RowMoments = {
  mean: null,
  std: null,
  skewness: null,
  kurtosis: null,
  kurtosisCentered: null,
  z: null,
  speaks: null,
};

/**
 * Reads parameter rows against a vocabulary: exact lists (order: score, then id) and moments. Rows that are not
 * finite are not read; vocabulary rows that are not finite are counted, never listed, and leave no moments.
 * @throws CancelledError between runs of at most 128 rows and 5 GFLOP
 */
export async function readRows(
  request: RowsRequest,
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<RowResult[]> {
  const { rows, space } = request;
  const context = readingContext(request);
  const finite: Float32Array[] = [];
  const places = Array.from({ length: rows.rows }, (_, i) => {
    const row = rows.data.subarray(i * rows.cols, (i + 1) * rows.cols);
    return isFiniteRow(row) ? finite.push(row) - 1 : null;
  });
  const { readings, nonFinite } = await readFiniteRows(context, finite, backend, options);
  return places.map((place) => {
    const reading = place === null ? undefined : readings[place];
    return reading === undefined
      ? { ...NO_MOMENTS, norm: NaN, nonFinite: space.matrix.rows, top: [], bottom: [] }
      : toResult(reading, nonFinite, space.statistics?.control);
  });
}

function isFiniteRow(row: Float32Array): boolean {
  let sum = 0;
  for (let j = 0; j < row.length; j += 1) {
    // Zero times infinity or NaN is NaN, which stays.
    sum += float32At(row, j) * 0;
  }
  return sum === 0;
}

function toResult(
  { norm, moments, centred, top, bottom }: RawReading,
  nonFinite: number,
  control: ControlStatistics | undefined,
): RowResult {
  const lists = { norm, nonFinite, top, bottom };
  if (moments === null || centred === null || nonFinite > 0) {
    return { ...NO_MOMENTS, ...lists };
  }
  return {
    ...lists,
    ...moments,
    kurtosisCentered: centred.kurtosis,
    z: centred.kurtosis === null || control === undefined ? null : zOf(centred.kurtosis, control),
    speaks: centred.skewness === null ? null : centred.skewness < 0 ? 'bottom' : 'top',
  };
}

function zOf(kurtosis: number, control: ControlStatistics): number | null {
  const { kurtosisCenteredMean, kurtosisCenteredStd } = control;
  return kurtosisCenteredStd > MIN_CONTROL_STD
    ? (kurtosis - kurtosisCenteredMean) / kurtosisCenteredStd
    : null;
}
