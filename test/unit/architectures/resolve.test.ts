import { describe, expect, it } from 'vitest';
import { resolveTransformer } from '../../../src/core/architectures/resolve';
import { VocabScopeError } from '../../../src/core/errors';
import {
  BERT_CONFIG,
  bertShapes,
  distilbertShapes,
  GPT2_CONFIG,
  gpt2Shapes,
  LLAMA_CONFIG,
  llamaShapes,
  NEOX_CONFIG,
  neoxShapes,
  tensorsOf,
  type Shapes,
} from './support/synthetic';

type Config = Readonly<Record<string, unknown>>;

function refusal(config: Config | undefined, shapes: Shapes, hint?: string): VocabScopeError {
  try {
    resolveTransformer(config, tensorsOf(shapes), hint);
  } catch (error) {
    if (error instanceof VocabScopeError) {
      return error;
    }
    throw error;
  }
  throw new Error('was accepted');
}

function without(object: Config, key: string): Config {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}

function withoutTensor(shapes: Shapes, part: string): Shapes {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !name.includes(part)));
}

describe('a config that cannot be', () => {
  it.each([
    ['no heads', { n_head: 0 }, /n_head 0.*heads/u],
    ['half a head', { n_head: 2.5 }, /n_head 2\.5.*heads/u],
    ['heads as a text', { n_head: '2' }, /n_head "2".*heads/u],
    ['heads null', { n_head: null }, /n_head null.*heads/u],
    ['heads as a list', { n_head: [2] }, /n_head a list.*heads/u],
    ['heads that do not divide', { n_head: 3 }, /heads \(n_head 3\).*n_embd 8/u],
    ['heads beyond numbers', { n_head: 1e300 }, /heads/u],
    ['more heads than dimensions', { n_head: 16 }, /heads/u],
    ['negative layers', { n_layer: -1 }, /n_layer -1.*layers/u],
    ['no layers', { n_layer: 0 }, /n_layer 0.*layers/u],
    ['a width of nothing', { n_embd: 0 }, /n_embd 0/u],
    ['a negative d_ff', { n_inner: -4 }, /n_inner -4.*neurons/u],
    ['tied as a text', { tie_word_embeddings: 'yes' }, /tie_word_embeddings "yes"/u],
    ['a long text', { n_head: 'x'.repeat(1e6) }, /n_head "x{1,80}….*heads/u],
  ])('%s', (_, change, sentence) => {
    const error = refusal({ ...GPT2_CONFIG, ...change }, gpt2Shapes());
    expect(error.reason).toBe('invalidConfig');
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain('--config PATH');
    expect(error.message.length).toBeLessThan(500);
  });

  it("absent heads, where the architecture's default does not divide", () => {
    const error = refusal(without(GPT2_CONFIG, 'n_head'), gpt2Shapes());
    expect(error.message).toMatch(
      /heads \(transformers' default 12, as config.json has no n_head\)/u,
    );
  });

  it.each([
    [
      'key heads that do not divide the heads',
      { num_key_value_heads: 3 },
      /num_key_value_heads 3/u,
    ],
    ['a head of no width', { head_dim: 0 }, /head_dim 0/u],
  ])('%s', (_, change, sentence) => {
    expect(refusal({ ...LLAMA_CONFIG, ...change }, llamaShapes()).message).toMatch(sentence);
  });
});

it("absent key heads, where the architecture's default does not divide the heads", () => {
  const config = { ...without(LLAMA_CONFIG, 'num_key_value_heads'), model_type: 'mistral' };
  expect(refusal(config, llamaShapes()).message).toContain("transformers' default 8");
});

describe('a config that disagrees with the tensors', () => {
  it.each<[string, Config, Shapes, readonly string[]]>([
    [
      'another width',
      { ...GPT2_CONFIG, n_embd: 12 },
      gpt2Shapes(),
      ['transformer.wte.weight', '[24, 8]', '[rows, 12]'],
    ],
    [
      'another d_ff',
      { ...GPT2_CONFIG, n_inner: 20 },
      gpt2Shapes(),
      ['transformer.h.0.mlp.c_fc.weight', '[8, 32]', '[8, 20]', 'n_inner 20'],
    ],
    [
      'other heads, where these have a width of their own',
      { ...LLAMA_CONFIG, num_attention_heads: 2 },
      llamaShapes(),
      ['model.layers.0.self_attn.q_proj.weight', '[12, 8]', '[6, 8]'],
    ],
    [
      'other key heads',
      { ...LLAMA_CONFIG, num_key_value_heads: 4 },
      llamaShapes(),
      ['model.layers.0.self_attn.k_proj.weight', '[6, 8]', '[12, 8]'],
    ],
    [
      'a layer of another kind',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.h.1.attn.c_attn.weight': [24, 8] },
      ['transformer.h.1.attn.c_attn.weight', '[24, 8]', '[8, 24]'],
    ],
    [
      'a tensor of three axes',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.h.0.mlp.c_fc.weight': [1, 8, 32] },
      ['transformer.h.0.mlp.c_fc.weight', '[1, 8, 32]', '[8, 32]'],
    ],
    [
      'a scalar embedding',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.wte.weight': [] },
      ['transformer.wte.weight', '[]'],
    ],
    [
      'an empty embedding',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.wte.weight': [0, 8] },
      ['transformer.wte.weight', '[0, 8]'],
    ],
    [
      'a table of positions without positions',
      { ...BERT_CONFIG, model_type: 'roberta' },
      { ...bertShapes('roberta.'), 'roberta.embeddings.position_embeddings.weight': [2, 8] },
      ['position_embeddings', '[2, 8]', 'more than 2 rows'],
    ],
    [
      'gains of another width',
      GPT2_CONFIG,
      { ...gpt2Shapes(), 'transformer.h.1.ln_2.weight': [9] },
      ['transformer.h.1.ln_2.weight', '[9]', '[8]'],
    ],
    [
      'an output matrix of another vocabulary',
      LLAMA_CONFIG,
      { ...llamaShapes(), 'lm_head.weight': [25, 8] },
      ['lm_head.weight', '[25, 8]', '[24, 8]'],
    ],
    [
      'missing layers',
      { ...GPT2_CONFIG, n_layer: 12 },
      gpt2Shapes(),
      ['transformer.h.2.attn.c_attn.weight is missing', '12 layers', 'n_layer 12'],
    ],
    [
      'absurdly many layers',
      { ...GPT2_CONFIG, n_layer: 1e12 },
      gpt2Shapes(),
      ['transformer.h.2.attn.c_attn.weight is missing'],
    ],
    [
      'a missing matrix',
      LLAMA_CONFIG,
      withoutTensor(llamaShapes(), 'layers.1.mlp.gate_proj'),
      ['model.layers.1.mlp.gate_proj.weight is missing'],
    ],
  ])('%s: named, with what was found and what was expected', (_, config, shapes, parts) => {
    const error = refusal(config, shapes);
    expect(error.reason).toBe('invalidConfig');
    for (const part of parts) {
      expect(error.message).toContain(part);
    }
  });
});

describe('what is read with a warning', () => {
  it.each([1e12, 23, -5, 'many'])('vocab_size %s: the embedding counts', (vocabSize) => {
    const config = { ...GPT2_CONFIG, vocab_size: vocabSize };
    const { shape, warnings } = resolveTransformer(config, tensorsOf(gpt2Shapes()));
    expect(shape.dVocab).toBe(24);
    expect(warnings).toEqual([expect.stringContaining('the embedding has 24 rows')]);
  });

  it('more layers in the file than in the config', () => {
    const config = { ...GPT2_CONFIG, n_layer: 1 };
    const { blocks, warnings } = resolveTransformer(config, tensorsOf(gpt2Shapes()));
    expect(blocks).toHaveLength(1);
    expect(warnings).toEqual([expect.stringMatching(/holds layer 1,.*1 layers \(n_layer 1\)/u)]);
  });

  it.each([
    ['transformer.h.1.ln_2', 'transformer.h.1.ln_2.weight'],
    ['transformer.ln_f', 'transformer.ln_f.weight'],
  ])('without %s nothing is folded', (part, name) => {
    const shapes = withoutTensor(gpt2Shapes(), part);
    const { foldRefusal, warnings } = resolveTransformer(GPT2_CONFIG, tensorsOf(shapes));
    expect(foldRefusal).toContain(name);
    expect(warnings).toEqual([expect.stringContaining(name)]);
  });

  it('no table of positions', () => {
    const shapes = withoutTensor(gpt2Shapes(), 'wpe');
    const { W_pos, warnings } = resolveTransformer(GPT2_CONFIG, tensorsOf(shapes));
    expect(W_pos).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('wpe.weight')]);
  });
});

describe('the output embedding', () => {
  const head = { 'lm_head.weight': [24, 8] };
  const decoder = { 'cls.predictions.decoder.weight': [24, 8] };
  const gpt2 = [GPT2_CONFIG, gpt2Shapes(), head] as const;
  const llama = [LLAMA_CONFIG, llamaShapes(), head] as const;
  const neox = [NEOX_CONFIG, neoxShapes(), { 'embed_out.weight': [24, 8] }] as const;
  const newNeox = [NEOX_CONFIG, neoxShapes(), { 'lm_head.weight': [24, 8] }] as const;
  const bert = [BERT_CONFIG, bertShapes(), decoder] as const;

  it.each([
    ['gpt2: tied by default', gpt2, undefined, false, true],
    ['gpt2: tied by default, whatever is stored', gpt2, undefined, true, true],
    ['gpt2: null is absent', gpt2, null, true, true],
    ['gpt2: untied by its config', gpt2, false, true, false],
    ['gpt2: untied, nothing stored', gpt2, false, false, null],
    ['llama: untied by default', llama, undefined, true, false],
    ['llama: untied by default, nothing stored', llama, undefined, false, null],
    ['llama: tied by its config', llama, true, false, true],
    ['llama: tied by its config, whatever is stored', llama, true, true, true],
    ['gpt_neox: untied by default', neox, undefined, true, false],
    ['gpt_neox: untied, stored as transformers 5 names it', newNeox, undefined, true, false],
    ['bert: tied by default', bert, undefined, true, true],
    ['bert: untied by its config', bert, false, true, false],
  ])('%s', (_, [config, shapes, output], tie, stored, tied) => {
    const tensors = tensorsOf(stored ? { ...shapes, ...output } : shapes);
    const tying = tie === undefined ? {} : { tie_word_embeddings: tie };
    const { shape, W_E, W_U, storedOutput, warnings } = resolveTransformer(
      { ...config, ...tying },
      tensors,
    );
    const [name = ''] = Object.keys(output);
    expect(shape.tied).toBe(tied);
    expect(W_U).toEqual(tied === false ? { ...W_E, tensor: name } : W_E);
    expect(storedOutput).toEqual(tied === true && stored ? { ...W_E, tensor: name } : undefined);
    expect(warnings).toEqual(tied === null ? [expect.stringContaining(name)] : []);
  });

  it('a tied model with an output matrix of another shape says that it is not used', () => {
    const tensors = tensorsOf({ ...gpt2Shapes(), 'lm_head.weight': [25, 8] });
    const { storedOutput, warnings } = resolveTransformer(GPT2_CONFIG, tensors);
    expect(storedOutput).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('lm_head.weight')]);
  });
});

describe('config.json in its generations', () => {
  it.each([
    ['a Map', new Map(Object.entries(GPT2_CONFIG))],
    ['no prototype', Object.assign(Object.create(null) as object, GPT2_CONFIG)],
    [
      'the common keys',
      { model_type: 'gpt2', hidden_size: 8, num_attention_heads: 2, num_hidden_layers: 2 },
    ],
    ['new ones', { ...GPT2_CONFIG, dtype: 'float32', rope_parameters: { rope_theta: 1e4 } }],
    ['old ones', { ...GPT2_CONFIG, torch_dtype: 'float32', n_ctx: 16, n_inner: null }],
  ])('%s', (_, config) => {
    const { shape } = resolveTransformer(config, tensorsOf(gpt2Shapes()));
    expect(shape).toMatchObject({ nHeads: 2, dHead: 4, nLayers: 2, dModel: 8, dFf: 32 });
  });

  it('null key heads are as many as heads, whatever the default', () => {
    const shapes = Object.fromEntries(
      Object.entries(llamaShapes()).map(([name, shape]) => [
        name,
        /k_proj|v_proj/u.test(name) ? [12, 8] : shape,
      ]),
    );
    for (const modelType of ['llama', 'mistral', 'qwen2']) {
      const config = { ...LLAMA_CONFIG, model_type: modelType, num_key_value_heads: null };
      expect(resolveTransformer(config, tensorsOf(shapes)).shape.nKvHeads).toBe(4);
    }
  });
});

describe('which family it is', () => {
  it('an unknown model_type: named, with the names looked for and what it resembles', () => {
    const config = { ...GPT2_CONFIG, model_type: 'frobnicator' };
    const error = refusal(config, gpt2Shapes());
    expect(error.reason).toBe('unknownArchitecture');
    expect(error.message).toContain('"frobnicator"');
    expect(error.message).toContain('transformer.wte.weight');
    expect(error.message).toContain('gpt_neox.embed_in.weight');
    expect(error.message).toContain('like those of gpt2');
  });

  it.each(['__proto__', 'constructor', 'x'.repeat(1e6)])('model_type %.20s', (modelType) => {
    const config = new Map<string, unknown>(Object.entries(GPT2_CONFIG));
    config.set('model_type', modelType);
    expect(() => resolveTransformer(config, tensorsOf({ strange: [3] }))).toThrow(
      expect.objectContaining({ reason: 'unknownArchitecture' }),
    );
  });

  it('a known model_type without its tensors', () => {
    const error = refusal(GPT2_CONFIG, llamaShapes());
    expect(error.reason).toBe('unknownArchitecture');
    expect(error.message).toContain('transformer.wte.weight, wte.weight');
  });

  it('no model_type, but names that leave no doubt', () => {
    const config = without(GPT2_CONFIG, 'model_type');
    const { shape } = resolveTransformer(config, tensorsOf(gpt2Shapes()));
    expect(shape).toMatchObject({ architecture: 'gpt2', nHeads: 2 });
  });

  it('no model_type, but a hint', () => {
    const config = without(LLAMA_CONFIG, 'model_type');
    const { shape } = resolveTransformer(config, tensorsOf(llamaShapes()), 'mistral');
    expect(shape.architecture).toBe('mistral');
  });

  it.each<[string, Config | undefined, Shapes, readonly string[]]>([
    ['no config', undefined, gpt2Shapes(), ['no config.json', 'gpt2', 'heads']],
    ['an empty config', {}, gpt2Shapes(), ['no model_type', 'gpt2', 'heads']],
    ['no config', undefined, distilbertShapes(), ['distilbert', 'heads']],
    ['no config', undefined, llamaShapes(), ['llama or mistral or qwen2', 'which of them']],
    [
      'names of several families',
      without(LLAMA_CONFIG, 'model_type'),
      llamaShapes(),
      ['llama or mistral or qwen2', 'which of them'],
    ],
    ['a bare BERT', without(BERT_CONFIG, 'model_type'), bertShapes(''), ['bert or roberta']],
  ])('%s: heads are never invented', (_, config, shapes, parts) => {
    const error = refusal(config, shapes);
    expect(error.reason).toBe('invalidConfig');
    for (const part of [...parts, '--config PATH', 'Choose config…']) {
      expect(error.message).toContain(part);
    }
  });

  it('names of no family', () => {
    const error = refusal(undefined, { 'encoder.weight': [3, 4] });
    expect(error.reason).toBe('unknownArchitecture');
    expect(error.message).toContain('browsed');
  });
});
