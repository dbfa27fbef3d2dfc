import type {
  BiasedPart,
  MatrixView,
  NormView,
  Transformer,
  VectorView,
} from '../../core/model/transformer';
import { float32At } from '../../core/tensor/elements';
import { rowsOf, type Matrix } from '../../core/tensor/matrix';
import type { Checkpoint } from '../../formats/checkpoint';
import { MAX_MATRIX_ELEMENTS, readRows, readVector } from '../../formats/readRows';
import { matrixTensor, type TensorData } from '../onnx/tensors';
import { NORM_PLACES, type BlockPlan, type WeightName } from './blockPlan';

const FLOAT32_BYTES = 4;

/** All rows of a view `[rows, cols]`, read in parts where they are many. */
export async function readMatrix(checkpoint: Checkpoint, view: MatrixView): Promise<Matrix> {
  const { rows, cols } = view;
  const step = Math.max(1, Math.floor(MAX_MATRIX_ELEMENTS / cols));
  if (rows <= step) {
    return readRows(checkpoint, view, 0, rows);
  }
  const whole: Matrix = { rows, cols, data: new Float32Array(rows * cols) };
  for (let start = 0; start < rows; start += step) {
    const part = await readRows(checkpoint, view, start, Math.min(step, rows - start));
    rowsOf(whole, start, part.rows).data.set(part.data);
  }
  return whole;
}

/** A vector `[length]` inside a tensor. */
export async function readView(checkpoint: Checkpoint, view: VectorView): Promise<TensorData> {
  const stored = await readVector(checkpoint, view.tensor);
  const { offset, blockLength, blockStride, length } = view;
  const data = Float32Array.from({ length }, (_, index) =>
    float32At(
      stored,
      offset + Math.floor(index / blockLength) * blockStride + (index % blockLength),
    ),
  );
  return { data, shape: [length] };
}

/** A stored vector as it is, plus one where asked. */
async function readPlain(checkpoint: Checkpoint, tensor: string, plus = 0): Promise<TensorData> {
  const stored = await readVector(checkpoint, tensor);
  const data = plus === 0 ? stored : stored.map((value) => value + plus);
  return { data, shape: [data.length] };
}

/** A norm's gains and, where it has them, shifts. */
export async function readNorm(
  checkpoint: Checkpoint,
  { tensor, plusOne, bias }: NormView,
): Promise<{ readonly gain: TensorData; readonly bias?: TensorData }> {
  return {
    gain: await readPlain(checkpoint, tensor, plusOne ? 1 : 0),
    ...(bias === undefined ? {} : { bias: await readPlain(checkpoint, bias) }),
  };
}

/** A bias `[out]` that lies in a tensor of its own. */
export function readBias(checkpoint: Checkpoint, tensor: string): Promise<TensorData> {
  return readPlain(checkpoint, tensor);
}

/** The weights of one block by their places, as float32: matrices as rows, whatever the layout on disk. */
export type BlockWeights = Readonly<Partial<Record<WeightName, TensorData>>>;

/** Reads the weights of a block. @throws VocabScopeError as `readRows` */
export async function readBlockWeights(
  checkpoint: Checkpoint,
  transformer: Transformer,
  layer: number,
): Promise<BlockWeights> {
  const block = transformer.blocks[layer];
  if (block === undefined || typeof transformer.forward === 'string') {
    throw new TypeError(`Layer ${layer} cannot be run.`);
  }
  const weights: Partial<Record<WeightName, TensorData>> = {};
  const matrices = {
    W_Q: block.attention.W_Q,
    W_K: block.attention.W_K,
    W_V: block.attention.W_V,
    W_O: block.attention.W_O,
    W_in: block.feedForward.W_in,
    W_gate: block.feedForward.W_gate,
    W_out: block.feedForward.W_out,
  };
  for (const [name, view] of Object.entries(matrices)) {
    if (view !== undefined) {
      weights[name as keyof typeof matrices] = matrixTensor(await readMatrix(checkpoint, view));
    }
  }
  for (const [part, view] of Object.entries(transformer.forward.biases[layer] ?? {})) {
    weights[`b_${part}` as WeightName] = await readView(checkpoint, view);
  }
  for (const place of NORM_PLACES) {
    const norm = block.norms[place];
    if (norm !== undefined) {
      const { gain, bias } = await readNorm(checkpoint, norm);
      weights[`norm ${place}`] = gain;
      if (bias !== undefined) {
        weights[`norm ${place} bias`] = bias;
      }
    }
  }
  return weights;
}

/** The shape of a weight of a block. */
export function weightShape(
  name: WeightName,
  { dModel, dHead, kvHeads, groupSize }: BlockPlan,
  dFf: number,
): readonly number[] {
  const rows: Readonly<Record<BiasedPart, number>> = {
    Q: kvHeads * groupSize * dHead,
    K: kvHeads * dHead,
    V: kvHeads * dHead,
    O: kvHeads * groupSize * dHead,
    in: dFf,
    gate: dFf,
    out: dFf,
  };
  const part = name.slice(2) as BiasedPart;
  if (name.startsWith('W_')) {
    return [rows[part], dModel];
  }
  const isWide = !name.startsWith('b_') || part === 'O' || part === 'out';
  return [isWide ? dModel : rows[part]];
}

/** Numbers of a block's matrices: each multiplies every token once. */
export function blockParameters(
  { dModel, dHead, kvHeads, groupSize }: BlockPlan,
  dFf: number,
  gated: boolean,
): number {
  const heads = kvHeads * groupSize;
  return dModel * (dHead * (2 * heads + 2 * kvHeads) + dFf * (gated ? 3 : 2));
}

/** Memory that a block's weights take as float32. */
export function blockBytes(parameters: number): number {
  return parameters * FLOAT32_BYTES;
}
