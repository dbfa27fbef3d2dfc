/** One block in float64 as its plan describes it, step by step. */
import type { Activation, BiasedPart } from '../../../src/core/model/transformer';
import type { BlockPlan, NormPlace, WeightName } from '../../../src/engine/forward/blockPlan';
import {
  add,
  apply,
  attend,
  beside,
  columns,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  rmsNorm,
  silu,
  transposed,
  type Rows,
} from './arithmetic';

export interface PlainBlockInput {
  readonly plan: BlockPlan;
  readonly weights: Readonly<Partial<Record<WeightName, Rows>>>;
  /** `[width / 2]`: radians a position. */
  readonly frequencies: readonly number[];
  /** Added to the scaled, capped product of a head's query and key. */
  readonly bias: (head: number, query: number, key: number) => number;
}

const ACTIVATIONS: Readonly<Record<Activation, (x: number) => number>> = {
  gelu,
  geluTanh,
  silu,
  quickGelu: (x) => x / (1 + Math.exp(-1.702 * x)),
  relu: (x) => Math.max(0, x),
  reluSquared: (x) => Math.max(0, x) ** 2,
};

/** Position by position, pair by pair. */
function rotate(x: Rows, { rotary }: BlockPlan, frequencies: readonly number[]): Rows {
  if (rotary === null) {
    return x;
  }
  const half = rotary.width / 2;
  return x.map((row, position) => {
    const turned = [...row];
    frequencies.forEach((frequency, pair) => {
      const [i, j] = rotary.pairing === 'half' ? [pair, pair + half] : [2 * pair, 2 * pair + 1];
      const angle = position * frequency;
      const [a, b] = [row[i] ?? NaN, row[j] ?? NaN];
      turned[i] = a * Math.cos(angle) - b * Math.sin(angle);
      turned[j] = b * Math.cos(angle) + a * Math.sin(angle);
    });
    return turned;
  });
}

/** States `[tokens, d_model]` after the block, and its neurons `[tokens, d_ff]`. */
export function plainBlock(
  { plan, weights, frequencies, bias }: PlainBlockInput,
  x: Rows,
): { readonly y: Rows; readonly neurons: Rows } {
  const vector = (name: WeightName): readonly number[] => weights[name]?.[0] ?? [];
  const project = (part: BiasedPart, value: Rows): Rows => {
    const rows = weights[`W_${part}`] ?? [];
    const writes = part === 'O' || part === 'out';
    return linear(value, writes ? transposed(rows) : rows, vector(`b_${part}`));
  };
  const norm = (place: NormPlace, value: Rows): Rows => {
    const found = plan.norms[place];
    if (found === undefined) {
      return value;
    }
    const gain = vector(`norm ${place}`);
    const shift = vector(`norm ${place} bias`);
    return found.kind === 'layernorm'
      ? layerNorm(value, gain, shift, found.epsilon)
      : rmsNorm(value, gain, found.epsilon).map((row) =>
          row.map((each, j) => each + (shift[j] ?? 0)),
        );
  };
  const read = norm('attention', x);
  const [q, k, v] = [project('Q', read), project('K', read), project('V', read)];
  const cap = plan.attentionCap;
  const heads = Array.from({ length: plan.kvHeads * plan.groupSize }, (_, head) => {
    const shared = Math.floor(head / plan.groupSize);
    return attend(
      {
        q: rotate(columns(q, head, plan.dHead), plan, frequencies),
        k: rotate(columns(k, shared, plan.dHead), plan, frequencies),
        v: columns(v, shared, plan.dHead),
      },
      (product, query, key) => {
        const scaled = product * plan.attentionScale;
        const capped = cap === null ? scaled : cap * Math.tanh(scaled / cap);
        return capped + bias(head, query, key);
      },
    );
  });
  const attended = project('O', beside(heads));
  const isPost = plan.placement === 'post';
  const middle = isPost
    ? norm('attentionPost', add(x, attended))
    : add(x, norm('attentionPost', attended));
  const fed = norm('feedForward', plan.parallel ? x : middle);
  const sums = project('in', fed);
  const neurons = plan.gated
    ? apply(project('gate', fed), ACTIVATIONS[plan.activation]).map((row, i) =>
        row.map((value, j) => value * (sums[i]?.[j] ?? NaN)),
      )
    : apply(sums, ACTIVATIONS[plan.activation]);
  const written = project('out', neurons);
  const y = isPost
    ? norm('feedForwardPost', add(middle, written))
    : add(middle, norm('feedForwardPost', written));
  return { y, neurons };
}
