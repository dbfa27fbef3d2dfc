import type { BiasedPart, Block, MatrixView, Transformer } from '../../../core/model/transformer';
import { float32At } from '../../../core/tensor/elements';
import type { Matrix } from '../../../core/tensor/matrix';
import { elementCount } from '../../../core/tensor/tensorInfo';
import type { Checkpoint } from '../../../formats/checkpoint';
import { storedRow } from '../../../formats/matrixLayout';
import type { WrittenTensor } from '../../../formats/safetensors/write';
import { NORM_PLACES } from '../../forward/blockPlan';
import { readMatrix, readView } from '../../forward/weights';
import type { WeightModel } from '../export/graphWeights';

const FLOAT32_BYTES = 4;

type Fill = (into: Float32Array) => void | Promise<void>;

/** A float32 tensor of this shape, zeros where nothing fills it; held while it is written. */
export function filledTensor(
  name: string,
  shape: readonly number[],
  fills: readonly Fill[],
): WrittenTensor {
  const byteLength = elementCount(shape) * FLOAT32_BYTES;
  return {
    ...{ name, shape, dtype: 'F32', byteLength },
    async *bytes() {
      const numbers = new Float32Array(elementCount(shape));
      for (const fill of fills) {
        await fill(numbers);
      }
      yield new Uint8Array(numbers.buffer);
    },
  };
}

/** Puts rows where a view has them in its tensor of `stored` rows or columns. */
function putRows(
  view: MatrixView,
  stored: number,
  { rows, cols, data }: Matrix,
  into: Float32Array,
): void {
  for (let row = 0; row < rows; row += 1) {
    const at = storedRow(view, row);
    if (view.rowAxis === 0) {
      into.set(data.subarray(row * cols, (row + 1) * cols), at * cols);
    } else {
      for (let col = 0; col < cols; col += 1) {
        into[col * stored + at] = float32At(data, row * cols + col);
      }
    }
  }
}

function matricesOf({
  attention,
  feedForward,
}: Block): Readonly<Partial<Record<BiasedPart, MatrixView>>> {
  const { W_gate } = feedForward;
  return {
    ...{ Q: attention.W_Q, K: attention.W_K, V: attention.W_V, O: attention.W_O },
    ...{ in: feedForward.W_in, out: feedForward.W_out },
    ...(W_gate === undefined ? {} : { gate: W_gate }),
  };
}

/** A model whose first layer says how layers are stored. */
interface Template {
  readonly transformer: Transformer;
  readonly checkpoint: Checkpoint;
  /** Names of the first layer become those of the new one. */
  readonly rename: (name: string) => string;
}

/**
 * The tensors of one layer of the template's form, holding a layer of another model of the same shapes.
 * @throws TypeError where either model has no such layer or cannot be run; as the held checkpoint is read, when they are written
 */
export function layerTensors(
  { transformer, checkpoint, rename }: Template,
  held: WeightModel,
  layer: number,
): WrittenTensor[] {
  const [first, block] = [transformer.blocks[0], held.transformer.blocks[layer]];
  const [pass, own] = [transformer.forward, held.transformer.forward];
  if (
    first === undefined ||
    block === undefined ||
    typeof pass === 'string' ||
    typeof own === 'string'
  ) {
    throw new TypeError(`Layer ${layer} cannot be run.`);
  }
  const fills = new Map<string, Fill[]>();
  const add = (tensor: string, fill: Fill): void => {
    fills.set(tensor, [...(fills.get(tensor) ?? []), fill]);
  };
  const shapeOf = (tensor: string): readonly number[] =>
    checkpoint.tensors.get(tensor)?.shape ?? [];
  const matrices = matricesOf(block);
  for (const [part, view] of Object.entries(matricesOf(first))) {
    const from = matrices[part as BiasedPart];
    add(view.tensor, async (into) => {
      if (from !== undefined) {
        const stored = shapeOf(view.tensor)[view.rowAxis] ?? 0;
        putRows(view, stored, await readMatrix(held.checkpoint, from), into);
      }
    });
  }
  for (const [part, view] of Object.entries(pass.biases[0] ?? {})) {
    const from = own.biases[layer]?.[part as BiasedPart];
    add(view.tensor, async (into) => {
      if (from !== undefined) {
        const { data } = await readView(held.checkpoint, from);
        const column: Matrix = { rows: view.length, cols: 1, data: data as Float32Array };
        putRows({ ...view, rows: view.length, cols: 1, rowAxis: 0 }, view.length, column, into);
      }
    });
  }
  for (const place of NORM_PLACES) {
    const norm = first.norms[place];
    if (norm !== undefined) {
      add(norm.tensor, (into) => void into.fill(norm.plusOne ? 0 : 1));
      if (norm.bias !== undefined) {
        add(norm.bias, () => undefined);
      }
    }
  }
  return [...fills].map(([name, each]) => filledTensor(rename(name), shapeOf(name), each));
}
