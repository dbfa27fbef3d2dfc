/**
 * A classifier and the same model in another basis of its hidden state, without its head and with its norms folded in: the
 * two compute the same, so that one translated into the other must give its logits back.
 */
import { Matrix, QR } from 'ml-matrix';
import path from 'node:path';
import { gaussianGenerator } from '../../src/core/projection/seeded';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
  type WrittenTensor,
} from './syntheticModel';

type Tensors = Record<string, WrittenTensor>;

/** Weights of this size keep hidden states small enough for float32. */
const SCALE = 0.3;
const LABELS = 3;

function dense({ shape, values }: WrittenTensor): Matrix {
  const [rows = 0, cols = 0] = shape;
  return Matrix.from1DArray(rows, cols, [...values]);
}

function stored(matrix: Matrix): WrittenTensor {
  return { shape: [matrix.rows, matrix.columns], values: Float32Array.from(matrix.to1DArray()) };
}

function vector(values: readonly number[]): WrittenTensor {
  return { shape: [values.length], values: Float32Array.from(values) };
}

/** A basis in which norms do the same: any for RMSNorm; for LayerNorm one that keeps the mean, so that axes change places. */
function basisFor({ family, width, seed }: SyntheticModel): Matrix {
  const gauss = gaussianGenerator(seed + 1);
  if (family === 'llama') {
    const numbers = Array.from({ length: width * width }, gauss);
    return new QR(Matrix.from1DArray(width, width, numbers)).orthogonalMatrix;
  }
  const order = Array.from({ length: width }, (_, i) => ({ i, key: gauss() })).sort(
    (a, b) => a.key - b.key,
  );
  const basis = Matrix.zeros(width, width);
  order.forEach(({ i }, j) => basis.set(i, j, 1));
  return basis;
}

/** GPT-2's biases and shifts, which synthetic models lack. */
function biasesOf({ layers, width, neurons, seed }: SyntheticModel): Tensors {
  const gauss = gaussianGenerator(seed + 2);
  const lengths = {
    'ln_1.bias': width,
    'ln_2.bias': width,
    'attn.c_attn.bias': 3 * width,
    'attn.c_proj.bias': width,
    'mlp.c_fc.bias': neurons,
    'mlp.c_proj.bias': width,
  };
  const random = (length: number): WrittenTensor => vector(Array.from({ length }, gauss));
  return Object.fromEntries<WrittenTensor>([
    ...Array.from({ length: layers }, (_, layer) =>
      Object.entries(lengths).map(([name, length]): [string, WrittenTensor] => [
        `transformer.h.${layer}.${name}`,
        random(length),
      ]),
    ).flat(),
    ['transformer.ln_f.bias', random(width)],
  ]);
}

const NORM = /(?:ln_\d|ln_f|layernorm|model\.norm)\.(?<which>weight|bias)$/u;
const WRITING = /(?:c_proj|o_proj|down_proj)\.weight$/u;
const TABLE = /(?:wte|wpe|embed_tokens|lm_head)\.weight$/u;

/** The norm before a reading weight. */
function normBefore(name: string): string {
  return name
    .replace(/attn\.c_attn\.\w+$/u, 'ln_1')
    .replace(/mlp\.c_fc\.\w+$/u, 'ln_2')
    .replace(/self_attn\.[qkv]_proj\.\w+$/u, 'input_layernorm')
    .replace(/mlp\.(?:gate|up)_proj\.\w+$/u, 'post_attention_layernorm');
}

/** One tensor in the new basis. */
function turnedTensor(name: string, all: Tensors, basis: Matrix): WrittenTensor {
  const tensor = all[name] ?? vector([]);
  const norm = NORM.exec(name)?.groups?.['which'];
  if (norm !== undefined) {
    return vector(Array.from(tensor.values, () => (norm === 'weight' ? 1 : 0)));
  }
  if (TABLE.test(name)) {
    return stored(dense(tensor).mmul(basis));
  }
  const isConv = name.startsWith('transformer.');
  const isWriting = WRITING.test(name);
  if (name.endsWith('c_proj.bias')) {
    return vector(
      Matrix.rowVector([...tensor.values])
        .mmul(basis)
        .to1DArray(),
    );
  }
  if (isWriting) {
    return stored(isConv ? dense(tensor).mmul(basis) : basis.transpose().mmul(dense(tensor)));
  }
  const before = normBefore(name);
  const gains = [...(all[`${before}.weight`] ?? vector([])).values];
  if (name.endsWith('.bias')) {
    const weight = dense(all[name.replace(/bias$/u, 'weight')] ?? vector([]));
    const shift = Matrix.rowVector([...(all[`${before}.bias`] ?? vector([])).values]);
    return vector(
      shift
        .mmul(weight)
        .add(Matrix.rowVector([...tensor.values]))
        .to1DArray(),
    );
  }
  return stored(
    isConv
      ? basis.transpose().mmul(Matrix.diag(gains)).mmul(dense(tensor))
      : dense(tensor).mmul(Matrix.diag(gains)).mmul(basis),
  );
}

function scaled(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value) => value * SCALE) },
    ]),
  );
}

/** Writes both. @returns their folders */
export function writeTurnedModels(
  folder: string,
  model: SyntheticModel,
): { readonly classifier: string; readonly turned: string } {
  const plain = scaled({
    ...syntheticTensors(model),
    ...(model.family === 'gpt2' ? biasesOf(model) : {}),
  });
  const basis = basisFor(model);
  const turned = Object.fromEntries(
    Object.keys(plain).map((name) => [name, turnedTensor(name, plain, basis)]),
  );
  const gauss = gaussianGenerator(model.seed + 3);
  const head = Float32Array.from({ length: LABELS * model.width }, gauss);
  const classifier = { ...plain, 'score.weight': { shape: [LABELS, model.width], values: head } };
  return {
    classifier: writeSyntheticModel(path.join(folder, 'classifier'), model, classifier),
    turned: writeSyntheticModel(path.join(folder, 'turned'), model, turned),
  };
}
