import type { TensorLayout } from '../../core/architectures/adapter';
import { VocabScopeError } from '../../core/errors';
import type { Checkpoint, StoredTensor } from '../checkpoint';
import { numericTensor } from '../numericTensor';
import { quote, quoteSome } from '../quote';
import { TensorNames } from '../tensorNames';
import type { AdapterConfig } from './adapterConfig';

/** A stored tensor of the base and the two factors of what is added to it. */
export interface AdaptedTensor {
  readonly base: StoredTensor;
  /** `[rank, in]`, and `[out, rank]`: the change of an nn.Linear is `scale * B A`. */
  readonly a: StoredTensor;
  readonly b: StoredTensor;
  readonly rank: number;
  readonly scale: number;
  /** The base stores `[in, out]`: its change is the transpose of `B A`. */
  readonly transposed: boolean;
}

/** What an adapter does to its base, by the base's names. */
export interface AdapterTensors {
  readonly adapted: ReadonlyMap<string, AdaptedTensor>;
  /** Whole tensors that take the place of the base's, or join them (classifier heads, biases). */
  readonly replaced: ReadonlyMap<string, StoredTensor>;
}

const PREFIX = /^(?:base_model\.model\.)/u;
const FACTOR =
  /^(?<module>.+)\.lora_(?<embedding>embedding_)?(?<factor>[AB])(?:\.[^.]+?)??(?:\.weight)?$/u;
/** A bias that is added to the base's, beside a factor (`lora_bias`). */
const FACTOR_BIAS = /\.lora_[AB](?:\.[^.]+)?\.bias$/u;
/** What stands before a tensor that takes the place of the base's: also the bias of a layer whose weight has factors. */
const SAVED = /\.modules_to_save(?:\.[^.]+)?(?=\.)|\.base_layer(?=\.bias$)/u;
const ORIGINAL = /\.(?:original_module\.|base_layer\.(?!bias$))/u;

interface Factors {
  readonly module: string;
  readonly isEmbedding: boolean;
  a?: StoredTensor;
  b?: StoredTensor;
}

function refuse(adapter: Checkpoint, sentence: string): VocabScopeError {
  return new VocabScopeError(
    'incomparable',
    `${sentence} Check that ${quote(adapter.files[0] ?? 'the adapter')} belongs to this base model.`,
  );
}

function collect(adapter: Checkpoint): { factors: Map<string, Factors>; whole: StoredTensor[] } {
  const factors = new Map<string, Factors>();
  const whole: StoredTensor[] = [];
  for (const tensor of adapter.tensors.values()) {
    const name = tensor.name.replace(PREFIX, '');
    if (FACTOR_BIAS.test(name)) {
      throw new VocabScopeError(
        'unsupportedFormat',
        `The adapter holds ${quote(tensor.name)}, which it adds to a bias beside its factors (lora_bias), and this version does not read. Merge it into its base model and open that.`,
      );
    }
    const groups = FACTOR.exec(name)?.groups;
    if (groups !== undefined) {
      const module = groups['module'] ?? '';
      const isEmbedding = groups['embedding'] !== undefined;
      const found = factors.get(module) ?? { module, isEmbedding };
      found[groups['factor'] === 'A' ? 'a' : 'b'] = tensor;
      factors.set(module, found);
    } else if (name.includes('lora_')) {
      throw new VocabScopeError(
        'unsupportedFormat',
        `The adapter holds ${quote(tensor.name)}, which this version does not read (DoRA, or another kind than LoRA). Merge it into its base model and open that.`,
      );
    } else if (!ORIGINAL.test(name)) {
      whole.push(tensor);
    }
  }
  return { factors, whole };
}

/** How the base keeps a weight, by its name; undefined where its family does not say. */
export type LayoutOf = (tensor: string) => TensorLayout | undefined;

/**
 * Whether a weight `[inputs, outputs]` takes the transpose of `B A`. PEFT goes by the kind of module, whatever
 * `fan_in_fan_out` says: so do the family, and, where it does not say, the weight's own shape. The flag decides what is
 * left, square weights of unknown families.
 */
function isTransposed(
  { name, shape }: StoredTensor,
  [inputs, outputs]: readonly [number, number],
  config: AdapterConfig,
  layoutOf: LayoutOf,
): boolean {
  const layout = layoutOf(name);
  if (layout !== undefined) {
    return layout === 'conv1d';
  }
  const [rows, cols] = shape;
  const fits = rows === outputs && cols === inputs;
  const fitsTransposed = rows === inputs && cols === outputs;
  return fits === fitsTransposed ? config.fanInFanOut : fitsTransposed;
}

/** Two axes of a tensor. */
function sizesOf(adapter: Checkpoint, tensor: StoredTensor): readonly [number, number] {
  numericTensor(adapter, tensor.name);
  const [first = 0, second = 0, ...more] = tensor.shape;
  if (more.length > 0 || first === 0 || second === 0) {
    throw refuse(
      adapter,
      `${quote(tensor.name)} has the shape [${tensor.shape.join(', ')}], and a factor has two axes.`,
    );
  }
  return [first, second];
}

function adaptedTensor(
  adapter: Checkpoint,
  { module, isEmbedding, a, b }: Factors,
  base: StoredTensor,
  config: AdapterConfig,
  layoutOf: LayoutOf,
): AdaptedTensor {
  if (a === undefined || b === undefined) {
    throw refuse(
      adapter,
      `Of the two factors of ${quote(module)} only lora_${a === undefined ? 'B' : 'A'} is there.`,
    );
  }
  const [rank, inputs] = sizesOf(adapter, a);
  const [outputs, otherRank] = sizesOf(adapter, b);
  const wanted = config.rankOf(module);
  if (rank !== otherRank || rank !== wanted) {
    throw refuse(
      adapter,
      `The rank of ${quote(module)} disagrees: lora_A has ${rank}, lora_B ${otherRank}, and adapter_config.json says ${wanted}.`,
    );
  }
  // PEFT's factors of an embedding [V, d] are [rank, V] and [d, rank].
  const transposed = isEmbedding || isTransposed(base, [inputs, outputs], config, layoutOf);
  const expected = transposed ? [inputs, outputs] : [outputs, inputs];
  if (base.shape.length !== 2 || base.shape.some((size, axis) => size !== expected[axis])) {
    throw refuse(
      adapter,
      `The adapter changes ${quote(base.name)} as if it were [${expected.join(', ')}], but in the base it is [${base.shape.join(', ')}].`,
    );
  }
  return { base, a, b, rank, scale: config.scaleOf(module), transposed };
}

/** Replaced tensors by the base's names, or their own where the base has none (a classifier head). */
function replacedTensors(
  whole: readonly StoredTensor[],
  names: TensorNames,
): Map<string, StoredTensor> {
  return new Map(
    whole.map((tensor) => {
      const name = tensor.name.replace(PREFIX, '').replace(SAVED, '');
      return [names.find(name) ?? name, tensor] as const;
    }),
  );
}

/**
 * Finds the tensors of the base that an adapter changes.
 * @throws VocabScopeError `incomparable` where the base lacks a module, or ranks or widths disagree; `unsupportedFormat`
 */
export function adapterTensors(
  adapter: Checkpoint,
  base: Checkpoint,
  config: AdapterConfig,
  layoutOf: LayoutOf,
): AdapterTensors {
  const { factors, whole } = collect(adapter);
  const names = new TensorNames(base.tensors);
  const adapted = new Map<string, AdaptedTensor>();
  const missing: string[] = [];
  for (const found of factors.values()) {
    const name = names.find(`${found.module}.weight`);
    const tensor = base.tensors.get(name ?? '');
    if (tensor === undefined) {
      missing.push(found.module);
    } else {
      numericTensor(base, tensor.name);
      adapted.set(tensor.name, adaptedTensor(adapter, found, tensor, config, layoutOf));
    }
  }
  if (missing.length > 0) {
    throw refuse(
      adapter,
      `The base model lacks ${missing.length === 1 ? 'a module' : `${missing.length} modules`} that the adapter changes: ${quoteSome(missing)}.`,
    );
  }
  if (adapted.size === 0 && whole.length === 0) {
    throw refuse(adapter, 'The adapter holds no tensor that changes anything.');
  }
  return { adapted, replaced: replacedTensors(whole, names) };
}
