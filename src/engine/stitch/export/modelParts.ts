/** Parts of a model inside a graph of its own: embeddings, blocks, what they know of positions, and a classifier's head. */
import type { ForwardPass, NormView, Transformer } from '../../../core/model/transformer';
import { addBlock, addNorm, weightNames } from '../../forward/blockGraph';
import { planBlock, planNorm, type BlockNames, type BlockPlan } from '../../forward/blockPlan';
import type { GraphBuilder } from '../../forward/graphBuilder';
import { rotaryTables } from '../../forward/positions';
import type { TensorData } from '../../onnx/tensors';
import type { GraphWeights } from './graphWeights';

/** What the parts of one model need. */
export interface PartsInput {
  readonly builder: GraphBuilder;
  readonly weights: GraphWeights;
  /** Begins the names of its weights. */
  readonly prefix: string;
  readonly transformer: Transformer;
  /** int64 `[texts, tokens]` */
  readonly inputIds: string;
  /** int64 `[2]`: texts and tokens. */
  readonly lengths: string;
  /** Positions that tables reach to. */
  readonly maxTokens: number;
}

/** The number of tokens of a text, int64 `[1]`. */
function tokensOf({ builder, lengths }: PartsInput): string {
  return builder.add('Slice', [lengths, builder.integers(1), builder.integers(2)]);
}

/** The first rows of a table, as many as a text has tokens. */
function rowsForTokens(input: PartsInput, table: string): string {
  const { builder } = input;
  return builder.add('Slice', [table, builder.integers(0), tokensOf(input), builder.integers(0)]);
}

/** One model's parts; tables that its blocks share are made once. */
export class ModelParts {
  private readonly biases = new Map<string, string>();
  private rotation: { readonly cosines: string; readonly sines: string } | undefined;

  constructor(private readonly input: PartsInput) {}

  /** States `[n, d]` before the first block. */
  embed(): string {
    const { builder, weights, prefix, transformer, inputIds } = this.input;
    const { W_E, W_pos, shape } = transformer;
    const pass = this.pass();
    const table = weights.add(`${prefix}.W_E`, [W_E.rows, W_E.cols], { rows: W_E });
    let x = builder.add('Gather', [table, inputIds], { axis: 0 });
    if (pass.embeddingScale !== 1) {
      x = builder.add('Mul', [x, builder.number(pass.embeddingScale)]);
    }
    if (W_pos !== undefined) {
      const view = { ...W_pos, rows: this.input.maxTokens };
      const positions = weights.add(`${prefix}.W_pos`, [view.rows, view.cols], { rows: view });
      x = builder.add('Add', [x, rowsForTokens(this.input, positions)]);
    }
    if (pass.tokenTypes !== null) {
      const view = { ...pass.tokenTypes, rows: 1 };
      x = builder.add('Add', [x, weights.add(`${prefix}.type`, [1, view.cols], { rows: view })]);
    }
    const flat = builder.add('Reshape', [x, builder.integers(-1, shape.dModel)]);
    return pass.embeddingNorm === null
      ? flat
      : this.norm(pass.embeddingNorm, `${prefix}.embedding_norm`, flat);
  }

  /** States after a block. */
  block(layer: number, x: string): string {
    const { builder, weights, prefix, transformer } = this.input;
    const plan = planBlock(transformer, layer);
    const place = `${prefix}.layers.${layer}`;
    const names = new Map(
      weightNames(plan).map((name) => [name, `${place}.${name.replaceAll(' ', '.')}`]),
    );
    weights.addBlock(names, plan, layer);
    const used: BlockNames = {
      weight: (name) => names.get(name) ?? name,
      lengths: this.input.lengths,
      ...this.rotary(plan),
      scoreBias: plan.scoresBiased ? this.scoreBias(layer) : '',
    };
    return addBlock(builder, plan, used, x).y;
  }

  /** A norm by itself. */
  norm(view: NormView, name: string, x: string): string {
    const { builder, weights, transformer } = this.input;
    const { dModel } = transformer.shape;
    const gain = weights.add(`${name}.gain`, [dModel], {
      vector: view.tensor,
      plus: view.plusOne ? 1 : 0,
    });
    const bias =
      view.bias === undefined
        ? ''
        : weights.add(`${name}.bias`, [dModel], { vector: view.bias, plus: 0 });
    return addNorm(builder, planNorm(transformer, view.bias !== undefined), x, gain, bias);
  }

  private pass(): ForwardPass {
    const { forward } = this.input.transformer;
    if (typeof forward === 'string') {
      throw new TypeError('This model cannot be run.');
    }
    return forward;
  }

  private rotary(plan: BlockPlan): { cosines: string; sines: string } {
    const { transformer, weights, prefix, maxTokens } = this.input;
    if (plan.rotary === null || transformer.rotary === undefined) {
      return { cosines: '', sines: '' };
    }
    if (this.rotation === undefined) {
      const tables = rotaryTables(transformer.rotary, maxTokens);
      const add = (name: string, { data, shape }: TensorData): string =>
        rowsForTokens(
          this.input,
          weights.add(`${prefix}.${name}`, shape, { numbers: data as Float32Array }),
        );
      this.rotation = {
        cosines: add('cosines', tables.cosines),
        sines: add('sines', tables.sines),
      };
    }
    return this.rotation;
  }

  /** Minus infinity for what a query may not see, minus slope times distance with ALiBi: `[kv, g, tokens, tokens]`, broadcast. */
  private scoreBias(layer: number): string {
    const { builder, transformer } = this.input;
    const { windows, alibiSlopes, causal } = this.pass();
    const window = windows[layer] ?? null;
    const key = String(window);
    const known = this.biases.get(key);
    if (known !== undefined) {
      return known;
    }
    const count = builder.add('Squeeze', [tokensOf(this.input)]);
    const places = builder.add('Range', [builder.scalar(0), count, builder.scalar(1)]);
    const queries = builder.add('Unsqueeze', [places, builder.integers(1)]);
    const keys = builder.add('Unsqueeze', [places, builder.integers(0)]);
    const distance = builder.add('Sub', [queries, keys]);
    const size = builder.add('Cast', [builder.add('Abs', [distance])], { to: FLOAT });
    const slopes =
      alibiSlopes === null
        ? undefined
        : this.input.weights.add(
            `${this.input.prefix}.slopes`,
            [transformer.shape.nKvHeads, alibiSlopes.length / transformer.shape.nKvHeads, 1, 1],
            { numbers: Float32Array.from(alibiSlopes, (slope) => -slope) },
          );
    const added =
      slopes === undefined
        ? builder.add('Mul', [size, builder.number(0)])
        : builder.add('Mul', [size, slopes]);
    const later = builder.add('Less', [distance, builder.scalar(0)]);
    const hidden =
      window === null
        ? later
        : builder.add('Or', [
            later,
            builder.add('GreaterOrEqual', [distance, builder.scalar(window)]),
          ]);
    const bias = causal ? builder.add('Where', [hidden, builder.number(-Infinity), added]) : added;
    this.biases.set(key, bias);
    return bias;
  }
}

/** `TensorProto.DataType.FLOAT`. */
const FLOAT = 1;
