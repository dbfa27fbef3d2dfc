import { float } from '../onnx/graphs';
import type { Graph, GraphValue } from '../onnx/onnxGraph';
import { addNorm } from './blockGraph';
import type { NormPlan } from './blockPlan';
import { GraphBuilder } from './graphBuilder';

/** What stands between hidden states and a classifier's logits; one graph for each combination. */
export interface HeadPlan {
  readonly dModel: number;
  /** null: none, or left out. */
  readonly finalNorm: NormPlan | null;
  readonly dense: { readonly activation: 'tanh' | 'relu'; readonly biased: boolean } | null;
  readonly biased: boolean;
}

/** Names under which a graph finds the head's weights. */
export interface HeadNames {
  readonly normGain: string;
  readonly normBias: string;
  readonly denseWeight: string;
  readonly denseBias: string;
  readonly weight: string;
  readonly bias: string;
}

export const HEAD_NAMES: HeadNames = {
  normGain: 'normGain',
  normBias: 'normBias',
  denseWeight: 'denseWeight',
  denseBias: 'denseBias',
  weight: 'weight',
  bias: 'bias',
};

/** Adds a classifier's head: hidden states `x` `[n, d_model]` to logits `[n, labels]`, token by token. */
export function addHead(
  builder: GraphBuilder,
  { finalNorm, dense, biased }: HeadPlan,
  names: HeadNames,
  x: string,
): string {
  const normed =
    finalNorm === null ? x : addNorm(builder, finalNorm, x, names.normGain, names.normBias);
  const linear = (value: string, weight: string, bias: readonly string[]): string =>
    builder.add('Gemm', [value, weight, ...bias], { transB: 1 });
  const before =
    dense === null
      ? normed
      : builder.add(dense.activation === 'tanh' ? 'Tanh' : 'Relu', [
          linear(normed, names.denseWeight, dense.biased ? [names.denseBias] : []),
        ]);
  return linear(before, names.weight, biased ? [names.bias] : []);
}

/** The head by itself: `x` and its weights to `logits`. */
export function headGraph(plan: HeadPlan): Graph {
  const builder = new GraphBuilder();
  builder.output(addHead(builder, plan, HEAD_NAMES, 'x'), 'logits');
  const { finalNorm, dense, biased, dModel } = plan;
  const inputs: GraphValue[] = [
    float('x', 'n', dModel),
    float(HEAD_NAMES.weight, 'labels', dModel),
    ...(biased ? [float(HEAD_NAMES.bias, 'labels')] : []),
    ...(dense === null ? [] : [float(HEAD_NAMES.denseWeight, dModel, dModel)]),
    ...(dense?.biased === true ? [float(HEAD_NAMES.denseBias, dModel)] : []),
    ...(finalNorm === null ? [] : [float(HEAD_NAMES.normGain, dModel)]),
    ...(finalNorm?.biased === true ? [float(HEAD_NAMES.normBias, dModel)] : []),
  ];
  return builder.graph(inputs, [float('logits', 'n', 'labels')]);
}

/** A norm by itself: `x` `[n, d_model]`, `gain` and `bias` to `y`. */
export function normGraph(plan: NormPlan, dModel: number): Graph {
  const builder = new GraphBuilder();
  builder.output(addNorm(builder, plan, 'x', 'gain', 'bias'), 'y');
  return builder.graph(
    [
      float('x', 'n', dModel),
      float('gain', dModel),
      ...(plan.biased ? [float('bias', dModel)] : []),
    ],
    [float('y', 'n', dModel)],
  );
}
