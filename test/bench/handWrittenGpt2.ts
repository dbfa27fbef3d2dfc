/** A GPT-2 as one graph of ONNX with its weights inside, written out by hand for fixed sizes: what our block-by-block run is compared with. */
import type { Checkpoint } from '../../src/formats/checkpoint';
import { readVector } from '../../src/formats/readRows';
import { GraphBuilder } from '../../src/engine/forward/graphBuilder';
import { float } from '../../src/engine/onnx/graphs';
import type { FileModel } from '../../src/engine/onnx/onnxFile';
import { D_VOCAB } from './gpt2Size';
import { POSITIONS } from './models';

export interface HandWrittenSizes {
  readonly layers: number;
  readonly heads: number;
  readonly dModel: number;
  readonly dFf: number;
  readonly texts: number;
  readonly tokens: number;
}

const EPSILON = 1e-5;

/** `input_ids` int64 `[texts, tokens]` to `hidden` `[texts, tokens, d_model]` after the final norm. */
export function handWrittenGpt2(
  checkpoint: Checkpoint,
  { layers, heads, dModel, dFf, texts, tokens }: HandWrittenSizes,
): FileModel {
  const builder = new GraphBuilder();
  const weights: { readonly name: string; readonly shape: readonly number[] }[] = [];
  const weight = (name: string, ...shape: number[]): string => {
    weights.push({ name, shape });
    return name;
  };
  const norm = (x: string, name: string): string =>
    builder.add('LayerNormalization', [x, weight(`${name}.weight`, dModel)], {
      axis: -1,
      epsilon: { float: EPSILON },
    });
  const linear = (x: string, name: string, inputs: number, outputs: number): string =>
    builder.add('MatMul', [x, weight(`${name}.weight`, inputs, outputs)]);
  const dHead = dModel / heads;
  const split = (x: string, perm: readonly number[]): string =>
    builder.add(
      'Transpose',
      [builder.add('Reshape', [x, builder.integers(texts, tokens, heads, dHead)])],
      { perm },
    );

  const places = builder.add('Range', [
    builder.scalar(0),
    builder.scalar(tokens),
    builder.scalar(1),
  ]);
  const later = builder.add('Less', [
    builder.add('Unsqueeze', [places, builder.integers(1)]),
    builder.add('Unsqueeze', [places, builder.integers(0)]),
  ]);
  const mask = builder.add('Where', [later, builder.number(-Infinity), builder.number(0)]);

  const rows = builder.add('Gather', [weight('wte.weight', D_VOCAB, dModel), 'input_ids']);
  const positions = builder.add('Gather', [weight('wpe.weight', POSITIONS, dModel), places]);
  let x = builder.add('Add', [rows, positions]);
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `h.${layer}`;
    const read = norm(x, `${name}.ln_1`);
    const joint = linear(read, `${name}.attn.c_attn`, dModel, 3 * dModel);
    const [q = '', k = '', v = ''] = builder.addMany('Split', [joint], 3, {
      axis: -1,
      num_outputs: 3,
    });
    const scaled = builder.add('Mul', [split(q, [0, 2, 1, 3]), builder.number(dHead ** -0.5)]);
    const products = builder.add('MatMul', [scaled, split(k, [0, 2, 3, 1])]);
    const attended = builder.add('Softmax', [builder.add('Add', [products, mask])], { axis: -1 });
    const mixed = builder.add(
      'Transpose',
      [builder.add('MatMul', [attended, split(v, [0, 2, 1, 3])])],
      { perm: [0, 2, 1, 3] },
    );
    const joined = builder.add('Reshape', [mixed, builder.integers(texts, tokens, dModel)]);
    x = builder.add('Add', [x, linear(joined, `${name}.attn.c_proj`, dModel, dModel)]);
    const fed = linear(norm(x, `${name}.ln_2`), `${name}.mlp.c_fc`, dModel, dFf);
    const active = builder.add('Gelu', [fed], { approximate: 'tanh' });
    x = builder.add('Add', [x, linear(active, `${name}.mlp.c_proj`, dFf, dModel)]);
  }
  builder.output(norm(x, 'ln_f'), 'hidden');
  return {
    graph: builder.graph(
      [{ name: 'input_ids', type: 'int64', axes: [texts, tokens] }],
      [float('hidden', texts, tokens, dModel)],
    ),
    weights,
    async *numbers() {
      for (const { name } of weights) {
        yield await readVector(checkpoint, name);
      }
    },
  };
}
