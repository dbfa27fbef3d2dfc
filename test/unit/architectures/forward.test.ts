import { describe, expect, it } from 'vitest';
import type { ArchitectureAdapter } from '../../../src/core/architectures/adapter';
import { configEntries } from '../../../src/core/architectures/config';
import { gpt2 } from '../../../src/core/architectures/families/gpt2';
import { findEmbedding } from '../../../src/core/architectures/modelTensors';
import { resolveAs, resolveTransformer } from '../../../src/core/architectures/resolve';
import type { ForwardPass, Transformer } from '../../../src/core/model/transformer';
import {
  BERT_CONFIG,
  bertShapes,
  GPT2_CONFIG,
  gpt2Shapes,
  LLAMA_CONFIG,
  llamaShapes,
  NEOX_CONFIG,
  neoxShapes,
  tensorsOf,
  type Shapes,
} from './support/synthetic';

type Config = Readonly<Record<string, unknown>>;

function passOf({ forward }: Transformer): ForwardPass {
  if (typeof forward === 'string') {
    throw new Error(forward);
  }
  return forward;
}

function gpt2Pass(config: Config = {}, shapes: Shapes = gpt2Shapes()): ForwardPass {
  return passOf(resolveTransformer({ ...GPT2_CONFIG, ...config }, tensorsOf(shapes)));
}

const LLAMA_RUNS = { ...LLAMA_CONFIG, head_dim: 4 };

function llamaPass(config: Config = {}): ForwardPass {
  const shapes = {
    ...llamaShapes(),
    ...Object.fromEntries(
      [0, 1].flatMap((layer) =>
        [
          ['q', [16, 8]],
          ['k', [8, 8]],
          ['v', [8, 8]],
          ['o', [8, 16]],
        ].map(([part, shape]) => [
          `model.layers.${layer}.self_attn.${String(part)}_proj.weight`,
          shape,
        ]),
      ),
    ),
  } as Shapes;
  return passOf(resolveTransformer({ ...LLAMA_RUNS, ...config }, tensorsOf(shapes)));
}

/** BERT with all that goes into its first block. */
function bertWhole(more: Shapes = {}): Shapes {
  return { ...bertShapes(), 'bert.embeddings.token_type_embeddings.weight': [2, 8], ...more };
}

describe('what running a model needs', () => {
  it('has the defaults of transformers where config.json is silent', () => {
    expect(gpt2Pass()).toMatchObject({
      activation: 'geluTanh',
      normEpsilon: 1e-5,
      causal: true,
      parallel: false,
      attentionScales: [0.5, 0.5],
      windows: [null, null],
      maxTokens: 16,
    });
    expect(llamaPass()).toMatchObject({
      activation: 'silu',
      normEpsilon: 1e-6,
      attentionScales: [0.5, 0.5],
      maxTokens: 2048,
    });
    const bert = passOf(resolveTransformer(BERT_CONFIG, tensorsOf(bertWhole())));
    expect(bert).toMatchObject({ causal: false, normEpsilon: 1e-12, maxTokens: 16 });
    expect(bert.tokenTypes?.tensor).toBe('bert.embeddings.token_type_embeddings.weight');
    const neox = passOf(
      resolveTransformer({ ...NEOX_CONFIG, rotary_pct: 0.5 }, tensorsOf(neoxShapes())),
    );
    expect(neox).toMatchObject({ parallel: true, activation: 'gelu' });
  });

  it('follows the switches of GPT-2', () => {
    expect(gpt2Pass({ scale_attn_weights: false }).attentionScales).toEqual([1, 1]);
    expect(gpt2Pass({ scale_attn_by_inverse_layer_idx: true }).attentionScales).toEqual([
      0.5, 0.25,
    ]);
    expect(gpt2Pass({ activation_function: 'relu' }).activation).toBe('relu');
  });

  it('knows which layers have a window', () => {
    expect(llamaPass({ model_type: 'mistral', sliding_window: 7 }).windows).toEqual([7, 7]);
    expect(llamaPass({ model_type: 'mistral' }).windows).toEqual([4096, 4096]);
    expect(llamaPass({ model_type: 'mistral', sliding_window: null }).windows).toEqual([
      null,
      null,
    ]);
    const qwen = { model_type: 'qwen2', sliding_window: 5, max_window_layers: 1 };
    expect(llamaPass(qwen).windows).toEqual([null, null]);
    expect(llamaPass({ ...qwen, use_sliding_window: true }).windows).toEqual([null, 5]);
    const types = ['sliding_attention', 'full_attention'];
    expect(llamaPass({ ...qwen, use_sliding_window: true, layer_types: types }).windows).toEqual([
      5,
      null,
    ]);
  });

  it('finds biases where the rows of their matrices lie', () => {
    const shapes = Object.fromEntries(
      [0, 1].map((layer) => [`transformer.h.${layer}.attn.c_attn.bias`, [24]]),
    );
    const { biases } = gpt2Pass({}, { ...gpt2Shapes(), ...shapes });
    expect(biases[1]?.K).toEqual({
      tensor: 'transformer.h.1.attn.c_attn.bias',
      length: 8,
      offset: 8,
      blockLength: 8,
      blockStride: 24,
    });
    expect(Object.keys(biases[0] ?? {})).toEqual(['Q', 'K', 'V']);
  });
});

describe('a model that cannot be run is refused by its name', () => {
  function refusal(config: Config, shapes: Shapes): string {
    const { forward } = resolveTransformer(config, tensorsOf(shapes));
    return typeof forward === 'string' ? forward : 'it can be run';
  }

  it.each<[string, Config, Shapes, RegExp]>([
    [
      'an activation that is not known',
      { ...GPT2_CONFIG, activation_function: 'mish' },
      gpt2Shapes(),
      /\(gpt2\): its activation "mish" is not known/u,
    ],
    [
      'an activation that is no name',
      { ...GPT2_CONFIG, activation_function: 3 },
      gpt2Shapes(),
      /activation_function 3, which is not understood/u,
    ],
    [
      'cross-attention',
      { ...GPT2_CONFIG, add_cross_attention: true },
      gpt2Shapes(),
      /add_cross_attention true, which changes its blocks/u,
    ],
    [
      'a decoder that is a BERT',
      { ...BERT_CONFIG, is_decoder: true },
      bertWhole(),
      /is_decoder true/u,
    ],
    [
      'rotation that cannot be told',
      { ...LLAMA_CONFIG, rope_scaling: { rope_type: 'odd' } },
      llamaShapes(),
      /how it rotates positions/u,
    ],
    ['token types that are missing', BERT_CONFIG, bertShapes(), /token types .* not in the file/u],
    [
      'a bias in one layer alone',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.h.1.mlp.c_fc.bias': [32] },
      /layer 1 has other biases than layer 0/u,
    ],
    [
      'a bias of another length',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.h.0.mlp.c_fc.bias': [31] },
      /c_fc\.bias has the shape \[31\], but \[32\] is expected/u,
    ],
    [
      'layer types that are not known',
      { ...LLAMA_RUNS, model_type: 'mistral', head_dim: 3, layer_types: ['mamba', 'mamba'] },
      llamaShapes(),
      /not covered \(mistral\)/u,
    ],
  ])('%s', (_, config, shapes, sentence) => {
    expect(refusal(config, shapes)).toMatch(sentence);
  });

  it('norms that are missing', () => {
    const shapes = Object.fromEntries(
      Object.entries(gpt2Shapes()).filter(([name]) => !name.includes('h.1.ln_2')),
    );
    expect(refusal(GPT2_CONFIG, shapes)).toMatch(/norms of layer 1 are not in the file/u);
  });

  it.each<[string, Partial<ArchitectureAdapter>, RegExp]>([
    ['a family that is not described', { forward: undefined } as never, /not described here/u],
    ['relative positions', { positions: { kind: 'relative' } }, /relative positions/u],
  ])('%s', (_, changed, sentence) => {
    const adapter = { ...gpt2, ...changed };
    const tensors = tensorsOf(gpt2Shapes());
    const embedding = findEmbedding(adapter, tensors);
    if (embedding === undefined) {
      throw new Error('no embedding');
    }
    const recognised = { adapter, modelType: 'gpt2', embedding };
    expect(resolveAs(recognised, configEntries(GPT2_CONFIG), tensors).forward).toMatch(sentence);
  });
});

describe('the head of a classifier', () => {
  function head(config: Config, shapes: Shapes) {
    return resolveTransformer(config, tensorsOf(shapes)).classifier;
  }
  const score = { 'score.weight': [2, 8] };

  it('of a decoder judges by the last token, of a token classifier by every token', () => {
    expect(head(GPT2_CONFIG, { ...gpt2Shapes(), ...score })?.pool).toBe('last');
    const tokens = { 'classifier.weight': [2, 8], 'classifier.bias': [2] };
    const found = head(GPT2_CONFIG, { ...gpt2Shapes(), ...tokens });
    expect(found).toMatchObject({ bias: 'classifier.bias' });
    expect(found).not.toHaveProperty('pool');
  });

  it('is what config.json says it is', () => {
    const config = { ...LLAMA_CONFIG, architectures: ['LlamaForTokenClassification'] };
    expect(head(config, { ...llamaShapes(), ...score })).not.toHaveProperty('pool');
    const sequence = { ...LLAMA_CONFIG, architectures: ['LlamaForSequenceClassification'] };
    expect(head(sequence, { ...llamaShapes(), ...score })?.pool).toBe('last');
    expect(head(sequence, { ...llamaShapes(), ...score })).not.toHaveProperty('padding');
    const padded = { ...sequence, pad_token_id: 2 };
    expect(head(padded, { ...llamaShapes(), ...score })?.padding).toBe(2);
  });

  it('of an encoder judges by the first token, after a layer of its own', () => {
    const classifier = { 'classifier.weight': [3, 8], 'classifier.bias': [3] };
    const pooler = { 'bert.pooler.dense.weight': [8, 8], 'bert.pooler.dense.bias': [8] };
    expect(head(BERT_CONFIG, bertWhole({ ...classifier, ...pooler }))).toMatchObject({
      pool: 'first',
      dense: { activation: 'tanh', bias: 'bert.pooler.dense.bias' },
    });
    expect(head(BERT_CONFIG, bertWhole(classifier))).not.toHaveProperty('pool');
  });

  it('that lacks its layer cannot be run', () => {
    const config = { ...BERT_CONFIG, architectures: ['BertForSequenceClassification'] };
    const found = head(config, bertWhole({ 'classifier.weight': [3, 8] }));
    expect(found?.problem).toMatch(/pooler\.dense\.weight\) is not in the file/u);
  });
});
