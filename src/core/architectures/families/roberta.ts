import type { ArchitectureAdapter } from '../adapter';
import { bert } from './bert';

/** RoBERTa: BERT's layout; positions begin after the row of the padding id (usually at row 2), heads have other names. */
export const roberta: ArchitectureAdapter = {
  ...bert,
  modelTypes: ['roberta'],
  prefixes: ['roberta.', ''],
  positions: {
    kind: 'learned',
    names: ['embeddings.position_embeddings.weight'],
    skippedRows: { upToId: { keys: ['pad_token_id'], absent: 1 } },
  },
  output: ['lm_head.decoder.weight', 'lm_head.weight'],
  classifier: ['classifier.out_proj.weight', 'classifier.weight'],
  forward: {
    ...bert.forward,
    sequenceClassifier: {
      pool: 'first',
      dense: { names: ['classifier.dense.weight'], activation: 'tanh' },
    },
  },
};
