import { float32At, float64At, int32At } from '../tensor/elements';

/** Candidates a side holds before it first drops those that can no longer be listed. */
const INITIAL_CAPACITY_FACTOR = 4;
const MIN_INITIAL_CAPACITY = 64;
/** Above the rounding to float32 of a key, 2^-24, on both sides of a comparison. */
const KEY_ROUNDING = 2 ** -22;

/** A listed token: `key` is what orders the list, larger first. */
export interface RankedEntry {
  readonly id: number;
  readonly key: number;
  readonly score: number;
  readonly dot: number;
}

/**
 * One side of one row's list. Float32 keys (larger is better) come in as candidates, tile by tile; every one that
 * may still be among the k best is kept until its exact key is known, so that rounding never decides who is
 * listed. `limits[row]` is the key below which no candidate of the tile can be listed.
 */
export class CandidateSide {
  private keys: Float32Array;
  private ids: Int32Array;
  private size = 0;
  /** Slots of the exact entries, best first; entries stay in their slots. */
  private readonly order: Int32Array;
  private exactSize = 0;
  private error = 0;
  private readonly exactKeys: Float64Array;
  private readonly exactIds: Int32Array;
  private readonly scores: Float64Array;
  private readonly dots: Float64Array;

  constructor(
    private readonly k: number,
    private readonly limits: Float64Array,
    private readonly row: number,
  ) {
    const capacity = Math.max(MIN_INITIAL_CAPACITY, INITIAL_CAPACITY_FACTOR * k);
    this.keys = new Float32Array(capacity);
    this.ids = new Int32Array(capacity);
    this.order = new Int32Array(k);
    this.exactKeys = new Float64Array(k);
    this.exactIds = new Int32Array(k);
    this.scores = new Float64Array(k);
    this.dots = new Float64Array(k);
  }

  /**
   * Begins a tile whose keys lie at most `error` from the exact ones, both times `unit` (a row's float32 keys are
   * scaled).
   */
  begin(error: number, unit: number): void {
    this.size = 0;
    this.error = error;
    if (this.exactSize === this.k && this.k > 0) {
      this.limits[this.row] = this.limitFor(this.worstKey() * unit);
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

  /** Ids of the tile's candidates, without those that can no longer be listed. */
  pending(): Int32Array {
    this.tighten();
    return this.ids.subarray(0, this.size);
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
  entries(): RankedEntry[] {
    return Array.from(this.order.subarray(0, this.exactSize), (slot) => ({
      id: int32At(this.exactIds, slot),
      key: float64At(this.exactKeys, slot),
      score: float64At(this.scores, slot),
      dot: float64At(this.dots, slot),
    }));
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
      const kth = kthLargest(this.keys.slice(0, this.size), this.k);
      const limit = this.limitFor(kth - this.error);
      this.limits[this.row] = Math.max(limit, float64At(this.limits, this.row));
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

  /** Where k tokens have exact keys of at least `exact`, no float32 key below this can be listed. */
  private limitFor(exact: number): number {
    return exact - this.error - Math.abs(exact) * KEY_ROUNDING;
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
    k: number,
    readonly sides: ListedSides,
  ) {
    const unlimited = k > 0 ? -Infinity : Infinity;
    const first = sides === 'magnitude' ? Math.max(0, unlimited) : unlimited;
    const sidesOf = (limits: Float64Array): CandidateSide[] =>
      Array.from({ length: rows }, (_, row) => new CandidateSide(k, limits, row));
    this.topLimits = new Float64Array(rows).fill(first);
    this.top = sidesOf(this.topLimits);
    this.bottomLimits = sides === 'magnitude' ? this.topLimits : new Float64Array(rows).fill(first);
    this.bottom = sides === 'magnitude' ? this.top : sidesOf(this.bottomLimits);
  }

  /** Begins a tile: row `row`'s scaled float32 scores are at most `error` from exact scores times `unit`. */
  begin(row: number, error: number, unit: number): void {
    this.top[row]?.begin(error, unit);
    this.bottom[row]?.begin(error, unit);
  }

  /** Offers a score that is at least `topLimits[row]`. */
  offerTop(row: number, id: number, score: number): void {
    this.top[row]?.offer(id, score);
  }

  /** Offers a score whose negative is at least `bottomLimits[row]`. */
  offerBottom(row: number, id: number, score: number): void {
    // A magnitude of zero was already offered to the top, which is the same list.
    if (score !== 0 || this.sides === 'both') {
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
