import { float64At } from '../tensor/elements';
import type { RankedToken } from './candidates';
import { commonPart } from './direction';
import { dot, norm, powerOfTwoBelow } from './dots';
import { foldIntoDirection } from './fold';
import { momentsFromPowerSums, POWERS, type Moments } from './moments';
import type { ReadingContext } from './readingContext';

/** Up to this share of |x| |t| a standard deviation is too near the rounding of float32 scores to judge their shape. */
const UNRELIABLE_STD = 2 ** -15;
/** Up to this share it is the rounding of float64 scores: all are equal. */
const CONSTANT_STD = 2 ** -40;
/** The same without the common directions, which are known to float32 precision. */
const CONSTANT_CENTRED_STD = 2 ** -20;

/** One parameter row on its way through a vocabulary. Float32 scores are scores times `unit`. */
export interface RowState {
  /** `[d]` */
  readonly x: Float32Array;
  readonly norm: number;
  /** A power of two that keeps scores in the range of float32. */
  readonly unit: number;
  /** Norm of the direction that meets the stored rows, times `unit`; 0 for a row that reads nothing. */
  readonly scaledNorm: number;
  /** Mean score over the counted tokens times `unit`, a float32: subtracted before powers are taken. */
  readonly shift: number;
  /** `[r]`: the row's part in the common directions, times `unit`. */
  readonly common: Float32Array;
  /** Bounds the scaled scores in the common directions, by the norm of a stored row. */
  readonly commonBound: number;
  /** `[4]`: sums of powers of the scaled, shifted scores, and of those without the common directions. */
  readonly powerSums: Float64Array;
  readonly centredPowerSums: Float64Array;
}

/** What became of a row. */
export interface RawReading {
  readonly norm: number;
  /** Null where not asked for, or where nothing is counted. */
  readonly moments: Moments | null;
  readonly centred: Moments | null;
  readonly top: readonly RankedToken[];
  readonly bottom: readonly RankedToken[];
}

/**
 * Begins rows of one width. Their directions that meet the stored rows, times their units, are written to
 * `scaled` `[n, d]`.
 */
export function beginRows(
  rows: readonly Float32Array[],
  context: ReadingContext,
  scaled: Float32Array,
): RowState[] {
  const { prepared, typicalNorm, commonReach, space } = context;
  const { cols } = space.matrix;
  const [x64, direction] = [new Float64Array(cols), new Float64Array(cols)];
  return rows.map((x, i) => {
    x64.set(x);
    foldIntoDirection(x64, space.fold, direction);
    const size = norm(direction);
    const unit = size > 0 ? 1 / (powerOfTwoBelow(size) * powerOfTwoBelow(typicalNorm)) : 1;
    const common = prepared === undefined ? new Float64Array(0) : commonPart(x64, prepared);
    for (let j = 0; j < cols; j += 1) {
      scaled[i * cols + j] = float64At(direction, j) * unit;
    }
    return {
      x,
      norm: norm(x64),
      unit,
      scaledNorm: size * unit,
      shift: prepared === undefined ? 0 : Math.fround(dot(x64, prepared.mean) * unit),
      common: Float32Array.from(common, (along) => along * unit),
      commonBound: common.reduce(
        (sum, along, c) => sum + Math.abs(along * unit) * float64At(commonReach, c),
        0,
      ),
      powerSums: new Float64Array(POWERS),
      centredPowerSums: new Float64Array(POWERS),
    };
  });
}

/** The moments of a row whose sums are complete. */
export function momentsOf(
  row: RowState,
  { prepared, statistics, typicalNorm }: ReadingContext,
): Pick<RawReading, 'moments' | 'centred'> {
  const count = prepared?.countedTokens ?? 0;
  if (!statistics || count === 0) {
    return { moments: null, centred: null };
  }
  const size = row.scaledNorm * typicalNorm;
  const unscaled = (sums: Float64Array, shift: number, constant: number): Moments => {
    const moments = momentsFromPowerSums(sums, count, shift, constant * size);
    return { ...moments, mean: moments.mean / row.unit, std: moments.std / row.unit };
  };
  return {
    moments: unscaled(row.powerSums, row.shift, CONSTANT_STD),
    centred: unscaled(row.centredPowerSums, 0, CONSTANT_CENTRED_STD),
  };
}

/** Whether float32 scores suffice for these moments. */
export function areReliable(
  row: RowState,
  { moments, centred }: Pick<RawReading, 'moments' | 'centred'>,
  { typicalNorm }: ReadingContext,
): boolean {
  const enough = (UNRELIABLE_STD * row.scaledNorm * typicalNorm) / row.unit;
  return moments === null || centred === null || Math.min(moments.std, centred.std) > enough;
}
