import type { ArchitectureAdapter } from '../adapter';
import { linear } from '../adapter';

/** BERT: post-norm; older files say gamma for a norm's weight. Pooler and next-sentence head are not read. */
export const bert = {
  modelTypes: ['bert'],
  sizes: {
    nLayers: { keys: ['num_hidden_layers'], absent: 12 },
    nHeads: { keys: ['num_attention_heads'], absent: 12 },
    dModel: { keys: ['hidden_size'], absent: 768 },
    dFf: { keys: ['intermediate_size'], absent: 3072 },
  },
  tiedByDefault: true,
  prefixes: ['bert.', ''],
  embedding: ['embeddings.word_embeddings.weight'],
  positions: {
    kind: 'learned',
    names: ['embeddings.position_embeddings.weight'],
    skippedRows: 0,
  },
  stack: {
    path: 'encoder.layer.{}.',
    attention: {
      Q: linear('attention.self.query.weight'),
      K: linear('attention.self.key.weight'),
      V: linear('attention.self.value.weight'),
      O: linear('attention.output.dense.weight'),
    },
    feedForward: {
      in: linear('intermediate.dense.weight'),
      out: linear('output.dense.weight'),
    },
    norms: {
      attentionPost: ['attention.output.LayerNorm.weight', 'attention.output.LayerNorm.gamma'],
      feedForwardPost: ['output.LayerNorm.weight', 'output.LayerNorm.gamma'],
    },
  },
  norm: { kind: 'layernorm', placement: 'post', plusOne: false },
  output: ['cls.predictions.decoder.weight'],
  classifier: ['classifier.weight'],
  forward: {
    causal: false,
    activation: { keys: ['hidden_act'], absent: 'gelu' },
    normEpsilon: { keys: ['layer_norm_eps'], absent: 1e-12 },
    embeddingNorm: ['embeddings.LayerNorm.weight', 'embeddings.LayerNorm.gamma'],
    tokenTypes: ['embeddings.token_type_embeddings.weight'],
    only: [
      { key: 'position_embedding_type', values: ['absolute'] },
      { key: 'is_decoder', values: [false] },
      { key: 'add_cross_attention', values: [false] },
    ],
    sequenceClassifier: {
      pool: 'first',
      dense: { names: ['pooler.dense.weight'], activation: 'tanh' },
    },
  },
  buffers: ['embeddings.position_ids', 'embeddings.token_type_ids'],
} satisfies ArchitectureAdapter;
