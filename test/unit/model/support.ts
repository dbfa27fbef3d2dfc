import { resolveTransformer } from '../../../src/core/architectures/resolve';
import type { Transformer } from '../../../src/core/model/transformer';
import {
  GPT2_CONFIG,
  gpt2Shapes,
  LLAMA_CONFIG,
  llamaShapes,
  tensorsOf,
} from '../architectures/support/synthetic';

/** 2 layers, 2 heads of 4, 32 neurons, 24 tokens, 16 positions. */
export function smallGpt2(): Transformer {
  return resolveTransformer(GPT2_CONFIG, tensorsOf(gpt2Shapes()));
}

/** 2 layers, 4 heads of 3 that share 2 key heads, 10 gated neurons, 24 tokens. */
export function smallLlama(): Transformer {
  return resolveTransformer(LLAMA_CONFIG, tensorsOf(llamaShapes()));
}

/** The same GPT-2 as a classifier with these labels. */
export function smallClassifier(labels: readonly string[]): Transformer {
  const tensors = tensorsOf({ ...gpt2Shapes(), 'score.weight': [labels.length, 8] });
  const id2label = Object.fromEntries(labels.entries());
  return resolveTransformer({ ...GPT2_CONFIG, id2label }, tensors);
}
