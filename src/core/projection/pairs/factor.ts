import { checkCancelled } from '../../errors';
import { float32At, float64At, int32At } from '../../tensor/elements';
import { rowsOf, type Matrix } from '../../tensor/matrix';
import type { MatmulBackend } from '../backend';
import { norm, powerOfTwoBelow } from '../dots';
import { foldVocabularyRow, type VocabularyFold } from '../fold';
import { tileRowsFor, type WorkOptions } from '../workPlan';
import type { PairSide } from './side';

/**
 * Factors of some tokens in float32. With `exact` the factor in exact arithmetic times `unit`, a power of two:
 * `|values[i][p] - exact| <= roundings * 2^-24 * reach[i] * weights[p]` and `|exact| <= reach[i] * weights[p]`.
 */
export interface Factor {
  /** `[n]`, ascending. */
  readonly ids: Int32Array;
  /** `[n, w]` */
  readonly values: Matrix;
  readonly unit: number;
  /** `[n]` */
  readonly reach: Float64Array;
  /** `[w]` */
  readonly weights: Float64Array;
  readonly roundings: number;
}

/** Scaled directions stay in float32's range with room on both sides. */
const MAX_SCALE = 2 ** 100;
/** Roundings besides those of products and sums: of directions, offsets and divisors. */
const EXTRA_ROUNDINGS = 8;
/** Stands for what underflow takes from products, as a share of the largest row. */
const UNDERFLOW_SHARE = 2 ** -100;
/** Tokens that are projected at once: what a run answers stays small beside the factor. */
const PROJECTED_TOKENS = 8192;
/** Up to so many tokens are read one by one rather than in a pass over the vocabulary. */
const MAX_SINGLE_TOKENS = 256;

/** The unit roundoff of float32. */
export const UNIT_ROUNDOFF = 2 ** -24;

/** Multiplies the rows of some tokens into a side's directions. @throws CancelledError */
export async function projectSide(
  side: PairSide,
  ids: Int32Array,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<Factor> {
  const { matrix, directions } = side;
  const width = directions.length;
  const scaled = scaleDirections(side);
  // Cosines are of rows of length 1, whatever the longest row is.
  const restored = side.cosine ? powerOfTwoBelow(side.norms.largest || 1) : 1;
  const values: Matrix = {
    rows: ids.length,
    cols: width,
    data: new Float32Array(ids.length * width),
  };
  const reach = new Float64Array(ids.length);
  const made = new Float32Array(Math.min(PROJECTED_TOKENS, matrix.rows) * width);
  let filled = 0;
  for await (const part of partsOf(side, ids)) {
    checkCancelled(cancellation);
    const into = made.subarray(0, part.rows.rows * width);
    const products = await backend.multiplyTransposed(part.rows, scaled.matrix, into);
    for (let i = 0; i < part.wanted.length; i += 1) {
      const row = int32At(part.wanted, i);
      const scale = side.cosine
        ? inverseNorm(rowsOf(part.rows, row, 1).data, side.fold) * restored
        : 1;
      const from = row * width;
      const to = filled * width;
      if (scaled.plain && scale === 1) {
        values.data.set(products.data.subarray(from, from + width), to);
      } else {
        for (let p = 0; p < width; p += 1) {
          const product = float32At(products.data, from + p) - float64At(scaled.offsets, p);
          values.data[to + p] = product * scale;
        }
      }
      const id = int32At(ids, filled);
      reach[filled] = scaled.reachOf(float32At(side.norms.stored, id)) * scale;
      filled += 1;
    }
    onProgress?.({ done: filled, total: ids.length, unit: 'tokens' });
  }
  return {
    ids,
    values,
    unit: scaled.unit * restored,
    reach,
    weights: scaled.weights,
    roundings: matrix.cols + EXTRA_ROUNDINGS,
  };
}

interface ScaledDirections {
  /** `[w, d]` */
  readonly matrix: Matrix;
  readonly offsets: Float64Array;
  /** Whether all offsets are 0. */
  readonly plain: boolean;
  readonly unit: number;
  readonly weights: Float64Array;
  readonly reachOf: (storedNorm: number) => number;
}

/** Directions times a power of two that makes the largest factor about 1. */
function scaleDirections({ matrix, norms, directions }: PairSide): ScaledDirections {
  const lengths = directions.map(({ vector }) => norm(vector));
  const longest = Math.max(0, ...lengths);
  const scale = Math.min(MAX_SCALE, Math.max(1 / MAX_SCALE, 1 / (norms.largest || 1)));
  const unit = powerOfTwoBelow(longest > 0 ? scale / longest : 1);
  const data = new Float32Array(directions.length * matrix.cols);
  directions.forEach(({ vector }, p) => {
    data.set(
      vector.map((value) => value * unit),
      p * matrix.cols,
    );
  });
  const offsets = Float64Array.from(directions, ({ offset }) => offset * unit);
  // An offset is a further product, of 1 as long as the largest row, so that one bound holds for both.
  const least = offsets.some((offset) => offset !== 0) ? norms.largest : 0;
  const underflow = norms.largest * UNDERFLOW_SHARE;
  return {
    matrix: { rows: directions.length, cols: matrix.cols, data },
    offsets,
    plain: least === 0,
    unit,
    weights: Float64Array.from(lengths, (length, p) =>
      Math.hypot(length * unit, least > 0 ? float64At(offsets, p) / least : 0),
    ),
    reachOf: (storedNorm) =>
      storedNorm === 0 && least === 0 ? 0 : Math.hypot(storedNorm, least) + underflow,
  };
}

interface SidePart {
  readonly rows: Matrix;
  /** Rows that are asked for, ascending. */
  readonly wanted: Int32Array;
}

async function* partsOf(
  { matrix, directions }: PairSide,
  ids: Int32Array,
): AsyncGenerator<SidePart> {
  if (ids.length <= MAX_SINGLE_TOKENS) {
    const rows = await matrix.rowsById([...ids]);
    yield { rows, wanted: Int32Array.from(ids.keys()) };
    return;
  }
  let next = 0;
  const tileRows = Math.min(PROJECTED_TOKENS, tileRowsFor(directions.length, matrix));
  for await (const tile of matrix.tiles(tileRows)) {
    const end = tile.start + tile.matrix.rows;
    const first = next;
    while (next < ids.length && int32At(ids, next) < end) {
      next += 1;
    }
    if (next > first) {
      yield { rows: tile.matrix, wanted: ids.subarray(first, next).map((id) => id - tile.start) };
    }
  }
}

/** One over the norm of a folded row; 0 where that is 0, since all scores of such a token are. */
export function inverseNorm(row: Float32Array, fold: VocabularyFold | null): number {
  const size = norm(foldVocabularyRow(row, fold));
  return size > 0 ? 1 / size : 0;
}
