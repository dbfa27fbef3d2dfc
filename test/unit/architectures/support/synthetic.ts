import type { TensorInfo } from '../../../../src/core/tensor/tensorInfo';

export type Shapes = Readonly<Record<string, readonly number[]>>;

/** What a checkpoint of these tensors says of them; there are no numbers behind it. */
export function tensorsOf(shapes: Shapes): ReadonlyMap<string, TensorInfo> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      {
        name,
        dtype: 'F32',
        shape,
        byteLength: 4 * shape.reduce((product, size) => product * size, 1),
      },
    ]),
  );
}

/** The same shapes for every layer, `{}` being its number. */
function layered(layers: number, shapes: Shapes): Shapes {
  return Object.fromEntries(
    Array.from({ length: layers }, (_, layer) =>
      Object.entries(shapes).map(
        ([name, shape]) => [name.replaceAll('{}', String(layer)), shape] as const,
      ),
    ).flat(),
  );
}

/** GPT-2 with 2 layers, d_model 8, 24 tokens, 16 positions. */
export function gpt2Shapes(prefix = 'transformer.', layers = 2): Shapes {
  const block = `${prefix}h.{}.`;
  return {
    [`${prefix}wte.weight`]: [24, 8],
    [`${prefix}wpe.weight`]: [16, 8],
    [`${prefix}ln_f.weight`]: [8],
    ...layered(layers, {
      [`${block}ln_1.weight`]: [8],
      [`${block}attn.c_attn.weight`]: [8, 24],
      [`${block}attn.c_proj.weight`]: [8, 8],
      [`${block}ln_2.weight`]: [8],
      [`${block}mlp.c_fc.weight`]: [8, 32],
      [`${block}mlp.c_proj.weight`]: [32, 8],
    }),
  };
}

export const GPT2_CONFIG = { model_type: 'gpt2', n_embd: 8, n_head: 2, n_layer: 2, vocab_size: 24 };

/** Llama with 2 layers, d_model 8, 4 heads of 3 dimensions, 2 key heads, d_ff 10, 24 tokens. */
export function llamaShapes(prefix = 'model.'): Shapes {
  const block = `${prefix}layers.{}.`;
  return {
    [`${prefix}embed_tokens.weight`]: [24, 8],
    [`${prefix}norm.weight`]: [8],
    ...layered(2, {
      [`${block}input_layernorm.weight`]: [8],
      [`${block}self_attn.q_proj.weight`]: [12, 8],
      [`${block}self_attn.k_proj.weight`]: [6, 8],
      [`${block}self_attn.v_proj.weight`]: [6, 8],
      [`${block}self_attn.o_proj.weight`]: [8, 12],
      [`${block}post_attention_layernorm.weight`]: [8],
      [`${block}mlp.gate_proj.weight`]: [10, 8],
      [`${block}mlp.up_proj.weight`]: [10, 8],
      [`${block}mlp.down_proj.weight`]: [8, 10],
    }),
  };
}

export const LLAMA_CONFIG = {
  model_type: 'llama',
  hidden_size: 8,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 3,
  num_hidden_layers: 2,
  intermediate_size: 10,
  vocab_size: 24,
};

/** GPT-NeoX with 2 layers, d_model 8, 2 heads, d_ff 10, 24 tokens. */
export function neoxShapes(prefix = 'gpt_neox.'): Shapes {
  const block = `${prefix}layers.{}.`;
  return {
    [`${prefix}embed_in.weight`]: [24, 8],
    [`${prefix}final_layer_norm.weight`]: [8],
    ...layered(2, {
      [`${block}input_layernorm.weight`]: [8],
      [`${block}attention.query_key_value.weight`]: [24, 8],
      [`${block}attention.dense.weight`]: [8, 8],
      [`${block}post_attention_layernorm.weight`]: [8],
      [`${block}mlp.dense_h_to_4h.weight`]: [10, 8],
      [`${block}mlp.dense_4h_to_h.weight`]: [8, 10],
    }),
  };
}

export const NEOX_CONFIG = {
  model_type: 'gpt_neox',
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 2,
  intermediate_size: 10,
};

/** BERT or RoBERTa with 2 layers, d_model 8, d_ff 10, 24 tokens, 16 rows of positions. */
export function bertShapes(prefix = 'bert.', gain = 'weight'): Shapes {
  const block = `${prefix}encoder.layer.{}.`;
  return {
    [`${prefix}embeddings.word_embeddings.weight`]: [24, 8],
    [`${prefix}embeddings.position_embeddings.weight`]: [16, 8],
    [`${prefix}embeddings.LayerNorm.${gain}`]: [8],
    ...layered(2, {
      [`${block}attention.self.query.weight`]: [8, 8],
      [`${block}attention.self.key.weight`]: [8, 8],
      [`${block}attention.self.value.weight`]: [8, 8],
      [`${block}attention.output.dense.weight`]: [8, 8],
      [`${block}attention.output.LayerNorm.${gain}`]: [8],
      [`${block}intermediate.dense.weight`]: [10, 8],
      [`${block}output.dense.weight`]: [8, 10],
      [`${block}output.LayerNorm.${gain}`]: [8],
    }),
  };
}

export const BERT_CONFIG = { ...NEOX_CONFIG, model_type: 'bert' };

/** DistilBERT with 2 layers, d_model 8, d_ff 10, 24 tokens, 16 positions. */
export function distilbertShapes(prefix = 'distilbert.'): Shapes {
  const block = `${prefix}transformer.layer.{}.`;
  return {
    [`${prefix}embeddings.word_embeddings.weight`]: [24, 8],
    [`${prefix}embeddings.position_embeddings.weight`]: [16, 8],
    ...layered(2, {
      [`${block}attention.q_lin.weight`]: [8, 8],
      [`${block}attention.k_lin.weight`]: [8, 8],
      [`${block}attention.v_lin.weight`]: [8, 8],
      [`${block}attention.out_lin.weight`]: [8, 8],
      [`${block}sa_layer_norm.weight`]: [8],
      [`${block}ffn.lin1.weight`]: [10, 8],
      [`${block}ffn.lin2.weight`]: [8, 10],
      [`${block}output_layer_norm.weight`]: [8],
    }),
  };
}

export const DISTILBERT_CONFIG = {
  model_type: 'distilbert',
  dim: 8,
  n_heads: 2,
  n_layers: 2,
  hidden_dim: 10,
};
