/** One answer of the host that an element shows: value, failure, whether it is on its way. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { CancelledError } from '../../src/core/errors';
import type { Progress } from '../../src/core/errors';
import type { Failure } from '../../src/protocol/engineApi';
import { failureOf } from './hostClient';
import { Pace, PACE_TICK_MS } from './pace';

/** Fetches the value of a key; what it says of its progress is shown. */
export type Fetch<T> = (
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
) => Promise<T>;

/**
 * Loads a value for a key. A new key cancels the older request, and an answer that comes for an older key is
 * dropped; the older value stays until the new one is there, so that nothing flickers.
 */
export class Resource<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #key: string | undefined;
  #fetch: Fetch<T> | undefined;
  #running: AbortController | undefined;
  #value: T | undefined;
  #valueKey: string | undefined;
  #failure: Failure | undefined;
  #progress: Progress | null = null;
  #pace = new Pace();
  #cancelled = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get value(): T | undefined {
    return this.#value;
  }

  /** The value of the present key, no older one. */
  get current(): T | undefined {
    return this.#valueKey === this.#key ? this.#value : undefined;
  }

  /** The key that the value was loaded for: an older one while a newer loads. */
  get valueKey(): string | undefined {
    return this.#valueKey;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get loading(): boolean {
    return this.#running !== undefined;
  }

  /** How far the loading is; null where it does not say. */
  get progress(): Progress | null {
    return this.#progress;
  }

  /** Seconds that the rest takes, roughly; undefined where that is not known. */
  get remaining(): number | undefined {
    return this.#pace.remaining();
  }

  /** Whether the reader stopped the loading. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Makes sure that the value of `key` is there or on its way. `fetch` is called once per key. */
  load(key: string, fetch: Fetch<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#fetch = fetch;
    void this.#run(fetch);
  }

  /** Forgets all but what was asked for as `key` and is there or on its way. */
  keepOnly(key: string): void {
    const isHeld = this.loading || this.current !== undefined;
    if (key !== this.#key || !isHeld) this.clear();
  }

  /** Forgets all of another subject, so that none of it is shown for this one; whoever comes back asks again. */
  clear(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#key = undefined;
    this.#progress = null;
    this.#value = undefined;
    this.#valueKey = undefined;
    this.#failure = undefined;
    this.#cancelled = false;
  }

  /** Asks again: after a failure, when the reader says so. */
  retry(): void {
    if (this.#fetch !== undefined) void this.#run(this.#fetch);
  }

  /** Stops the loading because the reader says so. */
  cancel(): void {
    if (this.#running === undefined) return;
    this.#running.abort();
    this.#running = undefined;
    this.#cancelled = true;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#key = undefined;
  }

  async #run(fetch: Fetch<T>): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    const key = this.#key;
    this.#running = controller;
    this.#progress = null;
    this.#pace = new Pace();
    this.#cancelled = false;
    this.#failure = undefined;
    this.#host.requestUpdate();
    const onProgress = (progress: Progress): void => {
      if (this.#running !== controller) return;
      this.#progress = progress;
      this.#pace.note(progress);
      this.#host.requestUpdate();
    };
    const ticking = setInterval(() => {
      this.#host.requestUpdate();
    }, PACE_TICK_MS);
    try {
      const value = await fetch(controller.signal, onProgress);
      if (this.#running !== controller) return;
      this.#value = value;
      this.#valueKey = key;
    } catch (error) {
      if (this.#running !== controller) return;
      this.#failure = error instanceof CancelledError ? undefined : failureOf(error);
    } finally {
      clearInterval(ticking);
    }
    this.#running = undefined;
    this.#host.requestUpdate();
  }
}
