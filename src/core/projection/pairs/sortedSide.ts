import { float32At, float64At, int32At, uint32At } from '../../tensor/elements';
import type { MatmulBackend, RowSelection } from '../backend';
import { lengthsOf, type FactorMap, type MeasuredFactor } from './measuredFactor';

/** What bounds some neighbouring tokens of a side. */
export interface Extent {
  /** No factor is longer. */
  readonly length: number;
  /** How far the exact factors may lie from the values (L2). */
  readonly error: number;
  readonly lowestId: number;
}

/**
 * One side's tokens, longest balanced factor first: with M N^T = I the scores of `A` and `B` are those of `A M` and
 * `B N`, which only order the tokens and bound what they can score; products are taken of the factors as they are.
 */
export class SortedSide {
  private constructor(
    private readonly factor: MeasuredFactor,
    /** `[n]`: which token of the factor stands at a place. */
    private readonly order: Int32Array,
    /** `[n]`, falling. */
    private readonly bounds: Float32Array,
  ) {}

  /** @param balance null: by the lengths of the factors as they are */
  static async sort(
    factor: MeasuredFactor,
    balance: FactorMap | null,
    backend: MatmulBackend,
  ): Promise<SortedSide> {
    const bounds = balance === null ? factor.lengths : await lengthsOf(factor, balance, backend);
    const order = longestFirst(bounds);
    return new SortedSide(factor, order, fallingBounds(bounds, order));
  }

  /** How many tokens there are. */
  get count(): number {
    return this.order.length;
  }

  /** The width of the factors. */
  get width(): number {
    return this.factor.values.cols;
  }

  /** The token at a place. */
  idAt(place: number): number {
    return int32At(this.factor.ids, int32At(this.order, place));
  }

  /** No exact balanced factor at this place or behind it is longer. */
  boundAt(place: number): number {
    return float32At(this.bounds, place);
  }

  /** What bounds the tokens at places `start` to `start + count`. */
  extent(start: number, count: number): Extent {
    const { factor, order } = this;
    let [length, reach, lowestId] = [0, 0, Infinity];
    for (let place = start; place < start + count; place += 1) {
      const at = int32At(order, place);
      length = Math.max(length, float32At(factor.lengths, at));
      reach = Math.max(reach, float64At(factor.reach, at));
      lowestId = Math.min(lowestId, int32At(factor.ids, at));
    }
    return { length, error: reach * factor.error, lowestId };
  }

  /** No factor of the token at a place is longer. */
  lengthAt(place: number): number {
    return float32At(this.factor.lengths, int32At(this.order, place));
  }

  /** How far the exact factor of the token at a place may lie from its value (L2). */
  errorAt(place: number): number {
    return float64At(this.factor.reach, int32At(this.order, place)) * this.factor.error;
  }

  /** The tokens at places `start` to `start + count`. */
  part(start: number, count: number): RowSelection {
    return { matrix: this.factor.values, rows: this.order.subarray(start, start + count) };
  }
}

/** At each place the longest bound at it or behind it. */
function fallingBounds(bounds: Float32Array, order: Int32Array): Float32Array {
  const falling = new Float32Array(order.length);
  let longest = 0;
  for (let place = order.length - 1; place >= 0; place -= 1) {
    longest = Math.max(longest, float32At(bounds, int32At(order, place)));
    falling[place] = longest;
  }
  return falling;
}

const DIGIT_BITS = 11;
const DIGIT_VALUES = 2 ** DIGIT_BITS;
/** Lower bits than these two digits, 1/8192 of a bound, are not worth another pass. */
const FIRST_BIT = 10;
const BOUND_BITS = 32;

/**
 * Indices by falling bound, to the bits that count; equal ones by rising index. The bits of float32 numbers that are not
 * negative rise with them: they are sorted as whole numbers, digit by digit from the lowest (radix sort), which keeps
 * equal ones in order.
 */
function longestFirst(bounds: Float32Array): Int32Array {
  const bits = new Uint32Array(bounds.buffer, bounds.byteOffset, bounds.length);
  let order = new Int32Array(bounds.length);
  for (let i = 0; i < order.length; i += 1) {
    order[i] = i;
  }
  let spare = new Int32Array(bounds.length);
  for (let shift = FIRST_BIT; shift < BOUND_BITS; shift += DIGIT_BITS) {
    sortByDigit(bits, shift, order, spare);
    [order, spare] = [spare, order];
  }
  return order;
}

/** Writes `order` to `into` by falling digit, those of equal digits as they stand. */
function sortByDigit(bits: Uint32Array, shift: number, order: Int32Array, into: Int32Array): void {
  const places = new Int32Array(DIGIT_VALUES);
  for (let i = 0; i < bits.length; i += 1) {
    const digit = (uint32At(bits, i) >>> shift) & (DIGIT_VALUES - 1);
    places[digit] = int32At(places, digit) + 1;
  }
  let before = 0;
  for (let digit = DIGIT_VALUES - 1; digit >= 0; digit -= 1) {
    const count = int32At(places, digit);
    places[digit] = before;
    before += count;
  }
  for (let at = 0; at < order.length; at += 1) {
    const i = int32At(order, at);
    const digit = (uint32At(bits, i) >>> shift) & (DIGIT_VALUES - 1);
    const place = int32At(places, digit);
    into[place] = i;
    places[digit] = place + 1;
  }
}
