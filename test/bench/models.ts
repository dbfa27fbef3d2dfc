/** Models of real sizes with made-up weights. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spellBytes } from '../../src/core/tokenizer/byteLevel';
import { D_FF, D_MODEL, D_VOCAB } from './gpt2Size';
import { bfloat16Filler, float32Filler, writeSafetensors, type MadeTensor } from './scratch';

/** The model that comes with the extension. */
export const SAMPLE = path.resolve('media/sample');

const WEIGHTS = 'model.safetensors';
const BYTES = 256;
export const LAYERS = 12;
export const HEADS = 12;
export const POSITIONS = 1024;

function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(path.join(folder, name), JSON.stringify(value));
}

/** A byte-level vocabulary: all bytes, then words that do not mean anything. */
function writeVocabulary(folder: string, size: number): void {
  const pieces = Array.from({ length: size }, (_, id): [string, number] => [
    id < BYTES
      ? spellBytes(Uint8Array.of(id))
      : spellBytes(new TextEncoder().encode(` word${id.toString(36)}`)),
    id,
  ]);
  writeJson(folder, 'vocab.json', Object.fromEntries(pieces));
}

/**
 * A GPT-2 of the smallest published size, in float32, with a vocabulary.
 * @param fill makes its numbers
 * @returns its weights file
 */
export function writeGpt2(folder: string, fill = float32Filler(1)): string {
  const tensors: Record<string, MadeTensor> = {};
  const add = (name: string, ...shape: number[]): void => {
    tensors[`${name}.weight`] = { dtype: 'F32', shape, fill };
  };
  add('wte', D_VOCAB, D_MODEL);
  add('wpe', POSITIONS, D_MODEL);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    add(`h.${layer}.ln_1`, D_MODEL);
    add(`h.${layer}.attn.c_attn`, D_MODEL, 3 * D_MODEL);
    add(`h.${layer}.attn.c_proj`, D_MODEL, D_MODEL);
    add(`h.${layer}.ln_2`, D_MODEL);
    add(`h.${layer}.mlp.c_fc`, D_MODEL, D_FF);
    add(`h.${layer}.mlp.c_proj`, D_FF, D_MODEL);
  }
  add('ln_f', D_MODEL);
  writeSafetensors(path.join(folder, WEIGHTS), tensors);
  writeVocabulary(folder, D_VOCAB);
  writeJson(folder, 'config.json', {
    model_type: 'gpt2',
    n_embd: D_MODEL,
    n_layer: LAYERS,
    n_head: HEADS,
    n_positions: POSITIONS,
    vocab_size: D_VOCAB,
  });
  return path.join(folder, WEIGHTS);
}

/** A Llama of one small layer whose embedding, and whose neurons, are as many as asked, in bfloat16, with a vocabulary. */
export function writeLlama(
  folder: string,
  { dVocab, dModel, dFf = 64 }: { dVocab: number; dModel: number; dFf?: number },
): void {
  const [heads, dHead] = [8, 16];
  const fill = bfloat16Filler(1);
  const tensors: Record<string, MadeTensor> = {};
  const add = (name: string, ...shape: number[]): void => {
    tensors[`model.${name}.weight`] = { dtype: 'BF16', shape, fill };
  };
  add('embed_tokens', dVocab, dModel);
  add('norm', dModel);
  add('layers.0.input_layernorm', dModel);
  add('layers.0.post_attention_layernorm', dModel);
  for (const name of ['q_proj', 'k_proj', 'v_proj']) {
    add(`layers.0.self_attn.${name}`, heads * dHead, dModel);
  }
  add('layers.0.self_attn.o_proj', dModel, heads * dHead);
  add('layers.0.mlp.gate_proj', dFf, dModel);
  add('layers.0.mlp.up_proj', dFf, dModel);
  add('layers.0.mlp.down_proj', dModel, dFf);
  writeSafetensors(path.join(folder, WEIGHTS), tensors);
  writeVocabulary(folder, dVocab);
  writeJson(folder, 'config.json', {
    model_type: 'llama',
    hidden_size: dModel,
    num_hidden_layers: 1,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    head_dim: dHead,
    intermediate_size: dFf,
    vocab_size: dVocab,
    tie_word_embeddings: true,
  });
}

/** The sample model with a classifier head of zeros for two labels. */
export function writeSampleClassifier(folder: string): void {
  cpSync(SAMPLE, folder, { recursive: true });
  const stored = readFileSync(path.join(SAMPLE, WEIGHTS));
  const end = 8 + Number(stored.readBigUInt64LE());
  const config = JSON.parse(readFileSync(path.join(SAMPLE, 'config.json'), 'utf8')) as {
    n_embd: number;
  };
  const shape = [2, config.n_embd];
  const bytes = 4 * 2 * config.n_embd;
  const header = JSON.parse(stored.toString('utf8', 8, end)) as Record<string, unknown>;
  header['score.weight'] = {
    ...{ dtype: 'F32', shape },
    data_offsets: [stored.length - end, stored.length - end + bytes],
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const weights = Buffer.concat([length, text, stored.subarray(end), Buffer.alloc(bytes)]);
  writeFileSync(path.join(folder, WEIGHTS), weights);
}
