import type { LowRank } from '../../core/analysis/lowRank';
import type { Checkpoint } from '../checkpoint';
import { readVector } from '../readRows';
import type { AdaptedTensor } from './adapterTensors';

/** Numbers of factors that are held at once: 64 MB. */
const MAX_HELD_NUMBERS = 2 ** 24;

function numbersOf({ left, right }: LowRank): number {
  return left.length + right.length;
}

function transposed(values: Float32Array, rows: number, cols: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < cols; column += 1) {
      turned[column * rows + row] = values[row * cols + column] ?? NaN;
    }
  }
  return turned;
}

/** The factors of an adapter, read when they are first needed; those used last are held. */
export class FactorStore {
  private readonly held = new Map<string, Promise<LowRank>>();
  private numbers = 0;

  constructor(
    private readonly adapter: Checkpoint,
    private readonly adapted: ReadonlyMap<string, AdaptedTensor>,
  ) {}

  /** @throws RangeError where the adapter does not change the tensor. */
  async of(tensor: string): Promise<LowRank> {
    const known = this.held.get(tensor);
    const reading = known ?? this.read(tensor);
    this.held.delete(tensor);
    this.held.set(tensor, reading);
    const found = await reading;
    if (known === undefined) {
      this.numbers += numbersOf(found);
      await this.trim();
    }
    return found;
  }

  private async trim(): Promise<void> {
    for (const [tensor, reading] of this.held) {
      if (this.numbers <= MAX_HELD_NUMBERS || this.held.size === 1) {
        return;
      }
      this.held.delete(tensor);
      this.numbers -= numbersOf(await reading);
    }
  }

  /** Factors as the base stores its tensor: `[rows, rank]` and `[rank, cols]`. */
  private async read(tensor: string): Promise<LowRank> {
    const found = this.adapted.get(tensor);
    if (found === undefined) {
      throw new RangeError(`The adapter does not change "${tensor}".`);
    }
    const { a, b, rank, scale, base } = found;
    const [rows = 0, cols = 0] = base.shape;
    const valuesA = await readVector(this.adapter, a.name);
    const valuesB = await readVector(this.adapter, b.name);
    return found.transposed
      ? {
          ...{ rows, cols, rank, scale },
          left: transposed(valuesA, rank, rows),
          right: transposed(valuesB, cols, rank),
        }
      : { rows, cols, rank, scale, left: valuesB, right: valuesA };
  }
}
