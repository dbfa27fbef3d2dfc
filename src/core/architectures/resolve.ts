/** From config.json and tensor names to a `Transformer`: the one reader of the declarative adapters. */
import type { Block, BlockNorms, MatrixView, ModelShape, Transformer } from '../model/transformer';
import type { ArchitectureAdapter, BlockPart, MatrixSource } from './adapter';
import {
  configEntries,
  quoted,
  readSizes,
  readTokenId,
  type ConfigEntries,
  type ConfigSizes,
  type ModelConfig,
} from './config';
import { resolveForward } from './forward';
import { resolveClassifier, resolveOutput, type Warn } from './heads';
import { ModelTensors, type Tensors } from './modelTensors';
import { recognise, type Recognised } from './recognise';
import { readRotary } from './rotary';

/**
 * Finds the matrices of a model among the tensors of its checkpoint.
 * @param config The parsed config.json; undefined where there is none.
 * @param modelTypeHint Stands in for a config without `model_type`.
 * @throws VocabScopeError `unknownArchitecture` with the names looked for; `invalidConfig` where the config is
 * missing, says sizes that cannot be, or disagrees with the tensors (name, shape found, shape expected).
 */
export function resolveTransformer(
  config: ModelConfig | undefined,
  tensors: Tensors,
  modelTypeHint?: string,
): Transformer {
  const entries = config === undefined ? undefined : configEntries(config);
  return resolveAs(recognise(entries, tensors, modelTypeHint), entries ?? new Map(), tensors);
}

/** The same for a family that is already known. Errors as in `resolveTransformer`. */
export function resolveAs(
  recognised: Recognised,
  config: ConfigEntries,
  tensors: Tensors,
): Transformer {
  const { adapter, embedding } = recognised;
  const warnings: string[] = [];
  const warn: Warn = (sentence) => warnings.push(sentence);
  const configSizes = readSizes(adapter, config);
  const model = new ModelTensors(tensors, embedding.prefix, adapter.stack.path, configSizes);
  const W_E = model.table(embedding.name);
  warnOfVocabularySize(config, W_E.rows, warn);
  const { tied, ...output } = resolveOutput(adapter, config, tensors, W_E, warn);
  const W_pos = resolvePositions(adapter, config, model, warn);
  const blocks = resolveBlocks(adapter, model, configSizes.sizes.nLayers);
  warnOfExtraLayers(model, configSizes, warn);
  const { finalNorm: finalNormNames } = adapter.stack;
  const finalNorm =
    finalNormNames === undefined ? undefined : model.norm(finalNormNames, adapter.norm.plusOne);
  const classifier = resolveClassifier(adapter, config, tensors, configSizes.sizes.dModel, warn);
  const foldRefusal = refuseFolding(recognised, model.missingNorms);
  if (foldRefusal !== undefined && adapter.norm.placement !== 'post') {
    warn(foldRefusal);
  }
  const { sizes } = configSizes;
  const rotary =
    adapter.positions.kind === 'rotary'
      ? readRotary(adapter.positions.rotation, config, sizes.dHead)
      : {};
  return {
    shape: shapeOf(recognised, configSizes, W_E.rows, tied),
    W_E,
    ...output,
    ...(W_pos === undefined ? {} : { W_pos }),
    ...rotary,
    blocks,
    forward: resolveForward({
      recognised,
      config,
      tensors,
      model,
      blocks,
      finalNorm,
      W_pos,
      rotary,
      sizes,
    }),
    ...(finalNorm === undefined ? {} : { finalNorm }),
    ...(classifier === undefined ? {} : { classifier }),
    ...(foldRefusal === undefined ? {} : { foldRefusal }),
    warnings,
  };
}

function shapeOf(
  { adapter, modelType }: Recognised,
  { sizes }: ConfigSizes,
  dVocab: number,
  tied: boolean | null,
): ModelShape {
  return {
    architecture: modelType,
    ...sizes,
    dVocab,
    tied,
    gated: adapter.stack.feedForward.gate !== undefined,
    norm: adapter.norm.kind,
    normPlacement: adapter.norm.placement,
    positions: adapter.positions.kind,
    experts: 0,
  };
}

function resolvePositions(
  { positions }: ArchitectureAdapter,
  config: ConfigEntries,
  model: ModelTensors,
  warn: Warn,
): MatrixView | undefined {
  if (positions.kind !== 'learned') {
    return undefined;
  }
  const name = model.find(positions.names);
  if (name === undefined) {
    warn(
      `The table of positions (${positions.names.join(', ')}) is not in the file: there are no P rows.`,
    );
    return undefined;
  }
  const { skippedRows } = positions;
  if (typeof skippedRows === 'number') {
    return model.table(name, skippedRows);
  }
  return model.table(name, readTokenId(skippedRows.upToId, config) + 1);
}

/** Layer by layer, so that a config with absurdly many layers ends at the first that the file lacks. */
function resolveBlocks(
  adapter: ArchitectureAdapter,
  model: ModelTensors,
  nLayers: number,
): readonly Block[] {
  const { attention, feedForward } = adapter.stack;
  const blocks: Block[] = [];
  for (let layer = 0; layer < nLayers; layer++) {
    const matrix = (part: BlockPart, source: MatrixSource): MatrixView =>
      model.blockMatrix(layer, part, source);
    blocks.push({
      attention: {
        W_Q: matrix('Q', attention.Q),
        W_K: matrix('K', attention.K),
        W_V: matrix('V', attention.V),
        W_O: matrix('O', attention.O),
      },
      feedForward: {
        W_in: matrix('in', feedForward.in),
        ...(feedForward.gate === undefined ? {} : { W_gate: matrix('gate', feedForward.gate) }),
        W_out: matrix('out', feedForward.out),
      },
      norms: resolveNorms(adapter, model, layer),
    });
  }
  return blocks;
}

const NORM_PLACES = ['attention', 'feedForward', 'attentionPost', 'feedForwardPost'] as const;

function resolveNorms(
  { stack, norm }: ArchitectureAdapter,
  model: ModelTensors,
  layer: number,
): BlockNorms {
  const found = NORM_PLACES.flatMap((place) => {
    const names = stack.norms[place];
    const view = names === undefined ? undefined : model.norm(names, norm.plusOne, layer);
    return view === undefined ? [] : [[place, view] as const];
  });
  return Object.fromEntries(found);
}

function refuseFolding(
  { adapter, modelType }: Recognised,
  missingNorms: readonly string[],
): string | undefined {
  if (adapter.norm.placement === 'post') {
    return (
      `Norms of ${modelType} stand after each sublayer, on the residual stream itself (post-norm): no weight reads ` +
      'through one norm alone, so their gains cannot be folded. Read it without folding (--fold none).'
    );
  }
  return missingNorms.length === 0
    ? undefined
    : `${listed(missingNorms)} not in the file, so norms cannot be folded. Read it without folding (--fold none).`;
}

const MAX_NAMES_LISTED = 3;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES_LISTED).join(', ');
  const more =
    names.length > MAX_NAMES_LISTED ? ` and ${names.length - MAX_NAMES_LISTED} more` : '';
  return `${shown}${more} ${names.length === 1 ? 'is' : 'are'}`;
}

function warnOfVocabularySize(config: ConfigEntries, rows: number, warn: Warn): void {
  const stated = config.get('vocab_size');
  if (stated !== undefined && stated !== null && stated !== rows) {
    warn(
      `config.json says vocab_size ${quoted(stated)}, but the embedding has ${rows} rows: the embedding counts.`,
    );
  }
}

function warnOfExtraLayers(model: ModelTensors, { sizes, origins }: ConfigSizes, warn: Warn): void {
  const extra = model.extraLayers();
  const [first, last] = [extra[0], extra.at(-1)];
  if (first !== undefined && last !== undefined) {
    const which = first === last ? `layer ${first}` : `layers up to ${last}`;
    warn(
      `The file holds ${which}, but the model has ${sizes.nLayers} layers (${origins.nLayers}): what is beyond them is not read.`,
    );
  }
}
