import { open } from 'node:fs/promises';
import { VocabScopeError } from '../../core/errors';
import { graphBytes, modelHead, weightHead, type Graph } from './onnxGraph';

/** Protobuf's own limit of a message: a larger model cannot be one file. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
const FLOAT32_BYTES = 4;

/** A float32 weight that is part of a graph. */
export interface FileWeight {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A graph with its weights: their numbers come one after another, in the order of `weights`, in parts of any length. */
export interface FileModel {
  readonly graph: Graph;
  readonly weights: readonly FileWeight[];
  readonly numbers: () => AsyncIterable<Float32Array>;
}

function bytesOf({ shape }: FileWeight): number {
  return FLOAT32_BYTES * shape.reduce((product, size) => product * size, 1);
}

/** Fills weights from parts of any length. */
class Numbers {
  private readonly parts: AsyncIterator<Float32Array>;
  private rest: Float32Array = new Float32Array(0);

  constructor(numbers: AsyncIterable<Float32Array>) {
    this.parts = numbers[Symbol.asyncIterator]();
  }

  /** The next bytes, at most `most`, as they lie in memory. */
  async next(most: number): Promise<Uint8Array> {
    while (this.rest.length === 0) {
      const part = await this.parts.next();
      if (part.done === true) {
        throw new RangeError('There are fewer numbers than the weights hold.');
      }
      this.rest = part.value;
    }
    const taken = this.rest.subarray(0, most / FLOAT32_BYTES);
    this.rest = this.rest.subarray(taken.length);
    return new Uint8Array(taken.buffer, taken.byteOffset, taken.byteLength);
  }
}

/**
 * Writes one ONNX file with all weights inside, part by part, so that no more than a part is in memory.
 * @param beforePart called before each part, with the bytes written and all of them
 * @throws VocabScopeError `limit` where one file cannot hold the model
 */
export async function writeOnnxFile(
  file: string,
  { graph, weights, numbers }: FileModel,
  beforePart: (done: number, total: number) => void,
): Promise<void> {
  const body = graphBytes(graph);
  const heads = weights.map((weight) => weightHead(weight.name, weight.shape, bytesOf(weight)));
  const inner = weights.reduce(
    (sum, weight, i) => sum + (heads[i]?.length ?? 0) + bytesOf(weight),
    body.length,
  );
  if (inner > MAX_FILE_BYTES - 1024) {
    throw new VocabScopeError(
      'limit',
      `The model would take ${(inner / 1e9).toFixed(1)} GB, and one ONNX file holds 2.1: keep fewer blocks, or choose smaller models.`,
    );
  }
  const handle = await open(file, 'wx');
  try {
    let written = 0;
    const write = async (bytes: Uint8Array): Promise<void> => {
      beforePart(written, inner);
      await handle.writeFile(bytes);
      written += bytes.length;
    };
    await write(modelHead(inner));
    await write(body);
    const parts = new Numbers(numbers());
    for (const [i, weight] of weights.entries()) {
      await write(heads[i] ?? new Uint8Array(0));
      for (let left = bytesOf(weight); left > 0;) {
        const part = await parts.next(left);
        await write(part);
        left -= part.length;
      }
    }
  } finally {
    await handle.close();
  }
}
