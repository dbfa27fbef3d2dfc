/**
 * The adapter type carries more families than are registered: the fused, grouped, sandwich and offset layouts of
 * these are written down here and read against independently computed goldens.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fusedSources,
  linear,
  type ArchitectureAdapter,
} from '../../../src/core/architectures/adapter';
import { configEntries } from '../../../src/core/architectures/config';
import { bert } from '../../../src/core/architectures/families/bert';
import { gpt2 } from '../../../src/core/architectures/families/gpt2';
import { llama } from '../../../src/core/architectures/families/llama';
import { findEmbedding } from '../../../src/core/architectures/modelTensors';
import { resolveAs } from '../../../src/core/architectures/resolve';
import type { Transformer } from '../../../src/core/model/transformer';
import { sameSide, type Goldens } from '../../support/goldens';
import { ReferenceReader } from './support/referenceReader';
import { readConfigOf, readWeights, type Weights } from './support/weights';

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/checkpoints/families');

const phi3: ArchitectureAdapter = {
  ...llama,
  modelTypes: ['phi3'],
  stack: {
    ...llama.stack,
    attention: {
      ...fusedSources(['self_attn.qkv_proj.weight'], 'linear', 1, ['Q', 'K', 'V']),
      O: linear('self_attn.o_proj.weight'),
    },
    feedForward: {
      ...fusedSources(['mlp.gate_up_proj.weight'], 'linear', 1, ['gate', 'in']),
      out: linear('mlp.down_proj.weight'),
    },
  },
};

const gemma: ArchitectureAdapter = {
  ...llama,
  modelTypes: ['gemma'],
  tiedByDefault: true,
  norm: { kind: 'rmsnorm', placement: 'pre', plusOne: true },
};

const gemma2: ArchitectureAdapter = {
  ...gemma,
  modelTypes: ['gemma2'],
  stack: {
    ...gemma.stack,
    norms: {
      attention: ['input_layernorm.weight'],
      attentionPost: ['post_attention_layernorm.weight'],
      feedForward: ['pre_feedforward_layernorm.weight'],
      feedForwardPost: ['post_feedforward_layernorm.weight'],
    },
  },
  norm: { kind: 'rmsnorm', placement: 'sandwich', plusOne: true },
};

const bigcode: ArchitectureAdapter = {
  ...gpt2,
  modelTypes: ['gpt_bigcode'],
  sizes: { ...gpt2.sizes, nKvHeads: { keys: ['num_key_value_heads'], absent: 1 } },
  stack: {
    ...gpt2.stack,
    attention: {
      ...fusedSources(['attn.c_attn.weight'], 'linear', 1, ['Q', 'K', 'V']),
      O: linear('attn.c_proj.weight'),
    },
    feedForward: { in: linear('mlp.c_fc.weight'), out: linear('mlp.c_proj.weight') },
  },
};

const falcon: ArchitectureAdapter = {
  modelTypes: ['falcon'],
  sizes: {
    nLayers: { keys: ['num_hidden_layers'], absent: 32 },
    nHeads: { keys: ['num_attention_heads'], absent: 71 },
    nKvHeads: { keys: ['num_kv_heads'], absent: 'n_heads' },
    dModel: { keys: ['hidden_size'], absent: 4544 },
    dFf: { keys: ['ffn_hidden_size'], absent: '4 d_model' },
  },
  tiedByDefault: true,
  prefixes: ['transformer.', ''],
  embedding: ['word_embeddings.weight'],
  positions: { kind: 'rotary' },
  stack: {
    path: 'h.{}.',
    attention: {
      ...fusedSources(['self_attention.query_key_value.weight'], 'linear', 'nKvHeads', [
        'Q',
        'K',
        'V',
      ]),
      O: linear('self_attention.dense.weight'),
    },
    feedForward: {
      in: linear('mlp.dense_h_to_4h.weight'),
      out: linear('mlp.dense_4h_to_h.weight'),
    },
    norms: { attention: ['ln_attn.weight'], feedForward: ['ln_mlp.weight'] },
    finalNorm: ['ln_f.weight'],
  },
  norm: { kind: 'layernorm', placement: 'pre', plusOne: false },
  output: ['lm_head.weight'],
  classifier: ['score.weight'],
  buffers: [],
};

const opt: ArchitectureAdapter = {
  modelTypes: ['opt'],
  sizes: { ...bert.sizes, dFf: { keys: ['ffn_dim'], absent: 3072 } },
  tiedByDefault: true,
  prefixes: ['model.decoder.', 'decoder.'],
  embedding: ['embed_tokens.weight'],
  positions: { kind: 'learned', names: ['embed_positions.weight'], skippedRows: 2 },
  stack: {
    path: 'layers.{}.',
    attention: {
      Q: linear('self_attn.q_proj.weight'),
      K: linear('self_attn.k_proj.weight'),
      V: linear('self_attn.v_proj.weight'),
      O: linear('self_attn.out_proj.weight'),
    },
    feedForward: { in: linear('fc1.weight'), out: linear('fc2.weight') },
    norms: {
      attention: ['self_attn_layer_norm.weight'],
      feedForward: ['final_layer_norm.weight'],
    },
    finalNorm: ['final_layer_norm.weight'],
  },
  norm: { kind: 'layernorm', placement: 'pre', plusOne: false },
  output: ['lm_head.weight'],
  classifier: ['score.weight'],
  buffers: [],
};

const mpt: ArchitectureAdapter = {
  ...falcon,
  modelTypes: ['mpt'],
  sizes: {
    nLayers: { keys: ['n_layers'], absent: 24 },
    nHeads: { keys: ['n_heads'], absent: 16 },
    dModel: { keys: ['d_model'], absent: 2048 },
    dFf: { keys: ['no_such_key'], absent: '4 d_model' },
  },
  embedding: ['wte.weight'],
  positions: { kind: 'alibi' },
  stack: {
    path: 'blocks.{}.',
    attention: {
      ...fusedSources(['attn.Wqkv.weight'], 'linear', 1, ['Q', 'K', 'V']),
      O: linear('attn.out_proj.weight'),
    },
    feedForward: { in: linear('ffn.up_proj.weight'), out: linear('ffn.down_proj.weight') },
    norms: { attention: ['norm_1.weight'], feedForward: ['norm_2.weight'] },
    finalNorm: ['norm_f.weight'],
  },
};

const ADAPTERS = {
  phi3,
  gemma,
  gemma2,
  gpt_bigcode: bigcode,
  falcon_new: falcon,
  opt,
  mpt,
} as const satisfies Record<string, ArchitectureAdapter>;

function open(adapter: ArchitectureAdapter, folder: string): [Transformer, Weights] {
  const weights = readWeights(folder);
  const embedding = findEmbedding(adapter, weights.tensors);
  if (embedding === undefined) {
    throw new Error('no embedding');
  }
  const [modelType] = adapter.modelTypes;
  const config = configEntries(readConfigOf(folder));
  return [resolveAs({ adapter, modelType, embedding }, config, weights.tensors), weights];
}

describe.skipIf(!existsSync(FOLDER))(
  'layouts of further families (skipped without their checkpoints)',
  () => {
    it.each(Object.entries(ADAPTERS))('%s', (name, adapter) => {
      const folder = path.join(FOLDER, name);
      const goldens = JSON.parse(
        readFileSync(path.join(folder, 'goldens.json'), 'utf8'),
      ) as Goldens;
      const [transformer, weights] = open(adapter, folder);
      expect(transformer.warnings).toEqual([]);
      const { d_head: dHead, n_kv_heads: nKvHeads, d_ff: dFf, tied } = goldens.info;
      expect(transformer.shape).toMatchObject({ dHead, nKvHeads, dFf, tied });
      for (const [fold, rows] of [
        ['none', goldens.tokens],
        ['norms', goldens.folded ?? []],
      ] as const) {
        const reader = new ReferenceReader(transformer, weights, fold);
        expect(rows.length).toBeGreaterThan(20);
        for (const row of rows) {
          const reading = reader.read(row.component, row.top.length);
          expect(reading.norm).toBeCloseTo(row.norm, 6);
          expect([row.component, sameSide(reading.top, row.top)]).toEqual([row.component, null]);
        }
      }
    });
  },
);
