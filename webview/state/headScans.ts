/** Heads at a glance: what is known of them, and their judging in the background, layer by layer. */
import { CancelledError } from '../../src/core/errors';
import type { Progress } from '../../src/core/errors';
import { HEAD_MATRICES } from '../../src/core/model/headMatrixId';
import type { HeadMatrixKind } from '../../src/core/model/headMatrixId';
import type { ReadingOptions } from '../../src/core/projection/options';
import type { Failure } from '../../src/protocol/engineApi';
import type { HeadOverview } from '../../src/protocol/pairs';
import { failureOf } from './hostClient';
import type { HostClient } from './hostClient';
import { Observable } from './observable';

/** The heads of a layer, by one of their matrices: what is judged at once. */
export interface HeadLayer {
  readonly layer: number;
  readonly kind: HeadMatrixKind;
}

/** How many heads a model has. */
export interface HeadCounts {
  readonly layers: number;
  readonly heads: number;
}

/** What heads are asked of. */
export interface HeadSource {
  /** Those that are judged already. */
  known(): Promise<readonly HeadOverview[]>;
  /** Judges heads by their ids or ranges of ids. */
  judge(
    components: readonly string[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<readonly HeadOverview[]>;
}

/** Asks the engine. What a reader waits for goes before heads in the background. */
export function headSource(host: HostClient, options: () => ReadingOptions): HeadSource {
  const headOptions = (): Pick<ReadingOptions, 'space' | 'fold'> => {
    const { space, fold } = options();
    return { space, fold };
  };
  return {
    known: async () => (await host.query('headMap', { options: headOptions() })).heads,
    judge: async (components, signal, onProgress) => {
      await host.calm();
      const asked = { components, options: headOptions() };
      return (await host.query('scanHeads', asked, { signal, onProgress })).heads;
    },
  };
}

export interface RunningHeads extends HeadLayer {
  readonly progress: Progress | null;
  readonly startedAt: number;
  /** Layers that wait, both matrices counted. */
  readonly waiting: number;
}

function idOf({ layer, kind }: HeadLayer, head: number | '*'): string {
  return `L${layer}.H${head}.${kind}`;
}

export class HeadScans extends Observable {
  readonly #source: HeadSource;
  readonly #now: () => number;
  readonly #heads = new Map<string, HeadOverview>();
  #key = '';
  #asked = false;
  #loaded = false;
  /** Whether a judging of all heads was begun, whatever became of it. */
  #begun = false;
  #counts: HeadCounts | null = null;
  #queue: HeadLayer[] = [];
  #near: HeadLayer = { layer: 0, kind: 'VO' };
  #running: RunningHeads | null = null;
  #controller: AbortController | null = null;
  #failure: Failure | null = null;

  /** @param now A clock in milliseconds. */
  constructor(source: HeadSource, now: () => number) {
    super();
    this.#source = source;
    this.#now = now;
  }

  /** What is known of a head by one of its matrices: `L3.H7.VO`. */
  head(component: string): HeadOverview | undefined {
    return this.#heads.get(component);
  }

  /** Whether it is known which heads are judged already. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get running(): RunningHeads | null {
    return this.#running;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Heads that are judged, each matrix counted. */
  get count(): number {
    return this.#heads.size;
  }

  /** Says what answers are of; others are forgotten. */
  begin(key: string): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#heads.clear();
    this.#asked = false;
    this.#loaded = false;
    this.#begun = false;
    this.#stop();
    this.changed();
  }

  /** Makes sure that what is judged already is known, or on its way. */
  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    void this.#load();
  }

  /** Asks again what is judged already, where that failed: never unasked, as a page would at each of its updates. */
  retry(): void {
    if (this.#loaded || this.#failure === null) return;
    this.#failure = null;
    this.#asked = false;
    this.load();
    this.changed();
  }

  /** Judges all heads, unless that was begun before: what a reader stopped stays so. */
  fillUnasked(counts: HeadCounts): void {
    if (!this.#begun) this.fill(counts);
  }

  /** Judges all heads, those nearest to where the reader looks first. */
  fill(counts: HeadCounts): void {
    this.#begun = true;
    this.#counts = counts;
    this.retry();
    this.#failure = null;
    this.load();
    if (this.#loaded) this.#enqueue();
    this.changed();
  }

  /** Where the reader looks: the heads there are judged next. */
  look(near: HeadLayer): void {
    this.#near = near;
    this.#sort();
  }

  /** Heads that were judged elsewhere. */
  take(heads: readonly HeadOverview[]): void {
    for (const head of heads) this.#heads.set(head.component, head);
    this.changed();
  }

  /** Stops the judging; what is judged stays. */
  cancel(): void {
    this.#stop();
    this.changed();
  }

  #stop(): void {
    this.#counts = null;
    this.#queue = [];
    this.#controller?.abort();
    this.#controller = null;
    this.#running = null;
    this.#failure = null;
  }

  async #load(): Promise<void> {
    const key = this.#key;
    try {
      const known = await this.#source.known();
      if (key !== this.#key) return;
      for (const head of known) this.#heads.set(head.component, head);
      this.#loaded = true;
      this.#enqueue();
    } catch (error) {
      if (key !== this.#key) return;
      this.#failure = failureOf(error);
    }
    this.changed();
  }

  #enqueue(): void {
    const counts = this.#counts;
    if (counts === null) return;
    const layers = Array.from({ length: counts.layers }, (_, layer) => layer);
    const all = layers.flatMap((layer) => HEAD_MATRICES.map((kind) => ({ layer, kind })));
    this.#queue = all.filter((place) => this.#isMissing(place, counts.heads));
    this.#sort();
    this.#start();
  }

  #isMissing(place: HeadLayer, heads: number): boolean {
    if (this.#running?.layer === place.layer && this.#running.kind === place.kind) return false;
    return Array.from({ length: heads }, (_, head) => head).some(
      (head) => !this.#heads.has(idOf(place, head)),
    );
  }

  /** The layer in sight first, then those around it, all by the matrix in sight before any by the other. */
  #sort(): void {
    const { layer: nearLayer, kind: nearKind } = this.#near;
    const far = ({ kind }: HeadLayer): number => (kind === nearKind ? 0 : 1);
    const distance = ({ layer }: HeadLayer): number => Math.abs(layer - nearLayer);
    this.#queue.sort((a, b) => far(a) - far(b) || distance(a) - distance(b) || a.layer - b.layer);
  }

  #start(): void {
    const next = this.#running === null ? this.#queue.shift() : undefined;
    if (next !== undefined) void this.#judge(next);
  }

  async #judge(place: HeadLayer): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    const startedAt = this.#now();
    this.#running = { ...place, progress: null, startedAt, waiting: this.#queue.length };
    this.changed();
    const onProgress = (progress: Progress): void => {
      if (this.#controller !== controller || this.#running === null) return;
      this.#running = { ...this.#running, progress };
      this.changed();
    };
    try {
      const heads = await this.#source.judge([idOf(place, '*')], controller.signal, onProgress);
      if (this.#controller !== controller) return;
      for (const head of heads) this.#heads.set(head.component, head);
    } catch (error) {
      if (this.#controller !== controller) return;
      this.#stop();
      this.#failure = error instanceof CancelledError ? null : failureOf(error);
    }
    this.#running = null;
    this.#controller = null;
    this.#start();
    this.changed();
  }
}
