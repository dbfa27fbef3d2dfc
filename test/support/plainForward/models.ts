/**
 * The families that are run, as transformers' own modelling files compute them, in float64, from tensors by their names in
 * the file: written apart from the project's adapters and graphs, to compare with.
 */
import type { Weights } from '../../unit/architectures/support/weights';
import {
  add,
  apply,
  attend,
  beside,
  columns,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  rmsNorm,
  silu,
  transposed,
  type Rows,
} from './arithmetic';

type Config = Readonly<Record<string, unknown>>;

/** Hidden states `[layers + 1][tokens][d]`, those before the first block first, without the final norm; what it gives; neurons `[layers][tokens][d_ff]`. */
export interface PlainRun {
  readonly hidden: readonly Rows[];
  readonly final: Rows;
  readonly neurons: readonly Rows[];
}

class Reader {
  constructor(
    private readonly weights: Weights,
    private readonly prefix: string,
  ) {}

  vector(name: string): number[] {
    return [...this.weights.values(this.prefix + name)];
  }

  rows(name: string): Rows {
    const [rows = 0, cols = 0] = this.weights.tensors.get(this.prefix + name)?.shape ?? [];
    const values = this.vector(name);
    return Array.from({ length: rows }, (_, row) => values.slice(row * cols, (row + 1) * cols));
  }

  has(name: string): boolean {
    return this.weights.tensors.has(this.prefix + name);
  }

  bias(name: string): number[] | undefined {
    return this.has(name) ? this.vector(name) : undefined;
  }
}

function numberOf(config: Config, key: string): number {
  return Number(config[key]);
}

const causal =
  (scale: number, window = Infinity) =>
  (product: number, query: number, key: number): number =>
    key > query || query - key >= window ? -Infinity : product * scale;

/** GPT-2 (modeling_gpt2.py). */
function runGpt2(weights: Weights, config: Config, ids: readonly number[]): PlainRun {
  const prefix = weights.tensors.has('transformer.wte.weight') ? 'transformer.' : '';
  const read = new Reader(weights, prefix);
  const heads = numberOf(config, 'n_head');
  const width = numberOf(config, 'n_embd') / heads;
  const epsilon = numberOf(config, 'layer_norm_epsilon');
  const conv1d = (x: Rows, name: string): Rows =>
    linear(x, transposed(read.rows(`${name}.weight`)), read.vector(`${name}.bias`));
  const norm = (x: Rows, name: string): Rows =>
    layerNorm(x, read.vector(`${name}.weight`), read.vector(`${name}.bias`), epsilon);
  const [wte, wpe] = [read.rows('wte.weight'), read.rows('wpe.weight')];
  let x = add(
    ids.map((id) => wte[id] ?? []),
    ids.map((_, position) => wpe[position] ?? []),
  );
  const hidden = [x];
  const neurons: Rows[] = [];
  for (let layer = 0; layer < numberOf(config, 'n_layer'); layer += 1) {
    const h = `h.${layer}`;
    const [q, k, v] = [0, 1, 2].map((part) =>
      columns(conv1d(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`), part, heads * width),
    ) as [Rows, Rows, Rows];
    const read_ = Array.from({ length: heads }, (_, head) =>
      attend(
        { q: columns(q, head, width), k: columns(k, head, width), v: columns(v, head, width) },
        causal(width ** -0.5),
      ),
    );
    x = add(x, conv1d(beside(read_), `${h}.attn.c_proj`));
    const active = apply(conv1d(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`), geluTanh);
    neurons.push(active);
    x = add(x, conv1d(active, `${h}.mlp.c_proj`));
    hidden.push(x);
  }
  return { hidden, final: norm(x, 'ln_f'), neurons };
}

/** Rotation of modeling_llama.py and modeling_gpt_neox.py: the first half of the turning dimensions with the second. */
function rotateHalf(x: Rows, base: number, turning: number): Rows {
  return x.map((row, position) => {
    const half = turning / 2;
    return row.map((value, j) => {
      if (j >= turning) {
        return value;
      }
      const angle = position * base ** ((-2 * (j % half)) / turning);
      const partner = j < half ? -(row[j + half] ?? NaN) : (row[j - half] ?? NaN);
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
  });
}

/** Llama, Mistral and Qwen2 (modeling_llama.py; a window in Mistral, biases of Q, K and V in Qwen2). */
function runLlama(weights: Weights, config: Config, ids: readonly number[]): PlainRun {
  const prefix = weights.tensors.has('model.embed_tokens.weight') ? 'model.' : '';
  const read = new Reader(weights, prefix);
  const heads = numberOf(config, 'num_attention_heads');
  const kvHeads = Number(config['num_key_value_heads'] ?? heads);
  const width = Number(config['head_dim'] ?? numberOf(config, 'hidden_size') / heads);
  const epsilon = numberOf(config, 'rms_norm_eps');
  const rope = (config['rope_parameters'] ?? config) as Config;
  const base = Number(rope['rope_theta'] ?? 10_000);
  const window = config['model_type'] === 'mistral' ? (config['sliding_window'] ?? null) : null;
  const project = (x: Rows, name: string): Rows =>
    linear(x, read.rows(`${name}.weight`), read.bias(`${name}.bias`));
  const norm = (x: Rows, name: string): Rows => rmsNorm(x, read.vector(`${name}.weight`), epsilon);
  const table = read.rows('embed_tokens.weight');
  let x: Rows = ids.map((id) => table[id] ?? []);
  const hidden = [x];
  const neurons: Rows[] = [];
  for (let layer = 0; layer < numberOf(config, 'num_hidden_layers'); layer += 1) {
    const at = `layers.${layer}`;
    const normed = norm(x, `${at}.input_layernorm`);
    const [q, k, v] = ['q', 'k', 'v'].map((part) =>
      project(normed, `${at}.self_attn.${part}_proj`),
    ) as [Rows, Rows, Rows];
    const read_ = Array.from({ length: heads }, (_, head) => {
      const shared = Math.floor(head / (heads / kvHeads));
      return attend(
        {
          q: rotateHalf(columns(q, head, width), base, width),
          k: rotateHalf(columns(k, shared, width), base, width),
          v: columns(v, shared, width),
        },
        causal(width ** -0.5, window === null ? Infinity : Number(window)),
      );
    });
    x = add(x, project(beside(read_), `${at}.self_attn.o_proj`));
    const fed = norm(x, `${at}.post_attention_layernorm`);
    const up = project(fed, `${at}.mlp.up_proj`);
    const active = apply(project(fed, `${at}.mlp.gate_proj`), silu).map((row, i) =>
      row.map((value, j) => value * (up[i]?.[j] ?? NaN)),
    );
    neurons.push(active);
    x = add(x, project(active, `${at}.mlp.down_proj`));
    hidden.push(x);
  }
  return { hidden, final: norm(x, 'norm'), neurons };
}

/** GPT-NeoX (modeling_gpt_neox.py): queries, keys and values of a head together, both sublayers beside each other. */
function runGptNeox(weights: Weights, config: Config, ids: readonly number[]): PlainRun {
  const read = new Reader(weights, 'gpt_neox.');
  const heads = numberOf(config, 'num_attention_heads');
  const width = numberOf(config, 'hidden_size') / heads;
  const epsilon = numberOf(config, 'layer_norm_eps');
  const turning = Math.trunc(width * numberOf(config, 'rotary_pct'));
  const base = numberOf(config, 'rotary_emb_base');
  const project = (x: Rows, name: string): Rows =>
    linear(x, read.rows(`${name}.weight`), read.bias(`${name}.bias`));
  const norm = (x: Rows, name: string): Rows =>
    layerNorm(x, read.vector(`${name}.weight`), read.vector(`${name}.bias`), epsilon);
  const table = read.rows('embed_in.weight');
  let x: Rows = ids.map((id) => table[id] ?? []);
  const hidden = [x];
  const neurons: Rows[] = [];
  for (let layer = 0; layer < numberOf(config, 'num_hidden_layers'); layer += 1) {
    const at = `layers.${layer}`;
    const fused = project(norm(x, `${at}.input_layernorm`), `${at}.attention.query_key_value`);
    const read_ = Array.from({ length: heads }, (_, head) => {
      const own = columns(fused, head, 3 * width);
      return attend(
        {
          q: rotateHalf(columns(own, 0, width), base, turning),
          k: rotateHalf(columns(own, 1, width), base, turning),
          v: columns(own, 2, width),
        },
        causal(width ** -0.5),
      );
    });
    const attended = project(beside(read_), `${at}.attention.dense`);
    const parallel = config['use_parallel_residual'] !== false;
    const middle = add(x, attended);
    const fed = norm(parallel ? x : middle, `${at}.post_attention_layernorm`);
    const active = apply(project(fed, `${at}.mlp.dense_h_to_4h`), gelu);
    neurons.push(active);
    x = add(middle, project(active, `${at}.mlp.dense_4h_to_h`));
    hidden.push(x);
  }
  return { hidden, final: norm(x, 'final_layer_norm'), neurons };
}

/** Names of a post-norm encoder's tensors after its prefix. */
interface EncoderNames {
  readonly prefix: string;
  readonly layer: (layer: number) => string;
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly o: string;
  readonly attentionNorm: string;
  readonly in: string;
  readonly out: string;
  readonly outNorm: string;
}

const BERT_NAMES: Omit<EncoderNames, 'prefix'> = {
  layer: (layer) => `encoder.layer.${layer}.`,
  q: 'attention.self.query',
  k: 'attention.self.key',
  v: 'attention.self.value',
  o: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  in: 'intermediate.dense',
  out: 'output.dense',
  outNorm: 'output.LayerNorm',
};

const DISTILBERT_NAMES: EncoderNames = {
  prefix: 'distilbert.',
  layer: (layer) => `transformer.layer.${layer}.`,
  q: 'attention.q_lin',
  k: 'attention.k_lin',
  v: 'attention.v_lin',
  o: 'attention.out_lin',
  attentionNorm: 'sa_layer_norm',
  in: 'ffn.lin1',
  out: 'ffn.lin2',
  outNorm: 'output_layer_norm',
};

function runEncoder(
  weights: Weights,
  ids: readonly number[],
  names: EncoderNames,
  sizes: { readonly heads: number; readonly layers: number; readonly firstPosition: number },
): PlainRun {
  const EPSILON = 1e-12;
  const read = new Reader(weights, names.prefix);
  const project = (x: Rows, name: string): Rows =>
    linear(x, read.rows(`${name}.weight`), read.vector(`${name}.bias`));
  const norm = (x: Rows, name: string): Rows =>
    layerNorm(x, read.vector(`${name}.weight`), read.vector(`${name}.bias`), EPSILON);
  const [table, positions] = [
    read.rows('embeddings.word_embeddings.weight'),
    read.rows('embeddings.position_embeddings.weight'),
  ];
  const types = read.has('embeddings.token_type_embeddings.weight')
    ? read.rows('embeddings.token_type_embeddings.weight')
    : [];
  const sum = ids.map((id, position) =>
    (table[id] ?? []).map(
      (value, j) =>
        value +
        (positions[position + sizes.firstPosition]?.[j] ?? NaN) +
        (types.length > 0 ? (types[0]?.[j] ?? NaN) : 0),
    ),
  );
  let x = norm(sum, 'embeddings.LayerNorm');
  const hidden = [x];
  const neurons: Rows[] = [];
  const width = (x[0]?.length ?? NaN) / sizes.heads;
  for (let layer = 0; layer < sizes.layers; layer += 1) {
    const at = names.layer(layer);
    const [q, k, v] = [names.q, names.k, names.v].map((name) => project(x, at + name)) as [
      Rows,
      Rows,
      Rows,
    ];
    const read_ = Array.from({ length: sizes.heads }, (_, head) =>
      attend(
        { q: columns(q, head, width), k: columns(k, head, width), v: columns(v, head, width) },
        (product) => product * width ** -0.5,
      ),
    );
    const middle = norm(add(x, project(beside(read_), at + names.o)), at + names.attentionNorm);
    const active = apply(project(middle, at + names.in), gelu);
    neurons.push(active);
    x = norm(add(middle, project(active, at + names.out)), at + names.outNorm);
    hidden.push(x);
  }
  return { hidden, final: x, neurons };
}

/** BERT and RoBERTa (modeling_bert.py, modeling_roberta.py: positions begin at 2). */
function runBert(weights: Weights, config: Config, ids: readonly number[]): PlainRun {
  const isRoberta = config['model_type'] === 'roberta';
  const names = { ...BERT_NAMES, prefix: isRoberta ? 'roberta.' : 'bert.' };
  return runEncoder(weights, ids, names, {
    heads: numberOf(config, 'num_attention_heads'),
    layers: numberOf(config, 'num_hidden_layers'),
    firstPosition: isRoberta ? 2 : 0,
  });
}

/** DistilBERT (modeling_distilbert.py). */
function runDistilbert(weights: Weights, config: Config, ids: readonly number[]): PlainRun {
  return runEncoder(weights, ids, DISTILBERT_NAMES, {
    heads: numberOf(config, 'n_heads'),
    layers: numberOf(config, 'n_layers'),
    firstPosition: 0,
  });
}

/** The models by `model_type`. */
export const PLAIN_MODELS: Readonly<
  Record<string, (weights: Weights, config: Config, ids: readonly number[]) => PlainRun>
> = {
  gpt2: runGpt2,
  gpt_neox: runGptNeox,
  llama: runLlama,
  mistral: runLlama,
  qwen2: runLlama,
  bert: runBert,
  roberta: runBert,
  distilbert: runDistilbert,
};
