/** What is given back to end something. VS Code's own disposables are such. */
export interface DisposableLike {
  dispose(): unknown;
}

/** An event for code that does not know VS Code. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Listens until the answer is disposed. */
  readonly event = (listener: (value: T) => void): DisposableLike => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  get size(): number {
    return this.#listeners.size;
  }
}
