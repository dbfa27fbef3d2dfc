import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gaussianGenerator } from '../../src/core/projection/seeded';

/** A model of random weights: as small and as awkward as a test wants it. */
export interface SyntheticModel {
  readonly family: 'gpt2' | 'llama';
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly neurons: number;
  /** Texts of the vocabulary, by id. */
  readonly tokens: readonly string[];
  readonly tied: boolean;
  readonly seed: number;
  readonly dtype?: 'F32' | 'BF16';
  /** In how many files. */
  readonly shards?: number;
}

type Shapes = Readonly<Record<string, readonly number[]>>;

function shapesOf({ family, layers, width, neurons, tokens, tied }: SyntheticModel): Shapes {
  const each = (shapes: Shapes): Shapes =>
    Object.fromEntries(
      Array.from({ length: layers }, (_, layer) =>
        Object.entries(shapes).map(([name, shape]) => [name.replace('{}', String(layer)), shape]),
      ).flat() as [string, number[]][],
    );
  const output: Shapes = tied ? {} : { 'lm_head.weight': [tokens.length, width] };
  if (family === 'gpt2') {
    return {
      'transformer.wte.weight': [tokens.length, width],
      'transformer.wpe.weight': [16, width],
      'transformer.ln_f.weight': [width],
      ...each({
        'transformer.h.{}.ln_1.weight': [width],
        'transformer.h.{}.ln_2.weight': [width],
        'transformer.h.{}.attn.c_attn.weight': [width, 3 * width],
        'transformer.h.{}.attn.c_proj.weight': [width, width],
        'transformer.h.{}.mlp.c_fc.weight': [width, neurons],
        'transformer.h.{}.mlp.c_proj.weight': [neurons, width],
      }),
      ...output,
    };
  }
  return {
    'model.embed_tokens.weight': [tokens.length, width],
    'model.norm.weight': [width],
    ...each({
      'model.layers.{}.input_layernorm.weight': [width],
      'model.layers.{}.post_attention_layernorm.weight': [width],
      'model.layers.{}.self_attn.q_proj.weight': [width, width],
      'model.layers.{}.self_attn.k_proj.weight': [width / 2, width],
      'model.layers.{}.self_attn.v_proj.weight': [width / 2, width],
      'model.layers.{}.self_attn.o_proj.weight': [width, width],
      'model.layers.{}.mlp.gate_proj.weight': [neurons, width],
      'model.layers.{}.mlp.up_proj.weight': [neurons, width],
      'model.layers.{}.mlp.down_proj.weight': [width, neurons],
    }),
    ...output,
  };
}

function configOf(model: SyntheticModel): Record<string, unknown> {
  const { family, layers, width, heads, neurons, tokens, tied } = model;
  const common = { model_type: family, vocab_size: tokens.length, tie_word_embeddings: tied };
  return family === 'gpt2'
    ? { ...common, n_layer: layers, n_embd: width, n_head: heads, n_inner: neurons }
    : {
        ...common,
        num_hidden_layers: layers,
        hidden_size: width,
        num_attention_heads: heads,
        num_key_value_heads: heads / 2,
        intermediate_size: neurons,
      };
}

/** A tokenizer that says no more than which id is which text. */
function wordLevelTokenizer(tokens: readonly string[]): string {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return JSON.stringify({ model: { type: 'WordLevel', vocab, unk_token: tokens[0] } });
}

/** A tensor of a file, with its numbers. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function encoded(values: Float32Array, dtype: 'F32' | 'BF16'): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // Cut, not rounded: any 16 bits serve a test.
  return dtype === 'F32'
    ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    : new Uint8Array(Uint16Array.from(bits, (each) => each >>> 16).buffer);
}

/** Writes tensors as one safetensors file. */
export function writeTensors(
  file: string,
  tensors: Readonly<Record<string, WrittenTensor>>,
  dtype: 'F32' | 'BF16' = 'F32',
): void {
  let end = 0;
  const chunks: Uint8Array[] = [];
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => {
      const bytes = encoded(values, dtype);
      chunks.push(bytes);
      const begin = end;
      end += bytes.byteLength;
      return [name, { dtype, shape, data_offsets: [begin, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([length, text, ...chunks]));
}

/** The weights of a model: standard normal numbers from its seed. */
export function syntheticTensors(model: SyntheticModel): Record<string, WrittenTensor> {
  const gauss = gaussianGenerator(model.seed);
  return Object.fromEntries(
    Object.entries(shapesOf(model)).map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, { shape, values: Float32Array.from({ length }, gauss) }];
    }),
  );
}

/** Writes config, tokenizer and weights into a folder. @returns the folder */
export function writeSyntheticModel(
  folder: string,
  model: SyntheticModel,
  tensors = syntheticTensors(model),
): string {
  const { dtype = 'F32', shards = 1 } = model;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(configOf(model)));
  writeFileSync(path.join(folder, 'tokenizer.json'), wordLevelTokenizer(model.tokens));
  const entries = Object.entries(tensors);
  if (shards === 1) {
    writeTensors(path.join(folder, 'model.safetensors'), tensors, dtype);
    return folder;
  }
  const weightMap: Record<string, string> = {};
  const size = Math.ceil(entries.length / shards);
  for (let shard = 0; shard < shards; shard += 1) {
    const name = `model-0000${String(shard + 1)}-of-0000${String(shards)}.safetensors`;
    const part = entries.slice(shard * size, (shard + 1) * size);
    part.forEach(([tensor]) => (weightMap[tensor] = name));
    writeTensors(path.join(folder, name), Object.fromEntries(part), dtype);
  }
  writeFileSync(
    path.join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: {}, weight_map: weightMap }),
  );
  return folder;
}
