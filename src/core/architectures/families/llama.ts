import type { ArchitectureAdapter } from '../adapter';
import { linear } from '../adapter';

/** Llama: gated MLP, grouped queries, RMSNorm, rotary positions. */
export const llama = {
  modelTypes: ['llama'],
  sizes: {
    nLayers: { keys: ['num_hidden_layers'], absent: 32 },
    nHeads: { keys: ['num_attention_heads'], absent: 32 },
    nKvHeads: { keys: ['num_key_value_heads'], absent: 'n_heads', null: 'n_heads' },
    dModel: { keys: ['hidden_size'], absent: 4096 },
    dHead: { keys: ['head_dim'], absent: 'd_model / n_heads', null: 'd_model / n_heads' },
    dFf: { keys: ['intermediate_size'], absent: 11_008 },
  },
  tiedByDefault: false,
  prefixes: ['model.', '', 'transformer.'],
  embedding: ['embed_tokens.weight'],
  positions: {
    kind: 'rotary',
    rotation: { base: { keys: ['rope_theta'], absent: 10_000 }, pairing: 'half' },
  },
  stack: {
    path: 'layers.{}.',
    attention: {
      Q: linear('self_attn.q_proj.weight'),
      K: linear('self_attn.k_proj.weight'),
      V: linear('self_attn.v_proj.weight'),
      O: linear('self_attn.o_proj.weight'),
    },
    feedForward: {
      in: linear('mlp.up_proj.weight'),
      gate: linear('mlp.gate_proj.weight'),
      out: linear('mlp.down_proj.weight'),
    },
    norms: {
      attention: ['input_layernorm.weight'],
      feedForward: ['post_attention_layernorm.weight'],
    },
    finalNorm: ['norm.weight'],
  },
  norm: { kind: 'rmsnorm', placement: 'pre', plusOne: false },
  output: ['lm_head.weight'],
  classifier: ['score.weight', 'classifier.weight'],
  forward: {
    causal: true,
    activation: { keys: ['hidden_act'], absent: 'silu' },
    normEpsilon: { keys: ['rms_norm_eps'], absent: 1e-6 },
    maxTokens: { keys: ['max_position_embeddings'], absent: 2048 },
    sequenceClassifier: { pool: 'last' },
  },
  buffers: ['.rotary_emb.inv_freq'],
} satisfies ArchitectureAdapter;
