import type { ArchitectureAdapter } from '../adapter';
import { fusedSources, linear } from '../adapter';

/** GPT-NeoX and Pythia: Q, K, V interleaved by head; both norms read the same stream (parallel residual). */
export const gptNeox: ArchitectureAdapter = {
  modelTypes: ['gpt_neox'],
  sizes: {
    nLayers: { keys: ['num_hidden_layers'], absent: 44 },
    nHeads: { keys: ['num_attention_heads'], absent: 64 },
    dModel: { keys: ['hidden_size'], absent: 6144 },
    dFf: { keys: ['intermediate_size'], absent: 24_576 },
  },
  tiedByDefault: false,
  prefixes: ['gpt_neox.', ''],
  embedding: ['embed_in.weight'],
  positions: {
    kind: 'rotary',
    rotation: {
      base: { keys: ['rope_theta', 'rotary_emb_base'], absent: 10_000 },
      share: { keys: ['partial_rotary_factor', 'rotary_pct'], absent: 0.25 },
      pairing: 'half',
    },
  },
  stack: {
    path: 'layers.{}.',
    attention: {
      ...fusedSources(['attention.query_key_value.weight'], 'linear', 'nHeads', ['Q', 'K', 'V']),
      O: linear('attention.dense.weight'),
    },
    feedForward: {
      in: linear('mlp.dense_h_to_4h.weight'),
      out: linear('mlp.dense_4h_to_h.weight'),
    },
    norms: {
      attention: ['input_layernorm.weight'],
      feedForward: ['post_attention_layernorm.weight'],
    },
    finalNorm: ['final_layer_norm.weight'],
  },
  norm: { kind: 'layernorm', placement: 'pre', plusOne: false },
  output: ['embed_out.weight', 'lm_head.weight'],
  classifier: ['score.weight', 'classifier.weight'],
  forward: {
    causal: true,
    activation: { keys: ['hidden_act'], absent: 'gelu' },
    normEpsilon: { keys: ['layer_norm_eps'], absent: 1e-5 },
    parallel: { keys: ['use_parallel_residual'], absent: true },
    maxTokens: { keys: ['max_position_embeddings'], absent: 2048 },
    sequenceClassifier: { pool: 'last' },
  },
  buffers: ['.attention.bias', '.attention.masked_bias', '.rotary_emb.inv_freq'],
};
