import type { ArchitectureAdapter } from '../adapter';
import { linear } from '../adapter';

/** DistilBERT: post-norm, its own names throughout. */
export const distilbert: ArchitectureAdapter = {
  modelTypes: ['distilbert'],
  sizes: {
    nLayers: { keys: ['n_layers', 'num_hidden_layers'], absent: 6 },
    nHeads: { keys: ['n_heads', 'num_attention_heads'], absent: 12 },
    dModel: { keys: ['dim', 'hidden_size'], absent: 768 },
    dFf: { keys: ['hidden_dim'], absent: 3072 },
  },
  tiedByDefault: true,
  prefixes: ['distilbert.', ''],
  embedding: ['embeddings.word_embeddings.weight'],
  positions: {
    kind: 'learned',
    names: ['embeddings.position_embeddings.weight'],
    skippedRows: 0,
  },
  stack: {
    path: 'transformer.layer.{}.',
    attention: {
      Q: linear('attention.q_lin.weight'),
      K: linear('attention.k_lin.weight'),
      V: linear('attention.v_lin.weight'),
      O: linear('attention.out_lin.weight'),
    },
    feedForward: {
      in: linear('ffn.lin1.weight'),
      out: linear('ffn.lin2.weight'),
    },
    norms: {
      attentionPost: ['sa_layer_norm.weight'],
      feedForwardPost: ['output_layer_norm.weight'],
    },
  },
  norm: { kind: 'layernorm', placement: 'post', plusOne: false },
  output: ['vocab_projector.weight'],
  classifier: ['classifier.weight'],
  forward: {
    causal: false,
    activation: { keys: ['activation'], absent: 'gelu' },
    normEpsilon: 1e-12,
    embeddingNorm: ['embeddings.LayerNorm.weight'],
    sequenceClassifier: {
      pool: 'first',
      dense: { names: ['pre_classifier.weight'], activation: 'relu' },
    },
  },
  buffers: ['embeddings.position_ids'],
};
