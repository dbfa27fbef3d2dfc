import type { ClassifierHead } from '../../../core/model/transformer';
import type { Matrix } from '../../../core/tensor/matrix';
import type { Pool } from '../../../protocol/stitch';
import { GraphBuilder } from '../../forward/graphBuilder';
import { addHead, type HeadNames } from '../../forward/headGraph';
import { float } from '../../onnx/graphs';
import type { FileModel } from '../../onnx/onnxFile';
import type { StitchedModels } from '../stitchedModels';
import { GraphWeights, type WeightModel } from './graphWeights';
import { ModelParts } from './modelParts';

/** Which blocks run. */
export interface StitchedBlocks {
  readonly keep: number;
  readonly transplant: number;
}

function pooled(
  builder: GraphBuilder,
  logits: string,
  lengths: string,
  labels: number,
  pool: Pool,
): string {
  const shape = builder.add('Concat', [lengths, builder.integers(labels)], { axis: 0 });
  const byText = builder.add('Reshape', [logits, shape]);
  if (pool === 'mean') {
    return builder.add('ReduceMean', [byText, builder.integers(1)], { keepdims: 0 });
  }
  return builder.add('Gather', [byText, builder.scalar(pool === 'last' ? -1 : 0)], { axis: 1 });
}

/** How states of B go on. */
export interface Route {
  /** `T` `[d_B, d_A]`; null: they are not carried. */
  readonly kernel: Matrix | null;
  /** A's blocks and head, in the space that states are then in. */
  readonly tail: WeightModel;
}

/** A stitched model as one graph: `input_ids` int64 `[texts, tokens]`, texts of one length, to `logits` `[texts, labels]`. */
export function stitchedGraph(
  models: StitchedModels,
  { kernel, tail }: Route,
  { keep, transplant }: StitchedBlocks,
): FileModel {
  const b = models.b.ready();
  const builder = new GraphBuilder();
  const ofB = GraphWeights.of(b);
  const ofA = GraphWeights.of(tail, ofB);
  const lengths = builder.add('Shape', ['input_ids']);
  const common = { builder, inputIds: 'input_ids', lengths, maxTokens: models.maxTokens };
  const base = new ModelParts({
    ...common,
    weights: ofB,
    prefix: 'base',
    transformer: b.transformer,
  });
  const tuned = new ModelParts({
    ...common,
    weights: ofA,
    prefix: 'tuned',
    transformer: tail.transformer,
  });
  let x = base.embed();
  for (let layer = 0; layer < keep; layer += 1) {
    x = base.block(layer, x);
  }
  if (kernel !== null) {
    const T = ofB.add('kernel', [kernel.rows, kernel.cols], { numbers: kernel.data });
    x = builder.add('Gemm', [x, T]);
  }
  for (let layer = models.layersA - transplant; layer < models.layersA; layer += 1) {
    x = tuned.block(layer, x);
  }
  const { finalNorm, classifier } = tail.transformer;
  if (classifier === undefined) {
    throw new TypeError('A stitched model ends with a head.');
  }
  if (models.withFinalNorm && finalNorm !== undefined) {
    x = tuned.norm(finalNorm, 'tuned.final_norm', x);
  }
  const logits = pooled(
    builder,
    addClassifier(classifier, builder, ofA, x),
    lengths,
    models.labels.length,
    models.pool,
  );
  builder.output(logits, 'logits');
  return {
    graph: builder.graph(
      [{ name: 'input_ids', type: 'int64', axes: ['texts', 'tokens'] }],
      [float('logits', 'texts', models.labels.length)],
    ),
    weights: ofB.weights,
    numbers: () => ofB.numbers(),
  };
}

/** The classifier's head behind the final norm, token by token. */
function addClassifier(
  { W, bias, dense }: ClassifierHead,
  builder: GraphBuilder,
  weights: GraphWeights,
  x: string,
): string {
  const vector = (name: string, tensor: string | undefined, length: number): string =>
    tensor === undefined ? '' : weights.add(name, [length], { vector: tensor, plus: 0 });
  const names: HeadNames = {
    normGain: '',
    normBias: '',
    denseWeight:
      dense === undefined
        ? ''
        : weights.add('tuned.dense.weight', [dense.W.rows, dense.W.cols], { rows: dense.W }),
    denseBias: dense === undefined ? '' : vector('tuned.dense.bias', dense.bias, dense.W.rows),
    weight: weights.add('tuned.classifier.weight', [W.rows, W.cols], { rows: W }),
    bias: vector('tuned.classifier.bias', bias, W.rows),
  };
  const plan = {
    dModel: W.cols,
    finalNorm: null,
    dense:
      dense === undefined
        ? null
        : { activation: dense.activation, biased: dense.bias !== undefined },
    biased: bias !== undefined,
  };
  return addHead(builder, plan, names, x);
}
