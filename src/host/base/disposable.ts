import type { DisposableLike } from './listeners';

let live = 0;

/** How many registered things of all owners are not yet disposed: tests compare it before and after. */
export function liveDisposables(): number {
  return live;
}

/** Owner of everything that it creates: all of it ends with the owner. */
export abstract class Disposable {
  readonly #owned = new Set<DisposableLike>();
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Takes over what must end with this. What comes after the end is ended at once. */
  protected register<T extends DisposableLike>(item: T): T {
    if (this.#disposed) {
      item.dispose();
    } else if (!this.#owned.has(item)) {
      this.#owned.add(item);
      live++;
    }
    return item;
  }

  /** Ends one registered thing before its owner. */
  protected release(item: DisposableLike): void {
    if (this.#owned.delete(item)) live--;
    item.dispose();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const item of [...this.#owned].reverse()) this.release(item);
  }
}
