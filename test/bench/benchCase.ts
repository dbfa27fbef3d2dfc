import type { Numpy } from './numpy';

/** What a case needs from the machine. */
export interface BenchContext {
  /** Null where there is no python3 with numpy. */
  readonly numpy: Numpy | null;
  readonly threads: number;
}

/** One printed line: a ratio (their time over ours, higher is better), or a sentence why there is none. */
export interface BenchLine {
  readonly what: string;
  readonly value: string;
  /** What is aimed at. */
  readonly goal?: string;
}

/** One file under `cases` and one line in `main.ts`. */
export interface BenchCase {
  readonly name: string;
  run(context: BenchContext): Promise<readonly BenchLine[]>;
}

const REPETITIONS = 7;

/** Seconds of each of several pieces of work, medians of interleaved repetitions after one that warms up. */
export async function medians<Name extends string>(
  work: Readonly<Record<Name, () => Promise<number>>>,
  repetitions = REPETITIONS,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(work) as Name[];
  const seconds = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= repetitions; round += 1) {
    for (const name of names) {
      const taken = await work[name]();
      if (round > 0) {
        seconds.get(name)?.push(taken);
      }
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(seconds.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Wraps work so that it answers the seconds it took. */
export function timed(work: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
}

/** A ratio as it is printed. */
export function ratio(theirs: number, ours: number): string {
  return `${(theirs / ours).toFixed(2)}x`;
}

export const NO_NUMPY = 'no python3 with numpy on this machine';
