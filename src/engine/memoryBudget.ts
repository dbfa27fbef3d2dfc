/**
 * How much weight memory the engine may hold over all open models. Matrices that do not fit are streamed from
 * the file, tile by tile.
 */
export class MemoryBudget {
  private heldBytes = 0;

  constructor(private readonly limitBytes: number) {}

  /** Whether `bytes` more fit; if so they count as held until released. */
  reserve(bytes: number): boolean {
    if (this.heldBytes + bytes > this.limitBytes) {
      return false;
    }
    this.heldBytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}
