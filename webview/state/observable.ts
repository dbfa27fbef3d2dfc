/** Something that tells its watchers that it changed; what changed they read themselves. */
export class Observable {
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` after each change. @returns the way to stop. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody. A copy is walked, since listeners may come and go meanwhile. */
  protected changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
