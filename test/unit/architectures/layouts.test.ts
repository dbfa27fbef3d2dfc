import { describe, expect, it } from 'vitest';
import { fusedSources, type ArchitectureAdapter } from '../../../src/core/architectures/adapter';
import { configEntries } from '../../../src/core/architectures/config';
import { gptNeox } from '../../../src/core/architectures/families/gptNeox';
import { findEmbedding } from '../../../src/core/architectures/modelTensors';
import { resolveAs, resolveTransformer } from '../../../src/core/architectures/resolve';
import { countParameters } from '../../../src/core/architectures/parameters';
import {
  BERT_CONFIG,
  bertShapes,
  DISTILBERT_CONFIG,
  distilbertShapes,
  GPT2_CONFIG,
  gpt2Shapes,
  LLAMA_CONFIG,
  llamaShapes,
  NEOX_CONFIG,
  neoxShapes,
  tensorsOf,
} from './support/synthetic';

const ROBERTA_CONFIG = { ...BERT_CONFIG, model_type: 'roberta' };

describe('what stands before the names', () => {
  it.each([
    [GPT2_CONFIG, gpt2Shapes, ['transformer.', '']],
    [LLAMA_CONFIG, llamaShapes, ['model.', '', 'transformer.']],
    [{ ...LLAMA_CONFIG, model_type: 'mistral' }, llamaShapes, ['model.', '']],
    [{ ...LLAMA_CONFIG, model_type: 'qwen2' }, llamaShapes, ['model.', '']],
    [NEOX_CONFIG, neoxShapes, ['gpt_neox.', '']],
    [BERT_CONFIG, bertShapes, ['bert.', '']],
    [ROBERTA_CONFIG, bertShapes, ['roberta.', '']],
    [DISTILBERT_CONFIG, distilbertShapes, ['distilbert.', '']],
  ])('is found: %o', (config, shapes, prefixes) => {
    for (const prefix of prefixes) {
      const transformer = resolveTransformer(config, tensorsOf(shapes(prefix)));
      const { W_E, blocks } = transformer;
      expect(transformer.shape.architecture).toBe(config.model_type);
      expect(blocks).toHaveLength(2);
      for (const { tensor } of [W_E, ...blocks.map(({ feedForward }) => feedForward.W_out)]) {
        expect(tensor.startsWith(prefix)).toBe(true);
        expect(tensorsOf(shapes(prefix)).has(tensor)).toBe(true);
      }
    }
  });
});

describe('matrices', () => {
  it('of Conv1D: thirds side by side, keys in columns, values in rows', () => {
    const [, block] = resolveTransformer(GPT2_CONFIG, tensorsOf(gpt2Shapes())).blocks;
    const plain = { cols: 8, offset: 0 };
    expect(block?.attention.W_V).toEqual({
      tensor: 'transformer.h.1.attn.c_attn.weight',
      rows: 8,
      cols: 8,
      rowAxis: 1,
      offset: 16,
      blockLength: 8,
      blockStride: 24,
    });
    expect(block?.attention.W_O).toMatchObject({ ...plain, rows: 8, rowAxis: 0 });
    expect(block?.feedForward.W_in).toMatchObject({ ...plain, rows: 32, rowAxis: 1 });
    expect(block?.feedForward.W_out).toMatchObject({ ...plain, rows: 32, rowAxis: 0 });
  });

  it('of nn.Linear: keys in rows, values in columns; d_head of its own; fewer key heads', () => {
    const { shape, blocks } = resolveTransformer(LLAMA_CONFIG, tensorsOf(llamaShapes()));
    expect(shape).toMatchObject({ dHead: 3, nHeads: 4, nKvHeads: 2, gated: true });
    const [block] = blocks;
    expect(block?.attention.W_Q).toMatchObject({ rows: 12, cols: 8, rowAxis: 0 });
    expect(block?.attention.W_K).toMatchObject({ rows: 6, cols: 8, rowAxis: 0 });
    expect(block?.attention.W_O).toMatchObject({ rows: 12, cols: 8, rowAxis: 1 });
    expect(block?.feedForward.W_gate?.tensor).toBe('model.layers.0.mlp.gate_proj.weight');
    expect(block?.feedForward.W_in.tensor).toBe('model.layers.0.mlp.up_proj.weight');
    expect(block?.feedForward.W_out).toMatchObject({ rows: 10, cols: 8, rowAxis: 1 });
  });

  it('of GPT-NeoX: interleaved by head', () => {
    const [block] = resolveTransformer(NEOX_CONFIG, tensorsOf(neoxShapes())).blocks;
    const interleaved = { rows: 8, rowAxis: 0, blockLength: 4, blockStride: 12 };
    expect(block?.attention.W_Q).toMatchObject({ ...interleaved, offset: 0 });
    expect(block?.attention.W_K).toMatchObject({ ...interleaved, offset: 4 });
    expect(block?.attention.W_V).toMatchObject({ ...interleaved, offset: 8 });
  });

  it('of CodeGen, were it registered: four blocks of q, v, k', () => {
    const { attention } = gptNeox.stack;
    const codegen: ArchitectureAdapter = {
      ...gptNeox,
      stack: {
        ...gptNeox.stack,
        attention: {
          ...attention,
          ...fusedSources(attention.Q.names, 'linear', 4, ['Q', 'V', 'K']),
        },
      },
    };
    const tensors = tensorsOf(neoxShapes());
    const embedding = findEmbedding(codegen, tensors);
    expect(embedding).toEqual({ prefix: 'gpt_neox.', name: 'gpt_neox.embed_in.weight' });
    const recognised = {
      adapter: codegen,
      modelType: 'codegen',
      embedding: embedding ?? { prefix: '', name: '' },
    };
    const [block] = resolveAs(recognised, configEntries(NEOX_CONFIG), tensors).blocks;
    expect(block?.attention.W_K).toMatchObject({ offset: 4, blockLength: 2, blockStride: 6 });
    expect(block?.attention.W_V).toMatchObject({ offset: 2, blockLength: 2, blockStride: 6 });
  });

  it('of RoBERTa: positions begin after the rows that are none', () => {
    const roberta = resolveTransformer(ROBERTA_CONFIG, tensorsOf(bertShapes('roberta.')));
    expect(roberta.W_pos).toMatchObject({ rows: 14, offset: 2 });
    const bert = resolveTransformer(BERT_CONFIG, tensorsOf(bertShapes()));
    expect(bert.W_pos).toMatchObject({ rows: 16, offset: 0 });

    const padded = (id: unknown): ReturnType<typeof resolveTransformer> =>
      resolveTransformer(
        { ...ROBERTA_CONFIG, pad_token_id: id },
        tensorsOf(bertShapes('roberta.')),
      );
    expect(padded(0).W_pos).toMatchObject({ rows: 15, offset: 1 });
    expect(padded(5).W_pos).toMatchObject({ rows: 10, offset: 6 });
    expect(padded(null).W_pos).toMatchObject({ rows: 14, offset: 2 });
    expect(() => padded('<pad>')).toThrow(/pad_token_id "<pad>", which is no id of a token/u);
  });
});

describe('what older and fuller files hold', () => {
  it('gamma for a norm, a pooler and a next-sentence head beside', () => {
    const transformer = resolveTransformer(
      BERT_CONFIG,
      tensorsOf({
        ...bertShapes('bert.', 'gamma'),
        'bert.pooler.dense.weight': [8, 8],
        'cls.seq_relationship.weight': [2, 8],
        'cls.predictions.transform.LayerNorm.gamma': [8],
      }),
    );
    expect(transformer.warnings).toEqual([]);
    expect(transformer.classifier).toBeUndefined();
    expect(transformer.blocks[1]?.norms).toEqual({
      attentionPost: {
        tensor: 'bert.encoder.layer.1.attention.output.LayerNorm.gamma',
        plusOne: false,
      },
      feedForwardPost: { tensor: 'bert.encoder.layer.1.output.LayerNorm.gamma', plusOne: false },
    });
    expect(transformer.foldRefusal).toContain('post-norm');
  });

  it('masks, which are no parameters', () => {
    const shapes = gpt2Shapes('');
    const masks = { 'h.0.attn.bias': [1, 1, 16, 16], 'h.0.attn.masked_bias': [] };
    const tensors = tensorsOf({ ...shapes, ...masks });
    const transformer = resolveTransformer({ ...GPT2_CONFIG, n_inner: null }, tensors);
    expect(transformer.shape.dFf).toBe(32);
    expect(transformer.warnings).toEqual([]);
    const elements = [...tensorsOf(shapes).values()].map(({ byteLength }) => byteLength / 4);
    expect(countParameters(tensors, transformer)).toBe(elements.reduce((sum, n) => sum + n));
    expect(countParameters(tensors, null)).toBe(elements.reduce((sum, n) => sum + n) + 257);
  });

  it('a tied output matrix a second time, which is counted once', () => {
    const shapes = gpt2Shapes();
    const tensors = tensorsOf({ ...shapes, 'lm_head.weight': [24, 8] });
    const transformer = resolveTransformer(GPT2_CONFIG, tensors);
    expect(countParameters(tensors, transformer)).toBe(
      countParameters(tensorsOf(shapes), transformer),
    );
  });
});

describe('classifier heads', () => {
  const id2label = { 0: 'no', 1: 'yes', 2: 'perhaps' };

  it.each([
    ['GPT-2', GPT2_CONFIG, gpt2Shapes(), { 'score.weight': [3, 8] }, 'score.weight'],
    [
      'GPT-2, tokens',
      GPT2_CONFIG,
      gpt2Shapes(),
      { 'classifier.weight': [3, 8] },
      'classifier.weight',
    ],
    ['Llama', LLAMA_CONFIG, llamaShapes(), { 'score.weight': [3, 8] }, 'score.weight'],
    ['GPT-NeoX', NEOX_CONFIG, neoxShapes(), { 'score.weight': [3, 8] }, 'score.weight'],
    ['BERT', BERT_CONFIG, bertShapes(), { 'classifier.weight': [3, 8] }, 'classifier.weight'],
    [
      'RoBERTa',
      ROBERTA_CONFIG,
      bertShapes('roberta.'),
      { 'classifier.dense.weight': [8, 8], 'classifier.out_proj.weight': [3, 8] },
      'classifier.out_proj.weight',
    ],
    [
      'RoBERTa, tokens',
      ROBERTA_CONFIG,
      bertShapes('roberta.'),
      { 'classifier.weight': [3, 8] },
      'classifier.weight',
    ],
    [
      'DistilBERT',
      DISTILBERT_CONFIG,
      distilbertShapes(),
      { 'pre_classifier.weight': [8, 8], 'classifier.weight': [3, 8] },
      'classifier.weight',
    ],
  ])('of %s', (_, config, shapes, head, tensor) => {
    const tensors = tensorsOf({ ...shapes, ...head });
    const { classifier, warnings } = resolveTransformer({ ...config, id2label }, tensors);
    expect(classifier?.W).toMatchObject({ tensor, rows: 3, cols: 8, rowAxis: 0 });
    expect(classifier?.labels).toEqual(['no', 'yes', 'perhaps']);
    // Base models of untied families store no output matrix, which is said; nothing else is.
    expect(warnings.filter((warning) => !warning.includes('output matrix'))).toEqual([]);
  });

  it.each([
    [undefined, ['0', '1', '2']],
    [null, ['0', '1', '2']],
    ['labels', ['0', '1', '2']],
    [{ 0: 'no', 2: 7 }, ['no', '1', '2']],
    [{ 0: 'same', 1: 'other', 2: 'same' }, ['0', 'other', '2']],
    [{ 0: '2', 1: 'x', 2: 'x' }, ['2', '1', '#2']],
    [{ 0: '3 stars', 1: '2 stars', 2: '1 star' }, ['3 stars', '2 stars', '1 star']],
  ])('labels of id2label %o', (labels, expected) => {
    const tensors = tensorsOf({ ...gpt2Shapes(), 'score.weight': [3, 8] });
    const config = { ...GPT2_CONFIG, id2label: labels };
    expect(resolveTransformer(config, tensors).classifier?.labels).toEqual(expected);
  });

  it('of another width are not read, which is said', () => {
    const tensors = tensorsOf({ ...gpt2Shapes(), 'score.weight': [3, 9] });
    const { classifier, warnings } = resolveTransformer(GPT2_CONFIG, tensors);
    expect(classifier).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('score.weight has the shape [3, 9]')]);
  });
});
