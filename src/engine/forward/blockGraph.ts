import type { Activation, BiasedPart } from '../../core/model/transformer';
import { float } from '../onnx/graphs';
import type { Graph, GraphValue } from '../onnx/onnxGraph';
import { addAttention } from './attentionGraph';
import {
  NORM_PLACES,
  type BlockNames,
  type BlockPlan,
  type NormPlace,
  type NormPlan,
  type WeightName,
} from './blockPlan';
import { GraphBuilder } from './graphBuilder';

/** `x W^T + b`: `x` `[n, in]`, rows of `W` `[out, in]`, as views of what reads give them. */
function project(
  builder: GraphBuilder,
  plan: BlockPlan,
  names: BlockNames,
  part: BiasedPart,
  x: string,
): string {
  const writes = part === 'O' || part === 'out';
  const bias = plan.biases.includes(part) ? [names.weight(`b_${part}`)] : [];
  return builder.add('Gemm', [x, names.weight(`W_${part}`), ...bias], writes ? {} : { transB: 1 });
}

/** `x` `[n, d]`, normalised row by row. */
export function addNorm(
  builder: GraphBuilder,
  { kind, epsilon, biased }: NormPlan,
  x: string,
  gain: string,
  bias: string,
): string {
  if (kind === 'layernorm') {
    const inputs = biased ? [x, gain, bias] : [x, gain];
    return builder.add('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
  }
  const mean = builder.add('ReduceMean', [builder.add('Mul', [x, x]), builder.integers(-1)]);
  const size = builder.add('Sqrt', [builder.add('Add', [mean, builder.number(epsilon)])]);
  const scaled = builder.add('Mul', [builder.add('Div', [x, size]), gain]);
  return biased ? builder.add('Add', [scaled, bias]) : scaled;
}

/** What neurons make of their sums `[n, d_ff]`. */
function addActivation(builder: GraphBuilder, activation: Activation, x: string): string {
  switch (activation) {
    case 'gelu':
      return builder.add('Gelu', [x]);
    case 'geluTanh':
      return builder.add('Gelu', [x], { approximate: 'tanh' });
    case 'quickGelu': {
      const steeper = builder.add('Mul', [x, builder.number(1.702)]);
      return builder.add('Mul', [x, builder.add('Sigmoid', [steeper])]);
    }
    case 'relu':
      return builder.add('Relu', [x]);
    case 'reluSquared': {
      const kept = builder.add('Relu', [x]);
      return builder.add('Mul', [kept, kept]);
    }
    case 'silu':
      return builder.add('Mul', [x, builder.add('Sigmoid', [x])]);
  }
}

/** Adds a block to a graph: hidden states `x` `[n, d_model]` to those after it, and its neurons `[n, d_ff]`. */
export function addBlock(
  builder: GraphBuilder,
  plan: BlockPlan,
  names: BlockNames,
  x: string,
): { readonly y: string; readonly neurons: string } {
  const norm = (place: NormPlace, value: string): string => {
    const found = plan.norms[place];
    return found === undefined
      ? value
      : addNorm(
          builder,
          found,
          value,
          names.weight(`norm ${place}`),
          names.weight(`norm ${place} bias`),
        );
  };
  // After a sublayer a norm acts on the stream itself (post), or on what the sublayer adds to it (sandwich).
  const join = (stream: string, added: string, place: NormPlace): string =>
    plan.placement === 'post'
      ? norm(place, builder.add('Add', [stream, added]))
      : builder.add('Add', [stream, norm(place, added)]);

  const read = norm('attention', x);
  const heads = addAttention(builder, plan, names, {
    queries: project(builder, plan, names, 'Q', read),
    keys: project(builder, plan, names, 'K', read),
    values: project(builder, plan, names, 'V', read),
  });
  const middle = join(x, project(builder, plan, names, 'O', heads), 'attentionPost');

  const fed = norm('feedForward', plan.parallel ? x : middle);
  const sums = project(builder, plan, names, 'in', fed);
  const neurons = plan.gated
    ? builder.add('Mul', [
        addActivation(builder, plan.activation, project(builder, plan, names, 'gate', fed)),
        sums,
      ])
    : addActivation(builder, plan.activation, sums);
  const written = project(builder, plan, names, 'out', neurons);
  return { y: join(middle, written, 'feedForwardPost'), neurons };
}

/** Weights that a block of this plan has. */
export function weightNames(plan: BlockPlan): readonly WeightName[] {
  const parts: readonly BiasedPart[] = [
    'Q',
    'K',
    'V',
    'O',
    'in',
    ...(plan.gated ? ['gate' as const] : []),
    'out',
  ];
  return [
    ...parts.map((part) => `W_${part}` as const),
    ...plan.biases.map((part) => `b_${part}` as const),
    ...NORM_PLACES.flatMap((place): WeightName[] => {
      const norm = plan.norms[place];
      if (norm === undefined) {
        return [];
      }
      return norm.biased ? [`norm ${place}`, `norm ${place} bias`] : [`norm ${place}`];
    }),
  ];
}

function weightValue(name: WeightName): GraphValue {
  return name.startsWith('W_')
    ? float(name, `${name} rows`, `${name} columns`)
    : float(name, `${name} length`);
}

/**
 * The graph of one block by itself. Inputs: `x` `[n, d_model]`, `lengths`, the weights by their names and, where the plan
 * has them, `cosines`, `sines`, `scoreBias`. Outputs: `y` and, if wanted, `neurons`.
 */
export function blockGraph(plan: BlockPlan, withNeurons: boolean): Graph {
  const builder = new GraphBuilder();
  const names: BlockNames = {
    weight: (name) => name,
    lengths: 'lengths',
    cosines: 'cosines',
    sines: 'sines',
    scoreBias: 'scoreBias',
  };
  const { y, neurons } = addBlock(builder, plan, names, 'x');
  builder.output(y, 'y');
  if (withNeurons) {
    builder.output(neurons, 'neurons');
  }
  const turned = plan.rotary === null ? [] : [float('cosines', 't', 'w'), float('sines', 't', 'w')];
  return builder.graph(
    [
      float('x', 'n', plan.dModel),
      { name: 'lengths', type: 'int64', axes: [2] },
      ...weightNames(plan).map(weightValue),
      ...turned,
      ...(plan.scoresBiased ? [float('scoreBias', 'kv', 'g', 't', 's')] : []),
    ],
    [float('y', 'n', plan.dModel), ...(withNeurons ? [float('neurons', 'n', 'f')] : [])],
  );
}
