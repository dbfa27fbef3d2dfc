/** When a crashed engine starts again, and when it does not any more. */
export class RestartPolicy {
  /** Crashes in a row without one answer between them. */
  #failures = 0;

  /** @param delaysMs waits before the first, second, … start after a crash; as many crashes are borne. */
  constructor(private readonly delaysMs: readonly number[]) {}

  /** An answer came: the engine works. */
  noteAnswer(): void {
    this.#failures = 0;
  }

  /** @returns how long to wait before the next start; null: give up. */
  noteCrash(): number | null {
    const delay = this.delaysMs[this.#failures] ?? null;
    this.#failures++;
    return delay;
  }
}
