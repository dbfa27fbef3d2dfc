/** Scans of whole tables, one after the other, with progress and cancel. */
import { CancelledError } from '../../src/core/errors';
import type { Progress } from '../../src/core/errors';
import type { Failure, MatrixOverview } from '../../src/protocol/engineApi';
import { failureOf } from './hostClient';
import { Observable } from './observable';

/** Tables up to this many rows are scanned unasked when they open. */
export const MAX_UNASKED_ROWS = 16_384;

/** Runs one scan. */
export type RunScan = (
  matrix: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
) => Promise<MatrixOverview>;

/** How the scan of one table stands. */
export type ScanStatus =
  | { readonly state: 'none' | 'queued' | 'running' | 'done' | 'cancelled' }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface RunningScan {
  readonly matrix: string;
  readonly progress: Progress | null;
  readonly startedAt: number;
  readonly cancelling: boolean;
  /** Tables of the present batch: how many are through, and all of them. */
  readonly finished: number;
  readonly batch: number;
}

/** How far a table is from where the reader looks; infinite where it cannot be seen. */
export type Distance = (matrix: string) => number;

const NONE: ScanStatus = { state: 'none' };

export class ScanQueue extends Observable {
  readonly #run: RunScan;
  readonly #now: () => number;
  readonly #statuses = new Map<string, ScanStatus>();
  readonly #onDone: (overview: MatrixOverview) => void;
  /** The first `#asked` were asked for one by one, the others in a batch. */
  #queue: string[] = [];
  #asked = 0;
  #look: (() => Distance) | null = null;
  #running: RunningScan | null = null;
  #controller: AbortController | null = null;
  #finished = 0;

  /** @param now A clock in milliseconds. @param onDone Told of each finished scan. */
  constructor(run: RunScan, now: () => number, onDone: (overview: MatrixOverview) => void) {
    super();
    this.#run = run;
    this.#now = now;
    this.#onDone = onDone;
  }

  get running(): RunningScan | null {
    return this.#running;
  }

  status(matrix: string): ScanStatus {
    return this.#statuses.get(matrix) ?? NONE;
  }

  /** Scans a table next: what the reader looks at goes before what was asked in a batch. */
  request(matrix: string): void {
    const { state } = this.status(matrix);
    if (state === 'running' || state === 'done') return;
    const at = this.#queue.indexOf(matrix);
    if (at < 0 || at >= this.#asked) this.#asked += 1;
    this.#queue = [matrix, ...this.#queue.filter((other) => other !== matrix)];
    this.#statuses.set(matrix, { state: 'queued' });
    this.#start();
  }

  /** From now on the table of a batch that is nearest to the eye comes first; null: they come in their order. */
  lookBy(look: (() => Distance) | null): void {
    this.#look = look;
  }

  /** Scans tables that are not scanned yet, in this order, after what is queued. */
  requestAll(matrices: readonly string[]): void {
    for (const matrix of matrices) {
      const { state } = this.status(matrix);
      if (state === 'running' || state === 'done' || state === 'queued') continue;
      this.#queue.push(matrix);
      this.#statuses.set(matrix, { state: 'queued' });
    }
    this.#start();
  }

  /** Marks tables whose scan the engine already holds. */
  markDone(matrices: readonly string[]): void {
    for (const matrix of matrices) this.#statuses.set(matrix, { state: 'done' });
    this.changed();
  }

  /** Stops the running scan and forgets the queued ones. Rows that were read stay readable. */
  cancel(): void {
    this.#emptyQueue();
    if (this.#running !== null) this.#running = { ...this.#running, cancelling: true };
    this.#controller?.abort();
    this.changed();
  }

  /** Forgets everything: scans are of other options or of another model now. */
  reset(): void {
    this.#queue = [];
    this.#asked = 0;
    this.#controller?.abort();
    this.#controller = null;
    this.#running = null;
    this.#finished = 0;
    this.#statuses.clear();
    this.changed();
  }

  #emptyQueue(): void {
    for (const matrix of this.#queue) this.#statuses.set(matrix, { state: 'cancelled' });
    this.#queue = [];
    this.#asked = 0;
  }

  /** Takes what comes next from the queue. */
  #next(): string | undefined {
    if (this.#asked > 0) {
      this.#asked -= 1;
      return this.#queue.shift();
    }
    const distance = this.#look?.();
    const nearest =
      distance === undefined
        ? this.#queue[0]
        : this.#queue.reduce<string | undefined>(
            (best, matrix) =>
              best === undefined || distance(matrix) < distance(best) ? matrix : best,
            undefined,
          );
    this.#queue = this.#queue.filter((matrix) => matrix !== nearest);
    return nearest;
  }

  #start(): void {
    const matrix = this.#running === null ? this.#next() : undefined;
    if (matrix !== undefined) void this.#scan(matrix);
    else this.#describeBatch();
    this.changed();
  }

  async #scan(matrix: string): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#statuses.set(matrix, { state: 'running' });
    this.#running = {
      ...{ matrix, progress: null, startedAt: this.#now(), cancelling: false },
      ...{ finished: this.#finished, batch: this.#finished + 1 + this.#queue.length },
    };
    const status = await this.#outcome(matrix, controller);
    if (this.#controller !== controller) return;
    this.#statuses.set(matrix, status);
    if (status.state === 'failed') this.#emptyQueue();
    this.#running = null;
    this.#controller = null;
    this.#finished = this.#queue.length === 0 ? 0 : this.#finished + 1;
    this.#start();
  }

  async #outcome(matrix: string, controller: AbortController): Promise<ScanStatus> {
    const onProgress = (progress: Progress): void => {
      if (this.#controller !== controller || this.#running === null) return;
      this.#running = { ...this.#running, progress };
      this.changed();
    };
    try {
      const overview = await this.#run(matrix, controller.signal, onProgress);
      if (this.#controller === controller) this.#onDone(overview);
      return { state: 'done' };
    } catch (error) {
      return error instanceof CancelledError
        ? { state: 'cancelled' }
        : { state: 'failed', failure: failureOf(error) };
    }
  }

  #describeBatch(): void {
    if (this.#running === null) return;
    this.#running = { ...this.#running, batch: this.#finished + 1 + this.#queue.length };
  }
}
