import type { Checkpoint, StoredTensor } from '../../../formats/checkpoint';
import type { ByteSource } from '../../../io/byteSource';

const FLOAT32_BYTES = 4;

/** A float32 tensor `[rows, length]`, or `[length]`, whose rows are computed when they are read. */
export interface ComputedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Rows `start` to `start + count`; of one axis: the whole as one row. */
  readonly read: (start: number, count: number) => Promise<Float32Array>;
}

interface Placed extends ComputedTensor {
  readonly offset: number;
  readonly end: number;
  readonly rowBytes: number;
}

/** Bytes that nobody stores: tensors one behind the other, each computed where it is read, by whole rows. */
class ComputedSource implements ByteSource {
  readonly name = 'translated weights';
  readonly size: number;
  readonly placed: readonly Placed[];

  constructor(tensors: readonly ComputedTensor[]) {
    let end = 0;
    this.placed = tensors.map((tensor) => {
      const [rows, length] = tensor.shape.length === 1 ? [1, ...tensor.shape] : tensor.shape;
      const rowBytes = (length ?? 0) * FLOAT32_BYTES;
      const offset = end;
      end += (rows ?? 0) * rowBytes;
      return { ...tensor, offset, end, rowBytes };
    });
    this.size = end;
  }

  async read(offset: number, target: Uint8Array): Promise<void> {
    const tensor = this.placed.find((each) => offset >= each.offset && offset < each.end);
    const [start, count] = [
      (offset - (tensor?.offset ?? 0)) / (tensor?.rowBytes ?? 1),
      target.byteLength / (tensor?.rowBytes ?? 1),
    ];
    const isWhole = Number.isInteger(start) && Number.isInteger(count);
    if (tensor === undefined || !isWhole || offset + target.byteLength > tensor.end) {
      throw new RangeError(`Bytes ${offset} of ${this.name} are no rows of a tensor.`);
    }
    const { buffer, byteOffset, byteLength } = await tensor.read(start, count);
    target.set(new Uint8Array(buffer, byteOffset, byteLength));
  }

  readStrided(): Promise<void> {
    throw new RangeError(`${this.name} are read by whole rows.`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A checkpoint with computed tensors beside its own; closing it closes nothing. */
export function withComputed(base: Checkpoint, tensors: readonly ComputedTensor[]): Checkpoint {
  const source = new ComputedSource(tensors);
  const file = base.files.length;
  const computed = source.placed.map(({ name, shape, offset, end }): [string, StoredTensor] => [
    name,
    { name, shape, dtype: 'F32', file, offset, byteLength: end - offset },
  ]);
  return {
    format: base.format,
    files: base.files,
    metadata: base.metadata,
    warnings: base.warnings,
    tensors: new Map([...base.tensors, ...computed]),
    source: (index) => (index < file ? base.source(index) : Promise.resolve(source)),
    close: () => Promise.resolve(),
  };
}
