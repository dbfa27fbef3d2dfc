import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { alibiSlopes } from '../../../../src/core/architectures/alibi';
import type { Activation, ForwardPass } from '../../../../src/core/model/transformer';
import { gaussianGenerator } from '../../../../src/core/projection/seeded';
import { blockGraph, weightNames } from '../../../../src/engine/forward/blockGraph';
import type { BlockPlan, NormPlan, WeightName } from '../../../../src/engine/forward/blockPlan';
import { rotaryTables, scoreBias } from '../../../../src/engine/forward/positions';
import { OnnxSessions } from '../../../../src/engine/onnx/onnxSessions';
import { integers, type TensorData } from '../../../../src/engine/onnx/tensors';
import type { Rows } from '../../../support/plainForward/arithmetic';
import { plainBlock } from '../../../support/plainForward/block';

/** Float32 sums of at most 24 products of size about 1, several deep, against float64. */
const TOLERANCE = 1e-4;

const runtime = new OnnxSessions(1);
afterAll(() => runtime.dispose());

const D_MODEL = 8;
const D_FF = 12;
const TOKENS = 7;
const TEXTS = 2;

const normPlan = fc.record({
  kind: fc.constantFrom('layernorm' as const, 'rmsnorm' as const),
  epsilon: fc.constantFrom(1e-5, 1e-3),
  biased: fc.boolean(),
});

const rotaries = fc.constantFrom(
  null,
  { pairing: 'half' as const, width: 6 },
  { pairing: 'half' as const, width: 2 },
  { pairing: 'interleaved' as const, width: 6 },
  { pairing: 'interleaved' as const, width: 4 },
);

const ACTIVATIONS: readonly Activation[] = [
  ...(['gelu', 'geluTanh', 'quickGelu'] as const),
  ...(['relu', 'reluSquared', 'silu'] as const),
];

type Positions = 'none' | 'causal' | 'window' | 'alibi';

const cases = fc
  .record({
    kvHeads: fc.constantFrom(1, 2),
    groupSize: fc.constantFrom(1, 3),
    placement: fc.constantFrom('pre' as const, 'post' as const, 'sandwich' as const),
    parallel: fc.boolean(),
    norm: normPlan,
    biased: fc.boolean(),
    gated: fc.boolean(),
    activation: fc.constantFrom(...ACTIVATIONS),
    attentionCap: fc.constantFrom(null, 2),
    rotary: rotaries,
    positions: fc.constantFrom<Positions>('none', 'causal', 'window', 'alibi'),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ norm, biased, positions, seed, ...plan }) => ({
    positions,
    seed,
    plan: {
      ...plan,
      dModel: D_MODEL,
      dHead: 6,
      attentionScale: 0.7,
      norms: normsOf(plan.placement, norm),
      biases: biased ? (['Q', 'V', 'O', 'in', 'out'] as const) : [],
      scoresBiased: positions !== 'none',
    } satisfies BlockPlan,
  }));

function normsOf(placement: BlockPlan['placement'], norm: NormPlan): BlockPlan['norms'] {
  const before = { attention: norm, feedForward: norm };
  const after = { attentionPost: norm, feedForwardPost: norm };
  return placement === 'pre' ? before : placement === 'post' ? after : { ...before, ...after };
}

function sizeOf(name: WeightName, { kvHeads, groupSize, dHead }: BlockPlan): [number, number] {
  const heads = kvHeads * groupSize * dHead;
  const rows = { Q: heads, O: heads, K: kvHeads * dHead, V: kvHeads * dHead };
  const part = name.slice(2);
  const length = part in rows ? rows[part as keyof typeof rows] : D_FF;
  if (name.startsWith('W_')) {
    return [length, D_MODEL];
  }
  return [1, name.startsWith('b_') && part !== 'O' && part !== 'out' ? length : D_MODEL];
}

function passOf(positions: Positions, heads: number): ForwardPass {
  return {
    activation: 'gelu',
    normEpsilon: 1,
    causal: positions !== 'none',
    parallel: false,
    attentionScales: [],
    windows: [positions === 'window' ? 3 : null],
    attentionCap: null,
    alibiSlopes: positions === 'alibi' ? alibiSlopes(heads) : null,
    embeddingScale: 1,
    tokenTypes: null,
    embeddingNorm: null,
    biases: [],
    maxTokens: TOKENS,
  };
}

/** What the papers add to scores. */
function plainBias(positions: Positions, heads: number) {
  const slopes = alibiSlopes(heads);
  return (head: number, query: number, key: number): number => {
    if (positions === 'none') {
      return 0;
    }
    if (key > query || (positions === 'window' && query - key >= 3)) {
      return -Infinity;
    }
    return positions === 'alibi' ? (key - query) * (slopes[head] ?? NaN) : 0;
  };
}

function flat(rows: Rows, shape: readonly number[]): TensorData {
  return { data: Float32Array.from(rows.flat()), shape };
}

describe('the graph of a block', () => {
  it('computes what its plan says, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ plan, positions, seed }) => {
        const random = gaussianGenerator(seed);
        const rows = (count: number, width: number): Rows =>
          Array.from({ length: count }, () =>
            Array.from({ length: width }, () => Math.fround(random())),
          );
        const weights = Object.fromEntries(
          weightNames(plan).map((name) => [name, rows(...sizeOf(name, plan))]),
        ) as Partial<Record<WeightName, Rows>>;
        const texts = Array.from({ length: TEXTS }, () => rows(TOKENS, D_MODEL));
        const frequencies = Array.from(
          { length: (plan.rotary?.width ?? 0) / 2 },
          (_, pair) => 0.9 / (pair + 1),
        );
        const heads = plan.kvHeads * plan.groupSize;
        const feeds = {
          x: flat(texts.flat(), [TEXTS * TOKENS, D_MODEL]),
          lengths: integers(TEXTS, TOKENS),
          ...Object.fromEntries(
            Object.entries(weights).map(([name, value]) => {
              const width = value[0]?.length ?? 0;
              return [name, flat(value, name.startsWith('W_') ? [value.length, width] : [width])];
            }),
          ),
          ...(plan.rotary === null
            ? {}
            : rotaryTables({ ...plan.rotary, frequencies, amplitude: 1 }, TOKENS)),
          ...(positions === 'none'
            ? {}
            : { scoreBias: scoreBias(passOf(positions, heads), 0, plan.kvHeads, TOKENS) }),
        };
        const output = await runtime.run(JSON.stringify(plan), () => blockGraph(plan, true), feeds);
        const bias = plainBias(positions, heads);
        const wanted = texts.map((x) => plainBlock({ plan, weights, frequencies, bias }, x));
        for (const part of ['y', 'neurons'] as const) {
          const plain = wanted.flatMap((each) => each[part]).flat();
          const scale = Math.max(1, ...plain.map(Math.abs));
          const worst = plain.reduce(
            (most, value, i) => Math.max(most, Math.abs(value - (output(part)[i] ?? NaN))),
            0,
          );
          expect(worst / scale).toBeLessThan(TOLERANCE);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('slopes of ALiBi', () => {
  it('are powers of two for a power of two', () => {
    expect(alibiSlopes(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((power) => 2 ** -power));
  });

  it('fill the gap with every other one of twice as many heads', () => {
    expect(alibiSlopes(6)).toEqual([2, 4, 6, 8, 1, 3].map((power) => 2 ** -power));
    expect(alibiSlopes(3)).toEqual([4, 8, 2].map((power) => 2 ** -power));
    expect(alibiSlopes(1)).toEqual([2 ** -8]);
  });
});
