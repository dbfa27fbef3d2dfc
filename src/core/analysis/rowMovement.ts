import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** Sums of squares over rows that came through several steps of a training. */
export interface Movement {
  readonly norm: number;
  readonly sinceFirst: number;
  readonly sincePrevious: number;
}

/** L2 norms of the same rows `[n, d]` at several steps, and of how far they moved, added up over batches. */
export class MovementSum {
  private readonly squares: { own: number; first: number; previous: number }[];

  constructor(steps: number) {
    this.squares = Array.from({ length: steps }, () => ({ own: 0, first: 0, previous: 0 }));
  }

  /** @param batch the same rows at every step, in the order of training */
  add(batch: readonly Matrix[]): void {
    const [first] = batch;
    this.squares.forEach((sums, step) => {
      const own = batch[step];
      const previous = batch[step - 1] ?? own;
      if (own === undefined || previous === undefined || first === undefined) {
        return;
      }
      for (let i = 0; i < own.data.length; i += 1) {
        const value = float32At(own.data, i);
        sums.own += value * value;
        sums.first += (value - float32At(first.data, i)) ** 2;
        sums.previous += (value - float32At(previous.data, i)) ** 2;
      }
    });
  }

  finish(): Movement[] {
    return this.squares.map(({ own, first, previous }) => ({
      norm: Math.sqrt(own),
      sinceFirst: Math.sqrt(first),
      sincePrevious: Math.sqrt(previous),
    }));
  }
}
