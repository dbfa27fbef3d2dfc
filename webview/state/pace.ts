/** How long work still takes. */
import type { Progress } from '../../src/core/errors';

/** A shorter look says nothing of the pace. */
const MIN_SECONDS = 5;

interface Seen {
  readonly progress: Progress;
  /** Seconds of any clock. */
  readonly at: number;
}

/** Follows what work says of its progress, and tells from it how long the rest takes. */
export class Pace {
  #first: Seen | undefined;
  #last: Seen | undefined;

  /** @param at seconds of any clock */
  note(progress: Progress, at: number): void {
    const before = this.#last?.progress;
    const goesOn =
      before?.unit === progress.unit &&
      before.total === progress.total &&
      before.done <= progress.done;
    this.#last = { progress, at };
    if (!goesOn) this.#first = this.#last;
  }

  /** Seconds that the rest of this part takes at the pace so far; undefined while too little of it is seen. */
  get remaining(): number | undefined {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined) return undefined;
    const seconds = last.at - first.at;
    const done = last.progress.done - first.progress.done;
    if (seconds < MIN_SECONDS || done <= 0) return undefined;
    return (seconds / done) * Math.max(0, last.progress.total - last.progress.done);
  }
}
