import type { ArchitectureAdapter } from '../adapter';
import { llama } from './llama';

/** Mistral: Llama's layout with other defaults. */
export const mistral: ArchitectureAdapter = {
  ...llama,
  modelTypes: ['mistral'],
  sizes: {
    ...llama.sizes,
    nKvHeads: { keys: ['num_key_value_heads'], absent: 8, null: 'n_heads' },
    dFf: { keys: ['intermediate_size'], absent: 14_336 },
  },
  forward: {
    ...llama.forward,
    maxTokens: { keys: ['max_position_embeddings'], absent: 131_072 },
    window: { size: { keys: ['sliding_window'], absent: 4096 } },
  },
};
