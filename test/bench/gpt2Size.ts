import type { VocabularyMatrix } from '../../src/core/projection/backend';
import { gaussianGenerator } from '../../src/core/projection/seeded';
import type { Matrix } from '../../src/core/tensor/matrix';
import { memoryMatrix } from '../support/memoryMatrix';

/** The sizes of GPT-2: width, vocabulary, neurons of a layer. */
export const D_MODEL = 768;
export const D_VOCAB = 50_257;
export const D_FF = 3072;
export const TOP = 50;
export const RUN_ROWS = 128;

/** A matrix of standard normal numbers. */
export function gaussianMatrix(rows: number, cols: number, seed: number): Matrix {
  const gauss = gaussianGenerator(seed);
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = gauss();
  }
  return { rows, cols, data };
}

export function gaussianVocabulary(): VocabularyMatrix {
  return memoryMatrix(gaussianMatrix(D_VOCAB, D_MODEL, 1));
}
