/** Whether translated blocks can be stored as a checkpoint of the base's own format, which has one config.json for all layers. */
import { createHash } from 'node:crypto';
import type {
  ForwardPass,
  NormPlacement,
  RotaryPositions,
  Transformer,
} from '../../../core/model/transformer';
import { planBlock, type BlockPlan } from '../../forward/blockPlan';

/** What config.json says once for all layers, in words. */
interface LayerFact {
  readonly name: string;
  readonly of: (input: FactInput) => string;
}

/** Digits of what stands in a sentence for a list that is too long for one. */
const DIGEST_DIGITS = 8;

interface FactInput {
  readonly plan: BlockPlan;
  readonly transformer: Transformer;
  readonly pass: ForwardPass;
  readonly layer: number;
}

/** Some scalings keep the slowest and change others, so that all of them have a part in it. */
function frequenciesOf({ frequencies }: RotaryPositions): string {
  const all = createHash('sha256').update(frequencies.join()).digest('hex').slice(0, DIGEST_DIGITS);
  return `${frequencies.at(-1)} at the slowest and ${all} as the digest of all frequencies`;
}

const PLACES: Readonly<Record<NormPlacement, string>> = {
  pre: 'before sublayers',
  post: 'after sublayers',
  sandwich: 'before and after sublayers',
};

const FACTS: readonly LayerFact[] = [
  { name: 'norms stand', of: ({ plan }) => PLACES[plan.placement] },
  {
    name: 'norms are',
    of: ({ transformer, pass }) => `${transformer.shape.norm} with epsilon ${pass.normEpsilon}`,
  },
  { name: 'blocks have norms of', of: ({ plan }) => Object.keys(plan.norms).sort().join(' and ') },
  {
    name: 'attention heads are',
    of: ({ plan: { kvHeads, groupSize, dHead } }) =>
      `${kvHeads * groupSize} of ${dHead} dimensions with ${kvHeads} of keys and values`,
  },
  { name: 'neurons of a layer (d_ff) are', of: ({ transformer }) => `${transformer.shape.dFf}` },
  { name: 'the feed-forward is', of: ({ plan }) => (plan.gated ? 'gated' : 'not gated') },
  { name: 'the activation is', of: ({ plan }) => plan.activation },
  {
    name: 'the sublayers run',
    of: ({ plan }) => (plan.parallel ? 'side by side' : 'one after the other'),
  },
  {
    name: 'positions inside blocks are',
    of: ({ transformer: { rotary }, pass: { alibiSlopes } }) =>
      rotary === undefined
        ? (alibiSlopes?.join() ?? 'none')
        : `rotary (${rotary.pairing}, ${rotary.width} dimensions, ${frequenciesOf(rotary)}, times ${rotary.amplitude})`,
  },
  {
    name: 'a token sees',
    of: ({ pass: { causal, windows }, layer }) =>
      `${causal ? 'those before it' : 'all'}, ${windows[layer] ?? 'any number'} at most`,
  },
  {
    name: 'products of attention are',
    of: ({ plan: { attentionScale, attentionCap } }) =>
      `scaled by ${attentionScale}${attentionCap === null ? '' : ` and capped at ${attentionCap}`}`,
  },
];

function factInput(transformer: Transformer, layer: number): FactInput {
  const { forward: pass } = transformer;
  if (typeof pass === 'string') {
    throw new TypeError('This model cannot be run.');
  }
  return { plan: planBlock(transformer, layer), transformer, pass, layer };
}

/** Names of the two models in sentences. */
export interface FormNames {
  readonly tuned: string;
  readonly base: string;
}

/**
 * Why the format of B cannot hold blocks of A beside its own, a whole sentence; undefined where it can.
 * @param layers of the translated model
 */
export function formProblem(
  base: Transformer,
  translated: Transformer,
  layers: readonly number[],
  { tuned, base: baseName }: FormNames,
): string | undefined {
  const first = factInput(base, 0);
  const others = [
    ...base.blocks.map((_, layer) => ({ name: baseName, input: factInput(base, layer) })),
    ...layers.map((layer) => ({ name: tuned, input: factInput(translated, layer) })),
  ];
  for (const { name, of } of FACTS) {
    const wanted = of(first);
    const odd = others.find(({ input }) => of(input) !== wanted);
    if (odd !== undefined) {
      return `A checkpoint like ${baseName} cannot hold these blocks: there ${name} ${wanted}, and in layer ${odd.input.layer} of ${odd.name} ${of(odd.input)}.`;
    }
  }
  const held = first.plan.biases;
  const lacking = layers
    .flatMap((layer) => planBlock(translated, layer).biases)
    .find((part) => !held.includes(part));
  return lacking === undefined
    ? undefined
    : `A checkpoint like ${baseName} cannot hold these blocks: its ${lacking} has no bias, and that of ${tuned} has one.`;
}
