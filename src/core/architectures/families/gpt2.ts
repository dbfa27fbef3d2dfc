import type { ArchitectureAdapter } from '../adapter';
import { fusedSources } from '../adapter';

/** GPT-2: Conv1D everywhere, Q | K | V side by side; saved with and without `transformer.`. */
export const gpt2: ArchitectureAdapter = {
  modelTypes: ['gpt2'],
  sizes: {
    nLayers: { keys: ['n_layer', 'num_hidden_layers'], absent: 12 },
    nHeads: { keys: ['n_head', 'num_attention_heads'], absent: 12 },
    dModel: { keys: ['n_embd', 'hidden_size'], absent: 768 },
    dFf: { keys: ['n_inner'], absent: '4 d_model', null: '4 d_model' },
  },
  tiedByDefault: true,
  prefixes: ['transformer.', ''],
  embedding: ['wte.weight'],
  positions: { kind: 'learned', names: ['wpe.weight'], skippedRows: 0 },
  stack: {
    path: 'h.{}.',
    attention: {
      ...fusedSources(['attn.c_attn.weight'], 'conv1d', 1, ['Q', 'K', 'V']),
      O: { names: ['attn.c_proj.weight'], layout: 'conv1d' },
    },
    feedForward: {
      in: { names: ['mlp.c_fc.weight'], layout: 'conv1d' },
      out: { names: ['mlp.c_proj.weight'], layout: 'conv1d' },
    },
    norms: { attention: ['ln_1.weight'], feedForward: ['ln_2.weight'] },
    finalNorm: ['ln_f.weight'],
  },
  norm: { kind: 'layernorm', placement: 'pre', plusOne: false },
  output: ['lm_head.weight'],
  classifier: ['score.weight', 'classifier.weight'],
  forward: {
    causal: true,
    activation: { keys: ['activation_function'], absent: 'gelu_new' },
    normEpsilon: { keys: ['layer_norm_epsilon'], absent: 1e-5 },
    attention: {
      scaled: { keys: ['scale_attn_weights'], absent: true },
      dividedByLayer: { keys: ['scale_attn_by_inverse_layer_idx'], absent: false },
    },
    only: [{ key: 'add_cross_attention', values: [false] }],
    sequenceClassifier: { pool: 'last' },
  },
  buffers: ['.attn.bias', '.attn.masked_bias'],
};
