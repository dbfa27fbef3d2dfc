import type { MatrixView, Transformer } from '../../../core/model/transformer';
import type { Checkpoint } from '../../../formats/checkpoint';
import { readRows, readVector } from '../../../formats/readRows';
import type { BlockPlan, WeightName } from '../../forward/blockPlan';
import { readBlockWeights, weightShape } from '../../forward/weights';
import type { FileWeight } from '../../onnx/onnxFile';

/** Rows of a table read at once. */
const TABLE_ROWS = 4096;

/** Where a weight's numbers come from. */
export type WeightSource =
  | { readonly rows: MatrixView }
  | { readonly vector: string; readonly plus: number }
  | { readonly numbers: Float32Array };

/** A model whose tensors weights are read from. */
export interface WeightModel {
  readonly transformer: Transformer;
  readonly checkpoint: Checkpoint;
}

type Reading = () => AsyncIterable<Float32Array>;

/** Collects the weights of a graph of several models, and reads them in the order in which they were added. */
export class GraphWeights {
  readonly weights: FileWeight[];
  private readonly readings: Reading[];

  private constructor(
    private readonly model: WeightModel,
    shared?: GraphWeights,
  ) {
    this.weights = shared?.weights ?? [];
    this.readings = shared?.readings ?? [];
  }

  /** @param beside another model's weights of the same graph */
  static of(model: WeightModel, beside?: GraphWeights): GraphWeights {
    return new GraphWeights(model, beside);
  }

  /** A weight. Answers its name. */
  add(name: string, shape: readonly number[], source: WeightSource): string {
    this.weights.push({ name, shape });
    this.readings.push(() => this.read(source));
    return name;
  }

  /** All weights of a block, by the names that they have in the graph. */
  addBlock(names: ReadonlyMap<WeightName, string>, plan: BlockPlan, layer: number): void {
    const { transformer, checkpoint } = this.model;
    const { dFf } = transformer.shape;
    for (const [name, own] of names) {
      this.weights.push({ name: own, shape: weightShape(name, plan, dFf) });
    }
    this.readings.push(async function* () {
      const read = await readBlockWeights(checkpoint, transformer, layer);
      for (const name of names.keys()) {
        const data = read[name]?.data;
        if (!(data instanceof Float32Array)) {
          throw new TypeError(`Layer ${layer} has no ${name}.`);
        }
        yield data;
      }
    });
  }

  /** The numbers of all weights, one after another. */
  async *numbers(): AsyncGenerator<Float32Array> {
    for (const reading of this.readings) {
      yield* reading();
    }
  }

  private async *read(source: WeightSource): AsyncGenerator<Float32Array> {
    const { checkpoint } = this.model;
    if ('numbers' in source) {
      yield source.numbers;
    } else if ('vector' in source) {
      const stored = await readVector(checkpoint, source.vector);
      yield source.plus === 0 ? stored : stored.map((value) => value + source.plus);
    } else {
      const { rows } = source.rows;
      for (let start = 0; start < rows; start += TABLE_ROWS) {
        const count = Math.min(TABLE_ROWS, rows - start);
        yield (await readRows(checkpoint, source.rows, start, count)).data;
      }
    }
  }
}
