import { float32At, float64At, int32At, uint32At } from '../../tensor/elements';
import type { MatmulBackend, RowSelection } from '../backend';
import { lengthsOf, type FactorMap, type MeasuredFactor } from './measuredFactor';

/** Some neighbouring tokens of a side. */
export interface SortedPart {
  /** Their factors, scaled by the side's unit. */
  readonly values: RowSelection;
  /** No factor is longer. */
  readonly length: number;
  /** How far the exact factors may lie from the values (L2). */
  readonly error: number;
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
    const falling = new Float32Array(bounds.length);
    for (let place = 0; place < falling.length; place += 1) {
      falling[place] = float32At(bounds, int32At(order, place));
    }
    return new SortedSide(factor, order, falling);
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

  /** No factor of the token at a place is longer. */
  lengthAt(place: number): number {
    return float32At(this.factor.lengths, int32At(this.order, place));
  }

  /** How far the exact factor of the token at a place may lie from its value (L2). */
  errorAt(place: number): number {
    return float64At(this.factor.reach, int32At(this.order, place)) * this.factor.error;
  }

  /** The tokens at places `start` to `start + count`. */
  part(start: number, count: number): SortedPart {
    let length = 0;
    let error = 0;
    for (let place = start; place < start + count; place += 1) {
      length = Math.max(length, this.lengthAt(place));
      error = Math.max(error, this.errorAt(place));
    }
    const rows = this.order.subarray(start, start + count);
    return { values: { matrix: this.factor.values, rows }, length, error };
  }
}

const DIGIT_BITS = 11;
const DIGIT_VALUES = 2 ** DIGIT_BITS;
const BOUND_BITS = 32;

/**
 * Indices by falling bound; equal bounds by rising index. The bits of float32 numbers that are not negative rise with
 * them: they are sorted as whole numbers, digit by digit from the lowest (radix sort), which keeps equal ones in order.
 */
function longestFirst(bounds: Float32Array): Int32Array {
  const bits = new Uint32Array(bounds.buffer, bounds.byteOffset, bounds.length);
  let order = new Int32Array(bounds.length);
  for (let i = 0; i < order.length; i += 1) {
    order[i] = i;
  }
  let spare = new Int32Array(bounds.length);
  for (let shift = 0; shift < BOUND_BITS; shift += DIGIT_BITS) {
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
