import { float64At, int32At } from '../../tensor/elements';
import { kthLargest } from '../candidates';
import type { ExactPairs } from './exactPairs';
import { keyOf, type PairKey } from './pairKey';

/** Where the search offers pairs. Keys are in float32 and scaled by `unit`; each lies within `error` of the exact one. */
export interface PairSink {
  /** No pair with a scaled key below this matters. */
  readonly limit: number;
  /** Enough is known: the search may end. */
  readonly done: boolean;
  /** So many pairs wait that `settle` should be called. */
  readonly full: boolean;
  /** Whether a pair at or behind (row, column) may matter if its scaled key is at most `upper`. */
  matters(upper: number, row: number, column: number): boolean;
  /** Takes lower bounds of the keys of different pairs, none of them excluded. */
  raise(lower: Float32Array): void;
  offer(row: number, column: number, key: number, error: number): void;
  /** Makes room by computing exact scores. */
  settle(): Promise<void>;
}

export interface ScoredPair {
  /** Ids of the two tokens. */
  readonly row: number;
  readonly column: number;
  /** What is ranked. */
  readonly score: number;
  /** The plain bilinear form. */
  readonly dot: number;
}

/** Pairs that wait for their exact scores. */
const MAX_PENDING = 2 ** 16;
const MIN_TIGHTEN = 1024;
/** Above the rounding of a key to float32, 2^-24. */
const KEY_ROUNDING = 2 ** -22;

/** At most the exact key, rounded to float32 or not. A key that overflowed says nothing. */
export function lowerBound(key: number, error: number): number {
  const value = key - error;
  return Math.abs(value) < Infinity ? value - Math.abs(value) * KEY_ROUNDING : -Infinity;
}

/** At least the exact key. */
export function upperBound(key: number, error: number): number {
  const value = key + error;
  return Number.isNaN(value) ? Infinity : value;
}

/** Pairs with float32 keys, in arrays that grow. */
class PendingPairs {
  size = 0;
  rows = new Int32Array(MIN_TIGHTEN);
  columns = new Int32Array(MIN_TIGHTEN);
  private keys = new Float64Array(MIN_TIGHTEN);
  private errors = new Float64Array(MIN_TIGHTEN);

  push(row: number, column: number, key: number, error: number): void {
    if (this.size === this.rows.length) {
      this.grow();
    }
    this.rows[this.size] = row;
    this.columns[this.size] = column;
    this.keys[this.size] = key;
    this.errors[this.size] = error;
    this.size += 1;
  }

  /** `[size]`, none above the exact key. */
  lowerBounds(): Float32Array {
    return Float32Array.from({ length: this.size }, (_, i) =>
      lowerBound(float64At(this.keys, i), float64At(this.errors, i)),
    );
  }

  /** Drops pairs whose exact key is below a limit. */
  drop(limit: number): void {
    let kept = 0;
    for (let i = 0; i < this.size; i += 1) {
      if (upperBound(float64At(this.keys, i), float64At(this.errors, i)) >= limit) {
        this.rows[kept] = int32At(this.rows, i);
        this.columns[kept] = int32At(this.columns, i);
        this.keys[kept] = float64At(this.keys, i);
        this.errors[kept] = float64At(this.errors, i);
        kept += 1;
      }
    }
    this.size = kept;
  }

  private grow(): void {
    const grown = <T extends Int32Array | Float64Array>(from: T, into: T): T => {
      into.set(from);
      return into;
    };
    const length = this.rows.length * 2;
    this.rows = grown(this.rows, new Int32Array(length));
    this.columns = grown(this.columns, new Int32Array(length));
    this.keys = grown(this.keys, new Float64Array(length));
    this.errors = grown(this.errors, new Float64Array(length));
  }
}

interface RankedPair extends ScoredPair {
  readonly key: number;
}

/** The k best pairs, ordered by (key, row, column). */
export class BestPairs implements PairSink {
  limit = -Infinity;
  readonly done = false;
  private readonly pending = new PendingPairs();
  private best: RankedPair[] = [];
  private tightenAt: number;

  constructor(
    private readonly k: number,
    private readonly key: PairKey,
    private readonly unit: number,
    private readonly exact: ExactPairs,
  ) {
    this.tightenAt = Math.max(MIN_TIGHTEN, 4 * k);
  }

  get full(): boolean {
    return this.pending.size > Math.max(MAX_PENDING, 4 * this.k);
  }

  matters(upper: number, row: number, column: number): boolean {
    if (upper !== this.limit) {
      return upper > this.limit;
    }
    const last = this.best[this.k - 1];
    return (
      last === undefined ||
      last.key * this.unit < upper ||
      row < last.row ||
      (row === last.row && column < last.column)
    );
  }

  raise(lower: Float32Array): void {
    if (lower.length >= this.k) {
      this.limit = Math.max(this.limit, kthLargest(lower, this.k));
    }
  }

  offer(row: number, column: number, key: number, error: number): void {
    if (this.matters(upperBound(key, error), row, column)) {
      this.pending.push(row, column, key, error);
      if (this.pending.size >= this.tightenAt) {
        this.tighten();
      }
    }
  }

  async settle(): Promise<void> {
    this.tighten();
    if (this.full) {
      await this.rescore();
    }
  }

  /** The pairs, once everything was offered. */
  async finish(): Promise<readonly ScoredPair[]> {
    this.tighten();
    await this.rescore();
    return this.best.map(({ row, column, score, dot }) => ({ row, column, score, dot }));
  }

  private tighten(): void {
    if (this.pending.size >= this.k) {
      this.raise(this.pending.lowerBounds());
      this.pending.drop(this.limit);
    }
    this.tightenAt = Math.max(MIN_TIGHTEN, 4 * this.k, 2 * this.pending.size);
  }

  private async rescore(): Promise<void> {
    const { pending, best, k, key } = this;
    const rows = pending.rows.slice(0, pending.size);
    const columns = pending.columns.slice(0, pending.size);
    const { scores, dots } = await this.exact.score(rows, columns);
    for (let i = 0; i < rows.length; i += 1) {
      const score = float64At(scores, i);
      best.push({
        row: int32At(rows, i),
        column: int32At(columns, i),
        score,
        dot: float64At(dots, i),
        key: keyOf(score, key),
      });
    }
    best.sort((a, b) => b.key - a.key || a.row - b.row || a.column - b.column);
    this.best = best.slice(0, k);
    const last = this.best[k - 1];
    if (last !== undefined) {
      this.limit = Math.max(this.limit, last.key * this.unit);
    }
    pending.size = 0;
  }
}

/** Counts pairs whose key is over a threshold, up to a limit. */
export class PairCount implements PairSink {
  readonly limit: number;
  count = 0;
  private readonly pending = new PendingPairs();

  /** @param threshold in the unit of exact keys */
  constructor(
    private readonly threshold: number,
    private readonly most: number,
    private readonly key: PairKey,
    unit: number,
    private readonly exact: ExactPairs,
  ) {
    this.limit = threshold * unit;
  }

  get done(): boolean {
    return this.count > this.most;
  }

  get full(): boolean {
    return this.pending.size > MAX_PENDING;
  }

  matters(upper: number): boolean {
    return upper > this.limit;
  }

  raise(): void {
    // A threshold is what it is.
  }

  offer(row: number, column: number, key: number, error: number): void {
    if (lowerBound(key, error) > this.limit) {
      this.count += 1;
    } else if (this.matters(upperBound(key, error))) {
      this.pending.push(row, column, key, error);
    }
  }

  async settle(): Promise<void> {
    const { pending } = this;
    const rows = pending.rows.slice(0, pending.size);
    const columns = pending.columns.slice(0, pending.size);
    const { scores } = await this.exact.score(rows, columns);
    for (const score of scores) {
      this.count += keyOf(score, this.key) > this.threshold ? 1 : 0;
    }
    pending.size = 0;
  }
}
