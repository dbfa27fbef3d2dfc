import { float32At, float64At, int32At } from '../tensor/elements';

/** Candidates a side holds, by k, before it first drops those that can no longer be listed. */
const INITIAL_CAPACITY_FACTOR = 2;
const MIN_INITIAL_CAPACITY = 64;
/** Above the rounding to float32 of a key, 2^-24, on both sides of a comparison. */
const KEY_ROUNDING = 2 ** -22;

/** A listed token. */
export interface RankedToken {
  readonly id: number;
  /** What is ranked. */
  readonly score: number;
  /** The plain dot product of the folded vectors. */
  readonly dot: number;
}

/** Memory of several sides, cut from a few large arrays: thousands of small ones would cost more than the work. */
class SideMemory {
  private readonly capacity: number;
  private readonly keys: Float32Array;
  private readonly ids: Int32Array;
  private readonly ranks: Int32Array;
  private readonly numbers: Float64Array;
  private scratch = new Float32Array(0);

  constructor(
    sides: number,
    private readonly k: number,
  ) {
    this.capacity = Math.max(MIN_INITIAL_CAPACITY, INITIAL_CAPACITY_FACTOR * k);
    this.keys = new Float32Array(sides * this.capacity);
    this.ids = new Int32Array(sides * this.capacity);
    this.ranks = new Int32Array(sides * 2 * k);
    this.numbers = new Float64Array(sides * 3 * k);
  }

  candidateKeys(side: number): Float32Array {
    return this.keys.subarray(side * this.capacity, (side + 1) * this.capacity);
  }

  candidateIds(side: number): Int32Array {
    return this.ids.subarray(side * this.capacity, (side + 1) * this.capacity);
  }

  /** A copy that is overwritten by the next one. */
  copyOf(values: Float32Array): Float32Array {
    if (this.scratch.length < values.length) {
      this.scratch = new Float32Array(values.length);
    }
    this.scratch.set(values);
    return this.scratch.subarray(0, values.length);
  }

  /** One of the two lists of k integers of a side. */
  integers(side: number, list: 0 | 1): Int32Array {
    const start = (2 * side + list) * this.k;
    return this.ranks.subarray(start, start + this.k);
  }

  /** One of the three lists of k numbers of a side. */
  doubles(side: number, list: 0 | 1 | 2): Float64Array {
    const start = (3 * side + list) * this.k;
    return this.numbers.subarray(start, start + this.k);
  }
}

/**
 * One side of one row's list. Float32 keys (larger is better) come in as candidates; every one that may still be
 * among the k best is kept until its exact key is known, so that rounding never decides who is listed.
 * `limits[row]` is the key below which no candidate can be listed.
 */
export class CandidateSide {
  private keys: Float32Array;
  private ids: Int32Array;
  private size = 0;
  private error = 0;
  /** Slots of the exact entries, best first; entries stay in their slots. */
  private readonly order: Int32Array;
  private exactSize = 0;
  private readonly exactIds: Int32Array;
  private readonly exactKeys: Float64Array;
  private readonly scores: Float64Array;
  private readonly dots: Float64Array;

  constructor(
    private readonly k: number,
    private readonly limits: Float64Array,
    private readonly row: number,
    private readonly memory: SideMemory,
    place: number,
  ) {
    this.keys = memory.candidateKeys(place);
    this.ids = memory.candidateIds(place);
    this.order = memory.integers(place, 0);
    this.exactIds = memory.integers(place, 1);
    this.exactKeys = memory.doubles(place, 0);
    this.scores = memory.doubles(place, 1);
    this.dots = memory.doubles(place, 2);
  }

  /**
   * Begins scores that lie at most `error` from the exact ones times `unit` (a row's float32 scores are scaled).
   * Candidates that are not settled yet stay.
   */
  begin(error: number, unit: number): void {
    const larger = Math.max(0, error - this.error);
    this.limits[this.row] = float64At(this.limits, this.row) - larger;
    this.error += larger;
    if (this.exactSize === this.k && this.k > 0) {
      this.raiseLimit(this.worstKey() * unit);
    }
  }

  /** Takes a candidate whose key is not below the limit. */
  offer(id: number, key: number): void {
    if (this.size === this.keys.length) {
      this.tighten();
      if (key < float64At(this.limits, this.row)) {
        return;
      }
    }
    this.keys[this.size] = key;
    this.ids[this.size] = id;
    this.size += 1;
  }

  /** Takes note that k tokens, offered or not, have float32 keys of at least `key`. */
  expect(key: number): void {
    this.raiseLimit(key - this.error);
  }

  /** Ids of the candidates without exact keys, less those that can no longer be listed. */
  pending(): Int32Array {
    this.tighten();
    return this.ids.subarray(0, this.size);
  }

  /** Forgets the candidates: their exact keys were inserted. */
  settled(): void {
    this.size = 0;
  }

  /** Takes a token whose exact key is known. */
  insert(id: number, key: number, score: number, dot: number): void {
    const full = this.exactSize === this.k;
    if (full && (this.k === 0 || key < this.worstKey())) {
      return;
    }
    const at = this.placeOf(id, key);
    if (at >= this.k) {
      return;
    }
    const slot = full ? int32At(this.order, this.k - 1) : this.exactSize;
    this.order.copyWithin(at + 1, at, full ? this.k - 1 : this.exactSize);
    this.order[at] = slot;
    this.exactSize += full ? 0 : 1;
    this.exactKeys[slot] = key;
    this.exactIds[slot] = id;
    this.scores[slot] = score;
    this.dots[slot] = dot;
  }

  /** The listed tokens, best first. */
  entries(): RankedToken[] {
    const entries: RankedToken[] = [];
    for (let place = 0; place < this.exactSize; place += 1) {
      const slot = int32At(this.order, place);
      entries.push({
        id: int32At(this.exactIds, slot),
        score: float64At(this.scores, slot),
        dot: float64At(this.dots, slot),
      });
    }
    return entries;
  }

  private worstKey(): number {
    return float64At(this.exactKeys, int32At(this.order, this.k - 1));
  }

  /** The place of (key, id) among the exact entries: larger keys first, then smaller ids. */
  private placeOf(id: number, key: number): number {
    let low = 0;
    let high = this.exactSize;
    while (low < high) {
      const middle = (low + high) >> 1;
      const slot = int32At(this.order, middle);
      const other = float64At(this.exactKeys, slot);
      if (key > other || (key === other && id < int32At(this.exactIds, slot))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Raises the limit to what the candidates so far imply, drops what is below it, and makes room. */
  private tighten(): void {
    if (this.size > this.k) {
      // k candidates have exact keys of at least the k-th float32 key less the error.
      const kth = kthLargest(this.memory.copyOf(this.keys.subarray(0, this.size)), this.k);
      this.raiseLimit(kth - this.error);
      this.drop();
    }
    if (this.size > this.keys.length / 2) {
      const keys = new Float32Array(this.keys.length * 2);
      const ids = new Int32Array(keys.length);
      keys.set(this.keys);
      ids.set(this.ids);
      this.keys = keys;
      this.ids = ids;
    }
  }

  /** k tokens have exact keys of at least `exact`: no float32 key below that less the error can be listed. */
  private raiseLimit(exact: number): void {
    const limit = exact - this.error - Math.abs(exact) * KEY_ROUNDING;
    if (limit > float64At(this.limits, this.row)) {
      this.limits[this.row] = limit;
    }
  }

  private drop(): void {
    const limit = float64At(this.limits, this.row);
    let kept = 0;
    for (let i = 0; i < this.size; i += 1) {
      if (float32At(this.keys, i) >= limit) {
        this.keys[kept] = float32At(this.keys, i);
        this.ids[kept] = int32At(this.ids, i);
        kept += 1;
      }
    }
    this.size = kept;
  }
}

/** `both`: best and worst scores; `magnitude`: only the largest |score|. */
export type ListedSides = 'both' | 'magnitude';

/**
 * The lists of some rows `[n]`, into which a backend offers scores. A score that is at least `topLimits[row]`
 * must be offered to the top, one whose negative is at least `bottomLimits[row]` to the bottom; limits rise as
 * scores come in, and what is offered needlessly only costs time.
 */
export class CandidateLists {
  /** `[n]` */
  readonly topLimits: Float64Array;
  /** `[n]`, of negated scores. */
  readonly bottomLimits: Float64Array;
  readonly top: readonly CandidateSide[];
  /** The same as `top` where only the magnitude counts. */
  readonly bottom: readonly CandidateSide[];

  constructor(
    readonly rows: number,
    /** Tokens on each side. */
    readonly k: number,
    readonly sides: ListedSides,
  ) {
    const unlimited = k > 0 ? -Infinity : Infinity;
    const magnitude = sides === 'magnitude';
    const memory = new SideMemory(magnitude ? rows : 2 * rows, k);
    const sidesOf = (limits: Float64Array, place: number): CandidateSide[] =>
      Array.from(limits, (_, row) => new CandidateSide(k, limits, row, memory, place + row));
    this.topLimits = new Float64Array(rows).fill(unlimited);
    this.top = sidesOf(this.topLimits, 0);
    this.bottomLimits = magnitude ? this.topLimits : new Float64Array(rows).fill(unlimited);
    this.bottom = magnitude ? this.top : sidesOf(this.bottomLimits, rows);
  }

  /** Begins scores of a row that lie at most `error` from the exact ones times `unit`. */
  begin(row: number, error: number, unit: number): void {
    this.top[row]?.begin(error, unit);
    if (this.sides === 'both') {
      this.bottom[row]?.begin(error, unit);
    }
  }

  /** Offers a score that is at least `topLimits[row]`. */
  offerTop(row: number, id: number, score: number): void {
    if (score >= 0 || this.sides === 'both') {
      this.top[row]?.offer(id, score);
    }
  }

  /** Offers a score whose negative is at least `bottomLimits[row]`. */
  offerBottom(row: number, id: number, score: number): void {
    if (score < 0 || this.sides === 'both') {
      this.bottom[row]?.offer(id, -score);
    }
  }
}

/** The k-th largest of some numbers, k from 1; reorders them. Quickselect (Hoare). */
export function kthLargest(values: Float32Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  const target = k - 1;
  while (low < high) {
    const pivot = float32At(values, (low + high) >> 1);
    let i = low;
    let j = high;
    while (i <= j) {
      while (float32At(values, i) > pivot) i += 1;
      while (float32At(values, j) < pivot) j -= 1;
      if (i <= j) {
        const swapped = float32At(values, i);
        values[i] = float32At(values, j);
        values[j] = swapped;
        i += 1;
        j -= 1;
      }
    }
    if (target <= j) {
      high = j;
    } else if (target >= i) {
      low = i;
    } else {
      break;
    }
  }
  return float32At(values, target);
}
