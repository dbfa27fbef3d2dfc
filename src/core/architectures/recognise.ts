/** Which family a checkpoint belongs to, and the sentences for those that belong to none. */
import { VocabScopeError } from '../errors';
import type { ArchitectureAdapter, BlockPart, MatrixSource } from './adapter';
import { CHOOSE_CONFIG, modelTypeOf, quoted, type ConfigEntries } from './config';
import {
  embeddingsOf,
  findEmbedding,
  firstExisting,
  rowAxisOf,
  type Embedding,
  type Tensors,
} from './modelTensors';
import { ADAPTERS, findAdapter, knownModelTypes } from './registry';

/** A family, the model type under which it was found, and its W_E. */
export interface Recognised {
  readonly adapter: ArchitectureAdapter;
  readonly modelType: string;
  readonly embedding: Embedding;
}

function embeddingNames(adapters: readonly ArchitectureAdapter[]): string {
  const names = adapters.flatMap((adapter) => embeddingsOf(adapter).map(({ name }) => name));
  return [...new Set(names)].join(', ');
}

/** The family's W_E, where the matrices of the first block are there too, by name and as wide as W_E. */
function fit(adapter: ArchitectureAdapter, tensors: Tensors): readonly Recognised[] {
  const embedding = findEmbedding(adapter, tensors);
  const dModel = tensors.get(embedding?.name ?? '')?.shape[1];
  if (embedding === undefined || dModel === undefined) {
    return [];
  }
  const { path, attention, feedForward } = adapter.stack;
  const parts: readonly [string, MatrixSource][] = Object.entries({ ...attention, ...feedForward });
  const fits = parts.every(([part, { names, layout }]) => {
    const name = firstExisting(tensors, names, (each) =>
      (embedding.prefix + path + each).replaceAll('{}', '0'),
    );
    const shape = tensors.get(name ?? '')?.shape ?? [];
    return shape.length === 2 && shape[1 - rowAxisOf(part as BlockPart, layout)] === dModel;
  });
  return fits ? adapter.modelTypes.map((modelType) => ({ adapter, modelType, embedding })) : [];
}

function fitting(tensors: Tensors): readonly Recognised[] {
  return ADAPTERS.flatMap((adapter) => fit(adapter, tensors));
}

function namesOf(recognised: readonly Recognised[]): string {
  return recognised.map(({ modelType }) => modelType).join(' or ');
}

function unknownArchitecture(subject: string, similar: readonly Recognised[]): VocabScopeError {
  const advice =
    similar.length === 0
      ? 'The tensors can still be browsed.'
      : `The tensors are named and shaped like those of ${namesOf(similar)}: to read them so, ${CHOOSE_CONFIG}.`;
  return new VocabScopeError(
    'unknownArchitecture',
    `${subject} Known are ${knownModelTypes().join(', ')}; the token embedding was looked for under the names ` +
      `${embeddingNames(ADAPTERS)}. ${advice}`,
  );
}

/** Without a `model_type`, heads are never guessed: the config must say how many there are. */
function recogniseByName(config: ConfigEntries | undefined, tensors: Tensors): Recognised {
  const candidates = fitting(tensors);
  const missing =
    config === undefined ? 'There is no config.json' : 'config.json has no model_type';
  const [first, ...others] = candidates;
  if (first === undefined) {
    throw unknownArchitecture(
      `${missing}, and the tensor names are those of no known architecture.`,
      [],
    );
  }
  const saysHeads = first.adapter.sizes.nHeads.keys.some((key) => config?.has(key) === true);
  if (others.length > 0 || !saysHeads) {
    const unknown =
      others.length > 0
        ? 'which of them it is and how many attention heads it has'
        : 'how many attention heads it has';
    throw new VocabScopeError(
      'invalidConfig',
      `${missing}. The tensors are named like those of ${namesOf(candidates)}, but ${unknown} cannot be told from ` +
        `them: ${CHOOSE_CONFIG}.`,
    );
  }
  return first;
}

/**
 * The family of a checkpoint: by the config's `model_type`, else by the hint, else by tensor names and shapes
 * where these leave no doubt.
 * @throws VocabScopeError `unknownArchitecture` with the names looked for; `invalidConfig` where a config is needed.
 */
export function recognise(
  config: ConfigEntries | undefined,
  tensors: Tensors,
  modelTypeHint?: string,
): Recognised {
  const modelType = (config === undefined ? undefined : modelTypeOf(config)) ?? modelTypeHint;
  if (modelType === undefined) {
    return recogniseByName(config, tensors);
  }
  const adapter = findAdapter(modelType);
  if (adapter === undefined) {
    throw unknownArchitecture(
      `The architecture ${quoted(modelType)} is not known.`,
      fitting(tensors),
    );
  }
  const embedding = findEmbedding(adapter, tensors);
  if (embedding === undefined) {
    throw new VocabScopeError(
      'unknownArchitecture',
      `The model_type is ${quoted(modelType)}, but its token embedding is not in the file: looked for ` +
        `${embeddingNames([adapter])}. The tensors can still be browsed; if they are of another kind, ${CHOOSE_CONFIG}.`,
    );
  }
  return { adapter, modelType, embedding };
}
