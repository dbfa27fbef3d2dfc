/** Rows of a long table, asked in pages as they come into sight. */
import type { Progress } from '../../src/core/errors';
import type { Failure } from '../../src/protocol/engineApi';
import { failureOf } from './hostClient';
import { Observable } from './observable';
import { Pace, PACE_TICK_MS } from './pace';

/** What a table draws: rows by index, and what is in sight. */
export interface RowSource<Row> {
  /** Rows there are, as far as is known. */
  readonly total: number;
  /** Undefined until it is there. */
  row(index: number): Row | undefined;
  /** Says that rows `start` to `end` (excluded) are in sight. */
  show(start: number, end: number): void;
  /** Calls `listener` when rows came or their number changed. @returns the way to stop. */
  onDidChange(listener: () => void): () => void;
}

/** How much of a page is asked: words alone come at once, everything takes longer. */
export type PageDepth = 'words' | 'full';

export interface FetchedPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** Nothing deeper is to be had: no second request. */
  readonly complete: boolean;
}

export type FetchPage<Row> = (
  start: number,
  count: number,
  depth: PageDepth,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
) => Promise<FetchedPage<Row>>;

export const PAGE_ROWS = 64;
const MAX_PAGES = 200;
const MAX_REQUESTS = 2;

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly depth: PageDepth;
  /** Still shown, to be asked again. */
  readonly stale: boolean;
}

interface Running {
  readonly page: number;
  readonly controller: AbortController;
}

export class PagedRows<Row> extends Observable implements RowSource<Row> {
  readonly #fetch: FetchPage<Row>;
  readonly #pages = new Map<number, Page<Row>>();
  #running: Running[] = [];
  #visible = { start: 0, end: -1 };
  #depth: PageDepth;
  #total: number;
  #failure: Failure | undefined;
  #progress: Progress | null = null;
  #pace = new Pace();
  #answered = false;
  #cancelled = false;
  #disposed = false;

  /**
   * @param total Rows to draw until the first answer says better.
   * @param depth 'words': second, deeper requests wait until `deepen`.
   */
  constructor(fetch: FetchPage<Row>, total: number, depth: PageDepth) {
    super();
    this.#fetch = fetch;
    this.#total = total;
    this.#depth = depth;
  }

  get total(): number {
    return this.#total;
  }

  /** Why rows in sight are missing. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** How far the rows in sight are; null where that is not said. */
  get progress(): Progress | null {
    return this.#progress;
  }

  /** Seconds that the rest takes, roughly; undefined where that is not known. */
  get remaining(): number | undefined {
    return this.#pace.remaining();
  }

  /** Whether any page has come: until then `total` is a guess. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether the reader stopped it: nothing is asked until `retry`. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS];
  }

  /** Every row that is in memory, page by page. */
  loadedRows(): readonly Row[] {
    const pages = [...this.#pages].sort(([a], [b]) => a - b);
    return pages.flatMap(([, { rows }]) => rows);
  }

  show(start: number, end: number): void {
    if (start === this.#visible.start && end === this.#visible.end) return;
    this.#visible = { start, end };
    this.#pump();
  }

  /** From now on pages are asked to the full. */
  deepen(): void {
    if (this.#depth === 'full') return;
    this.#depth = 'full';
    this.#pump();
  }

  /** Asks for every page again; what is shown stays until its new page is there. */
  refresh(): void {
    for (const [page, content] of this.#pages) this.#pages.set(page, { ...content, stale: true });
    this.#abort(() => true);
    this.retry();
  }

  /** Stops what is under way. Rows that came stay. */
  cancel(): void {
    this.#cancelled = true;
    this.#abort(() => true);
    this.changed();
  }

  /** Goes on after a failure or a cancel. */
  retry(): void {
    this.#failure = undefined;
    this.#cancelled = false;
    this.#progress = null;
    this.#pace = new Pace();
    this.#pump();
    this.changed();
  }

  dispose(): void {
    this.#disposed = true;
    this.#abort(() => true);
  }

  #abort(unwanted: (page: number) => boolean): void {
    const dropped = this.#running.filter(({ page }) => unwanted(page));
    this.#running = this.#running.filter(({ page }) => !unwanted(page));
    for (const { controller } of dropped) controller.abort();
  }

  /** Pages in sight that lack something, those in the middle of the view first. */
  #wanted(): readonly number[] {
    const { start, end } = this.#visible;
    const last = Math.min(end, this.#total) - 1;
    if (last < start) return this.#answered ? [] : [0];
    const first = Math.floor(start / PAGE_ROWS);
    const middle = (start + last) / 2 / PAGE_ROWS - 0.5;
    return Array.from({ length: Math.floor(last / PAGE_ROWS) - first + 1 }, (_, at) => first + at)
      .filter((page) => this.#missingDepth(page) !== undefined)
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  }

  #missingDepth(page: number): PageDepth | undefined {
    const content = this.#pages.get(page);
    if (content === undefined) return 'words';
    if (content.stale) return this.#depth === 'full' ? 'full' : 'words';
    return content.depth === 'words' && this.#depth === 'full' ? 'full' : undefined;
  }

  #pump(): void {
    if (this.#disposed || this.#cancelled || this.#failure !== undefined) return;
    const wanted = this.#wanted();
    this.#abort((page) => !wanted.includes(page));
    const words = wanted.filter((page) => this.#pages.get(page) === undefined);
    for (const page of words.length > 0 ? words : wanted) {
      if (this.#running.length >= MAX_REQUESTS) break;
      const depth = this.#missingDepth(page);
      if (depth === undefined || this.#running.some((running) => running.page === page)) continue;
      void this.#load(page, depth);
    }
  }

  async #load(page: number, depth: PageDepth): Promise<void> {
    const running: Running = { page, controller: new AbortController() };
    this.#running.push(running);
    const isOld = (): boolean => !this.#running.includes(running);
    const onProgress = (progress: Progress): void => {
      if (isOld()) return;
      this.#progress = progress;
      this.#pace.note(progress);
      this.changed();
    };
    const ticking = setInterval(() => {
      this.changed();
    }, PACE_TICK_MS);
    try {
      const fetched = await this.#fetch(
        page * PAGE_ROWS,
        PAGE_ROWS,
        depth,
        running.controller.signal,
        onProgress,
      );
      if (isOld()) return;
      this.#take(page, depth, fetched);
    } catch (error) {
      if (isOld()) return;
      this.#failure = failureOf(error);
    } finally {
      clearInterval(ticking);
    }
    this.#running = this.#running.filter((other) => other !== running);
    this.#pump();
    this.changed();
  }

  #take(page: number, depth: PageDepth, { rows, total, complete }: FetchedPage<Row>): void {
    this.#pages.delete(page);
    this.#pages.set(page, { rows, depth: complete ? 'full' : depth, stale: false });
    this.#answered = true;
    this.#progress = null;
    this.#total = total;
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) break;
      this.#pages.delete(oldest);
    }
  }
}
