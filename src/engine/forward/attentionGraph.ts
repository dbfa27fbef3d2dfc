import type { BlockNames, BlockPlan } from './blockPlan';
import type { GraphBuilder } from './graphBuilder';

/** Projections `[n, heads * d_head]`, of keys and values `[n, kv_heads * d_head]`. */
export interface Projections {
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
}

/** Turns pairs of dimensions: (a, b) to (a cos - b sin, b cos + a sin). */
function turnPairs(
  builder: GraphBuilder,
  { cosines, sines }: BlockNames,
  a: string,
  b: string,
): readonly [string, string] {
  const times = (x: string, y: string): string => builder.add('Mul', [x, y]);
  return [
    builder.add('Sub', [times(a, cosines), times(b, sines)]),
    builder.add('Add', [times(b, cosines), times(a, sines)]),
  ];
}

/** Rotates `x` `[texts, kv, g, tokens, d_head]` by each token's position. */
function rotate(
  builder: GraphBuilder,
  { rotary, dHead }: BlockPlan,
  names: BlockNames,
  x: string,
): string {
  if (rotary === null) {
    return x;
  }
  const { width, pairing } = rotary;
  const half = width / 2;
  const still = dHead - width;
  if (pairing === 'half') {
    const sizes = [half, half, ...(still > 0 ? [still] : [])];
    const [a = '', b = '', ...rest] = builder.addMany(
      'Split',
      [x, builder.integers(...sizes)],
      sizes.length,
      { axis: -1 },
    );
    const turned = turnPairs(builder, names, a, b);
    return builder.add('Concat', [...turned, ...rest], { axis: -1 });
  }
  const [moving = x, ...rest] =
    still > 0
      ? builder.addMany('Split', [x, builder.integers(width, still)], 2, { axis: -1 })
      : [x];
  const pairs = builder.add('Reshape', [moving, builder.integers(0, 0, 0, 0, half, 2)]);
  const [a = '', b = ''] = builder
    .addMany('Split', [pairs, builder.integers(1, 1)], 2, { axis: -1 })
    .map((each) => builder.add('Squeeze', [each, builder.integers(-1)]));
  const turned = turnPairs(builder, names, a, b).map((each) =>
    builder.add('Unsqueeze', [each, builder.integers(-1)]),
  );
  const joined = builder.add('Concat', turned, { axis: -1 });
  const flat = builder.add('Reshape', [joined, builder.integers(0, 0, 0, 0, width)]);
  return rest.length === 0 ? flat : builder.add('Concat', [flat, ...rest], { axis: -1 });
}

/**
 * Attention of all heads: what they read from the tokens that they may see, `[n, heads * d_head]`. The query heads of one
 * key head stand beside each other, so that keys and values are never repeated.
 */
export function addAttention(
  builder: GraphBuilder,
  plan: BlockPlan,
  names: BlockNames,
  { queries, keys, values }: Projections,
): string {
  const { kvHeads, groupSize, dHead, attentionScale, attentionCap } = plan;
  const split = (x: string, perGroup: number, perm: readonly number[]): string => {
    const sizes = builder.integers(kvHeads, perGroup, dHead);
    const shape = builder.add('Concat', [names.lengths, sizes], { axis: 0 });
    return builder.add('Transpose', [builder.add('Reshape', [x, shape])], { perm });
  };
  const TOKENS_BEFORE_LAST = [0, 2, 3, 1, 4];
  const TOKENS_LAST = [0, 2, 3, 4, 1];
  const turned = (x: string, perGroup: number): string =>
    rotate(builder, plan, names, split(x, perGroup, TOKENS_BEFORE_LAST));
  const q = builder.add('Mul', [turned(queries, groupSize), builder.number(attentionScale)]);
  const k =
    plan.rotary === null
      ? split(keys, 1, TOKENS_LAST)
      : builder.add('Transpose', [turned(keys, 1)], { perm: [0, 1, 2, 4, 3] });
  const products = builder.add('MatMul', [q, k]);
  const capped =
    attentionCap === null
      ? products
      : builder.add('Mul', [
          builder.add('Tanh', [builder.add('Div', [products, builder.number(attentionCap)])]),
          builder.number(attentionCap),
        ]);
  const scores = plan.scoresBiased ? builder.add('Add', [capped, names.scoreBias]) : capped;
  const weights = builder.add('Softmax', [scores], { axis: -1 });
  const read = builder.add('MatMul', [weights, split(values, 1, TOKENS_BEFORE_LAST)]);
  const byToken = builder.add('Transpose', [read], { perm: [0, 3, 1, 2, 4] });
  return builder.add('Reshape', [byToken, builder.integers(-1, kvHeads * groupSize * dHead)]);
}
