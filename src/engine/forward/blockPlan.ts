import type {
  Activation,
  BiasedPart,
  BlockNorms,
  NormKind,
  NormPlacement,
  RotaryPositions,
  Transformer,
} from '../../core/model/transformer';

/** Where a norm stands in a block. */
export type NormPlace = keyof BlockNorms;
export const NORM_PLACES: readonly NormPlace[] = [
  'attention',
  'feedForward',
  'attentionPost',
  'feedForwardPost',
];

/** A norm's kind, and whether it has shifts. */
export interface NormPlan {
  readonly kind: NormKind;
  readonly epsilon: number;
  readonly biased: boolean;
}

/** All that decides the graph of a block, beside its weights. Layers with the same plan share a graph. */
export interface BlockPlan {
  readonly dModel: number;
  readonly dHead: number;
  readonly kvHeads: number;
  /** Query heads of each key head. */
  readonly groupSize: number;
  readonly placement: NormPlacement;
  readonly parallel: boolean;
  readonly norms: Readonly<Partial<Record<NormPlace, NormPlan>>>;
  readonly biases: readonly BiasedPart[];
  readonly gated: boolean;
  readonly activation: Activation;
  readonly attentionScale: number;
  readonly attentionCap: number | null;
  readonly rotary: Pick<RotaryPositions, 'pairing' | 'width'> | null;
  /** Whether scores get something added: what a token may see, and how far away it is. */
  readonly scoresBiased: boolean;
}

/** A weight of a block by its place: `W_Q`, `b_Q`, `norm attention`, `norm attention bias`. */
export type WeightName =
  `W_${BiasedPart}` | `b_${BiasedPart}` | `norm ${NormPlace}` | `norm ${NormPlace} bias`;

/** Names under which a graph finds what a block needs. */
export interface BlockNames {
  readonly weight: (name: WeightName) => string;
  /** int64 `[2]`: texts and tokens of each. */
  readonly lengths: string;
  /** `[tokens, width / 2]`, of rotary models. */
  readonly cosines: string;
  readonly sines: string;
  /** Added to scores `[texts, key heads, heads of each, tokens, tokens]`, broadcast. */
  readonly scoreBias: string;
}

/** How a layer computes. @throws TypeError where the model cannot be run: callers have refused it by its sentence. */
export function planBlock(transformer: Transformer, layer: number): BlockPlan {
  const { shape, forward, rotary } = transformer;
  const block = transformer.blocks[layer];
  if (typeof forward === 'string' || block === undefined) {
    throw new TypeError(`Layer ${layer} cannot be run.`);
  }
  const norms = NORM_PLACES.flatMap((place) => {
    const norm = block.norms[place];
    return norm === undefined
      ? []
      : [[place, planNorm(transformer, norm.bias !== undefined)] as const];
  });
  return {
    dModel: shape.dModel,
    dHead: shape.dHead,
    kvHeads: shape.nKvHeads,
    groupSize: shape.nHeads / shape.nKvHeads,
    placement: shape.normPlacement,
    parallel: forward.parallel,
    norms: Object.fromEntries(norms),
    biases: Object.keys(forward.biases[layer] ?? {}) as BiasedPart[],
    gated: block.feedForward.W_gate !== undefined,
    activation: forward.activation,
    attentionScale: forward.attentionScales[layer] ?? NaN,
    attentionCap: forward.attentionCap,
    rotary: rotary === undefined ? null : { pairing: rotary.pairing, width: rotary.width },
    scoresBiased: forward.causal || forward.alibiSlopes !== null,
  };
}

/** A norm of this model, with or without shifts. */
export function planNorm({ shape, forward }: Transformer, biased: boolean): NormPlan {
  if (typeof forward === 'string') {
    throw new TypeError('This model cannot be run.');
  }
  return { kind: shape.norm, epsilon: forward.normEpsilon, biased };
}
