import { addLowRank } from '../../core/analysis/lowRank';
import { decodeToFloat32 } from '../../core/tensor/decode';
import { READABLE_BYTES } from '../../core/tensor/dtype';
import type { ByteSource } from '../../io/byteSource';
import type { Checkpoint, StoredTensor } from '../checkpoint';
import { numericTensor } from '../numericTensor';
import type { AdaptedTensor } from './adapterTensors';
import type { FactorStore } from './factorStore';

const FLOAT32_BYTES = 4;

/** Numbers `start` to `start + count` of a tensor, as they stand in the base; nothing: zeros. */
type ReadBase = (tensor: StoredTensor, stretches: Stretches, into: Float32Array) => Promise<void>;

/** Stretches of `chunk` numbers that begin every `stride` numbers from `start`. */
interface Stretches {
  readonly start: number;
  readonly chunk: number;
  readonly stride: number;
  readonly count: number;
}

/** Reads the base's numbers, whatever they are stored as. */
export function baseNumbers(base: Checkpoint): ReadBase {
  return async (tensor, { start, chunk, stride, count }, into) => {
    const { dtype, offset, file } = numericTensor(base, tensor.name);
    const width = READABLE_BYTES[dtype];
    const bytes = new Uint8Array(into.length * width);
    const source = await base.source(file);
    await source.readStrided(offset + start * width, chunk * width, stride * width, count, bytes);
    decodeToFloat32(dtype, bytes, into);
  };
}

/** No base: what is added alone. */
export const NO_BASE: ReadBase = () => Promise.resolve();

/** A tensor of the source: adapted numbers in float32, from byte `offset`. */
interface PlacedTensor {
  readonly name: string;
  readonly offset: number;
  readonly end: number;
  readonly adapted: AdaptedTensor;
}

/**
 * Bytes that nobody stores: the adapter's own file, and behind it every adapted tensor in float32, computed when it is
 * read from the base's numbers and the two factors. No adapted tensor is ever made as a whole.
 */
export class LowRankSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  /** The adapted tensors as tensors of this source. */
  readonly tensors: ReadonlyMap<string, Pick<StoredTensor, 'offset' | 'byteLength'>>;
  private readonly placed: readonly PlacedTensor[];

  constructor(
    private readonly file: ByteSource,
    adapted: ReadonlyMap<string, AdaptedTensor>,
    private readonly factors: FactorStore,
    private readonly readBase: ReadBase,
  ) {
    this.name = file.name;
    let end = Math.ceil(file.size / FLOAT32_BYTES) * FLOAT32_BYTES;
    this.placed = [...adapted].map(([name, each]) => {
      const [rows = 0, cols = 0] = each.base.shape;
      const offset = end;
      end += rows * cols * FLOAT32_BYTES;
      return { name, offset, end, adapted: each };
    });
    this.size = end;
    this.tensors = new Map(
      this.placed.map(({ name, offset, end: last }) => [
        name,
        { offset, byteLength: last - offset },
      ]),
    );
  }

  read(offset: number, target: Uint8Array): Promise<void> {
    return this.readStrided(offset, target.byteLength, target.byteLength, 1, target);
  }

  async readStrided(
    offset: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void> {
    if (offset < this.file.size || count === 0 || chunk === 0) {
      return this.file.readStrided(offset, chunk, stride, count, target);
    }
    const tensor = this.placed.find((each) => offset >= each.offset && offset < each.end);
    const last = offset + (count - 1) * stride + chunk;
    if (tensor === undefined || last > tensor.end) {
      throw new RangeError(`Bytes ${offset} to ${last} of ${this.name} are in no adapted tensor.`);
    }
    await this.compute(tensor, offset - tensor.offset, chunk, stride, count, target);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async compute(
    { name, adapted }: PlacedTensor,
    first: number,
    chunk: number,
    stride: number,
    count: number,
    target: Uint8Array,
  ): Promise<void> {
    const stretches = {
      start: first / FLOAT32_BYTES,
      chunk: chunk / FLOAT32_BYTES,
      stride: stride / FLOAT32_BYTES,
      count,
    };
    if (Object.values(stretches).some((value) => !Number.isInteger(value))) {
      throw new RangeError(`Bytes of ${this.name} are read by whole numbers.`);
    }
    const numbers = new Float32Array(count * stretches.chunk);
    await this.readBase(adapted.base, stretches, numbers);
    const delta = await this.factors.of(name);
    for (let i = 0; i < count; i += 1) {
      const part = numbers.subarray(i * stretches.chunk, (i + 1) * stretches.chunk);
      addLowRank(delta, stretches.start + i * stretches.stride, part);
    }
    target.set(new Uint8Array(numbers.buffer));
  }
}
