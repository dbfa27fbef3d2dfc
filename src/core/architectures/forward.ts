/** What running a model needs beside its matrices, read from the family's description, config.json and tensor names. */
import type {
  Activation,
  BiasedPart,
  Block,
  BlockBiases,
  ForwardPass,
  MatrixView,
  NormView,
  RotaryPositions,
  VectorView,
} from '../model/transformer';
import { BIASED_PARTS } from '../model/transformer';
import type { ForwardLayout, NumberKey, SwitchKey, TextKey } from './adapter';
import { alibiSlopes } from './alibi';
import { quoted, type ConfigEntries } from './config';
import { biasNameOf, plainView, printShape, type ModelTensors, type Tensors } from './modelTensors';
import type { Recognised } from './recognise';

/** Why a model cannot be run; its message goes on "…: ". */
class NotCovered extends Error {}

/** What is already known of the model. */
export interface ForwardInput {
  readonly recognised: Recognised;
  readonly config: ConfigEntries;
  readonly tensors: Tensors;
  readonly model: ModelTensors;
  readonly blocks: readonly Block[];
  readonly finalNorm: NormView | undefined;
  readonly W_pos: MatrixView | undefined;
  readonly rotary: { readonly rotary?: RotaryPositions; readonly rotaryProblem?: string };
  readonly sizes: { readonly nHeads: number; readonly dModel: number; readonly dHead: number };
}

/** `hidden_act` and its like, as transformers names them (`ACT2FN`). */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['gelu', 'gelu'],
  ['gelu_python', 'gelu'],
  ['gelu_new', 'geluTanh'],
  ['gelu_fast', 'geluTanh'],
  ['gelu_pytorch_tanh', 'geluTanh'],
  ['gelu_python_tanh', 'geluTanh'],
  ['quick_gelu', 'quickGelu'],
  ['relu', 'relu'],
  ['relu2', 'reluSquared'],
  ['silu', 'silu'],
  ['swish', 'silu'],
]);

function said<T>(
  config: ConfigEntries,
  { keys, absent }: { readonly keys: readonly string[]; readonly absent: T },
  is: (value: unknown) => value is T,
): T {
  const key = keys.find((candidate) => (config.get(candidate) ?? null) !== null);
  if (key === undefined) {
    return absent;
  }
  const value = config.get(key);
  if (!is(value)) {
    throw new NotCovered(`config.json says ${key} ${quoted(value)}, which is not understood`);
  }
  return value;
}

const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);
const isSwitch = (value: unknown): value is boolean => typeof value === 'boolean';
const isText = (value: unknown): value is string => typeof value === 'string';

function numberIn(config: ConfigEntries, key: NumberKey): number {
  return said(config, key, isPositive);
}

function switchIn(config: ConfigEntries, key: SwitchKey | undefined): boolean {
  return key !== undefined && said(config, key, isSwitch);
}

function activationIn(config: ConfigEntries, key: TextKey): Activation {
  const name = said(config, key, isText);
  const activation = ACTIVATIONS.get(name);
  if (activation === undefined) {
    throw new NotCovered(`its activation ${quoted(name)} is not known`);
  }
  return activation;
}

function requireOnly(config: ConfigEntries, { only = [] }: ForwardLayout): void {
  for (const { key, values } of only) {
    const value = config.get(key) ?? null;
    if (value !== null && !values.includes(value)) {
      throw new NotCovered(`config.json says ${key} ${quoted(value)}, which changes its blocks`);
    }
  }
}

function attentionScales(
  { attention = {} }: ForwardLayout,
  { config, blocks, sizes }: ForwardInput,
): readonly number[] {
  const isScaled = attention.scaled === undefined || switchIn(config, attention.scaled);
  const width =
    attention.width === undefined
      ? sizes.dHead
      : numberIn(config, { ...attention.width, absent: attention.width.absent ?? sizes.dHead });
  const byLayer = switchIn(config, attention.dividedByLayer);
  return blocks.map((_, layer) => (isScaled ? width ** -0.5 : 1) / (byLayer ? layer + 1 : 1));
}

/** `layer_types` where config.json has it, else the family's rule. */
function windowedLayers(
  layout: NonNullable<ForwardLayout['window']>,
  { config, blocks }: ForwardInput,
): readonly boolean[] {
  const types = config.get('layer_types') ?? null;
  if (types === null) {
    const from = layout.fromLayer === undefined ? 0 : numberIn(config, layout.fromLayer);
    return blocks.map((_, layer) =>
      layout.every === undefined ? layer >= from : layer % layout.every === 0,
    );
  }
  if (!Array.isArray(types) || types.length !== blocks.length) {
    throw new NotCovered('config.json says layer_types that do not fit its layers');
  }
  return types.map((type: unknown) => {
    if (type !== 'sliding_attention' && type !== 'full_attention') {
      throw new NotCovered(`config.json says a layer of type ${quoted(type)}, which is not known`);
    }
    return type === 'sliding_attention';
  });
}

function windows(layout: ForwardLayout, input: ForwardInput): readonly (number | null)[] {
  const { window } = layout;
  const none = input.blocks.map(() => null);
  if (window === undefined || (window.used !== undefined && !switchIn(input.config, window.used))) {
    return none;
  }
  const key = window.size.keys.find((candidate) => input.config.has(candidate));
  if (key !== undefined && input.config.get(key) === null) {
    return none;
  }
  const size = numberIn(input.config, window.size);
  return windowedLayers(window, input).map((isWindowed) => (isWindowed ? size : null));
}

/** The bias beside a matrix, with the same places as its rows; undefined where none is stored. */
function biasOf(
  tensors: Tensors,
  part: BiasedPart,
  view: MatrixView,
  dModel: number,
): VectorView | undefined {
  const tensor = biasNameOf(view.tensor);
  const found = tensor === undefined ? undefined : tensors.get(tensor);
  if (tensor === undefined || found === undefined) {
    return undefined;
  }
  const writes = part === 'O' || part === 'out';
  const rows = tensors.get(view.tensor)?.shape[view.rowAxis] ?? 0;
  const length = writes ? dModel : rows;
  if (found.shape.length !== 1 || found.shape[0] !== length) {
    throw new NotCovered(
      `${tensor} has the shape ${printShape(found.shape)}, but [${length}] is expected`,
    );
  }
  const { offset, blockLength, blockStride } = view;
  return writes
    ? { tensor, length, offset: 0, blockLength: length, blockStride: length }
    : { tensor, length: view.rows, offset, blockLength, blockStride };
}

function matrixOf({ attention, feedForward }: Block, part: BiasedPart): MatrixView | undefined {
  switch (part) {
    case 'Q':
      return attention.W_Q;
    case 'K':
      return attention.W_K;
    case 'V':
      return attention.W_V;
    case 'O':
      return attention.W_O;
    case 'in':
      return feedForward.W_in;
    case 'gate':
      return feedForward.W_gate;
    case 'out':
      return feedForward.W_out;
  }
}

function biases({ blocks, tensors, sizes }: ForwardInput): readonly BlockBiases[] {
  const found = blocks.map((block) =>
    Object.fromEntries(
      BIASED_PARTS.flatMap((part) => {
        const matrix = matrixOf(block, part);
        const bias = matrix === undefined ? undefined : biasOf(tensors, part, matrix, sizes.dModel);
        return bias === undefined ? [] : [[part, bias] as const];
      }),
    ),
  );
  const [first = {}] = found;
  const odd = found.findIndex((each) => Object.keys(each).join() !== Object.keys(first).join());
  if (odd >= 0) {
    throw new NotCovered(`layer ${odd} has other biases than layer 0`);
  }
  return found;
}

function maxTokens(layout: ForwardLayout, { config, W_pos }: ForwardInput): number {
  if (layout.maxTokens !== undefined) {
    return numberIn(config, layout.maxTokens);
  }
  if (W_pos === undefined) {
    throw new NotCovered('its table of positions is not in the file');
  }
  return W_pos.rows;
}

function namedNorm(
  { model, recognised }: ForwardInput,
  names: ForwardLayout['embeddingNorm'],
): NormView | null {
  if (names === undefined) {
    return null;
  }
  const norm = model.norm(names, recognised.adapter.norm.plusOne);
  if (norm === undefined) {
    throw new NotCovered(`the norm of its embeddings (${names.join(', ')}) is not in the file`);
  }
  return norm;
}

function tokenTypes(
  { model, sizes }: ForwardInput,
  names: ForwardLayout['tokenTypes'],
): MatrixView | null {
  if (names === undefined) {
    return null;
  }
  const name = model.find(names);
  if (name === undefined) {
    throw new NotCovered(`its token types (${names.join(', ')}) are not in the file`);
  }
  return plainView(name, model.table(name).rows, sizes.dModel);
}

/** Norms without which a block would compute something else. */
function requireNorms({ blocks, finalNorm, recognised }: ForwardInput): void {
  const { norms, finalNorm: finalNames } = recognised.adapter.stack;
  const wanted = Object.keys(norms);
  const lacking = blocks.findIndex((block) =>
    wanted.some((place) => block.norms[place as keyof typeof block.norms] === undefined),
  );
  if (lacking >= 0) {
    throw new NotCovered(`norms of layer ${lacking} are not in the file`);
  }
  if (finalNames !== undefined && finalNorm === undefined) {
    throw new NotCovered(`its final norm (${finalNames.join(', ')}) is not in the file`);
  }
}

function readForward(layout: ForwardLayout, input: ForwardInput): ForwardPass {
  const { config, sizes, recognised, rotary } = input;
  requireOnly(config, layout);
  requireNorms(input);
  const positions = recognised.adapter.positions.kind;
  if (positions === 'rotary' && rotary.rotary === undefined) {
    throw new NotCovered('how it rotates positions cannot be told from config.json');
  }
  if (positions === 'relative') {
    throw new NotCovered('its relative positions are not computed here');
  }
  const cap = layout.attention?.cap;
  return {
    activation: activationIn(config, layout.activation),
    normEpsilon:
      typeof layout.normEpsilon === 'number'
        ? layout.normEpsilon
        : numberIn(config, layout.normEpsilon),
    causal: layout.causal,
    parallel: switchIn(config, layout.parallel),
    attentionScales: attentionScales(layout, input),
    windows: windows(layout, input),
    attentionCap:
      cap === undefined || config.get(cap.keys[0]) === null ? null : numberIn(config, cap),
    alibiSlopes: positions === 'alibi' ? alibiSlopes(sizes.nHeads) : null,
    embeddingScale: layout.embeddingScale === 'sqrt d_model' ? Math.sqrt(sizes.dModel) : 1,
    tokenTypes: tokenTypes(input, layout.tokenTypes),
    embeddingNorm: namedNorm(input, layout.embeddingNorm),
    biases: biases(input),
    maxTokens: maxTokens(layout, input),
  };
}

/** What running the model needs, or the sentence that says why it cannot be run. */
export function resolveForward(input: ForwardInput): ForwardPass | string {
  const { adapter, modelType } = input.recognised;
  try {
    if (adapter.forward === undefined) {
      throw new NotCovered('how the blocks of this family compute is not described here');
    }
    return readForward(adapter.forward, input);
  } catch (error) {
    if (!(error instanceof NotCovered)) {
      throw error;
    }
    return `Running this model is not covered (${modelType}): ${error.message}. Its weights can still be read.`;
  }
}
