/** How long work still takes. */
import type { Progress } from '../../src/core/errors';

const MS = 1000;
/** How often what is left is told anew where work says nothing of its progress. */
export const PACE_TICK_MS = 5000;
/** A shorter look says nothing of the pace. */
const MIN_SECONDS = 5;
/** Of the time that was told: what is later has stalled. */
const LATE = 0.25;

function now(): number {
  return performance.now() / MS;
}

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
  note(progress: Progress, at: number = now()): void {
    const before = this.#last?.progress;
    const goesOn =
      before?.unit === progress.unit &&
      before.total === progress.total &&
      before.done <= progress.done;
    this.#last = { progress, at };
    if (!goesOn) this.#first = this.#last;
  }

  /**
   * Seconds that the rest of this part takes at the pace so far; undefined while too little of it is seen, and where it
   * should have ended long ago: then it has stalled.
   * @param at seconds of the same clock
   */
  remaining(at: number = now()): number | undefined {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined) return undefined;
    const seconds = last.at - first.at;
    const done = last.progress.done - first.progress.done;
    if (seconds < MIN_SECONDS || done <= 0) return undefined;
    const told = (seconds / done) * Math.max(0, last.progress.total - last.progress.done);
    const left = told - (at - last.at);
    return left < -Math.max(MIN_SECONDS, told * LATE) ? undefined : Math.max(0, left);
  }
}
