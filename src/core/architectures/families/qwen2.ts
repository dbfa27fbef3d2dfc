import type { ArchitectureAdapter } from '../adapter';
import { llama } from './llama';

/** Qwen2: Llama's layout with biases on Q, K and V (no part of a row) and other defaults. */
export const qwen2: ArchitectureAdapter = {
  ...llama,
  modelTypes: ['qwen2'],
  sizes: {
    ...llama.sizes,
    nKvHeads: { keys: ['num_key_value_heads'], absent: 32, null: 'n_heads' },
    dFf: { keys: ['intermediate_size'], absent: 22_016 },
  },
  forward: {
    ...llama.forward,
    maxTokens: { keys: ['max_position_embeddings'], absent: 32_768 },
    window: {
      size: { keys: ['sliding_window'], absent: 4096 },
      used: { keys: ['use_sliding_window'], absent: false },
      fromLayer: { keys: ['max_window_layers'], absent: 28 },
    },
  },
};
