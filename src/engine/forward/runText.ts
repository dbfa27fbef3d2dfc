import { checkCancelled, VocabScopeError } from '../../core/errors';
import { formatRowId } from '../../core/model/componentId';
import type { ReadingOptions } from '../../core/projection/options';
import type { Matrix } from '../../core/tensor/matrix';
import type { ScoredToken } from '../../protocol/reading';
import type { ActiveNeuron, RunLayer, RunParams, RunResult } from '../../protocol/run';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { planReading, readComponents, readPlanned } from '../reading/readComponents';
import { listsOf } from '../reading/toProtocol';
import { contextLength, encodeText } from './encodeText';
import type { HiddenStates } from './forwardModel';

/** Tokens that a neuron's list shows. */
const NEURON_TOKENS = 5;

/** A neuron and its activation. */
interface Active {
  readonly neuron: number;
  readonly activation: number;
}

/** What one layer left at the place that is read. */
interface LayerState {
  readonly layer: number | null;
  /** `[d_model]`, after the final norm. */
  readonly state: Float32Array;
  readonly active: readonly Active[];
}

function mostActive(activations: Float32Array, count: number): Active[] {
  return Array.from(activations, (activation, neuron) => ({ neuron, activation }))
    .sort((a, b) => Math.abs(b.activation) - Math.abs(a.activation) || a.neuron - b.neuron)
    .slice(0, count);
}

/** One token's row of `[tokens, width]`. */
function rowAt(data: Float32Array, tokens: number, position: number): Float32Array {
  const width = data.length / tokens;
  return data.subarray(position * width, (position + 1) * width);
}

function requireFinite(model: OpenModel, state: Float32Array, layer: number | null): void {
  if (!state.every(Number.isFinite)) {
    const where = layer === null ? 'before the first layer' : `after layer ${layer}`;
    throw new VocabScopeError(
      'nonFinite',
      `${model.summary.name} computes numbers that are not finite ${where}: its weights may be damaged. vocabscope info --scan counts them.`,
    );
  }
}

function positionOf({ position }: RunParams, tokens: number): number {
  const found = position < 0 ? tokens + position : position;
  if (found < 0 || found >= tokens) {
    throw new VocabScopeError(
      'invalidData',
      `The text has ${tokens} tokens, so there is no position ${position}; give one from 0 to ${tokens - 1}, or a negative one from the end.`,
    );
  }
  return found;
}

/** Runs the blocks, keeping what each leaves at one position. */
async function runLayers(
  model: OpenModel,
  ids: readonly number[],
  position: number,
  params: RunParams,
  context: WorkContext,
): Promise<LayerState[]> {
  const forward = model.forward();
  const { nLayers } = model.ready().transformer.shape;
  const kept: LayerState[] = [];
  const keep = async (
    layer: number | null,
    { data }: HiddenStates,
    active: readonly Active[],
  ): Promise<void> => {
    const row = rowAt(data, ids.length, position).slice();
    requireFinite(model, row, layer);
    const normed = await forward.finalNorm({ texts: 1, tokens: 1, data: row });
    kept.push({ layer, state: normed.data, active });
  };
  let states = await forward.embed([ids]);
  if (params.layers === 'all') {
    await keep(null, states, []);
  }
  for (let layer = 0; layer < nLayers; layer += 1) {
    checkCancelled(context.cancellation);
    const block = await forward.block(layer);
    const ran = await block.runWithNeurons(states);
    states = ran.states;
    if (params.layers === 'all' || layer === nLayers - 1) {
      const activations = rowAt(ran.neurons, ids.length, position);
      await keep(layer, states, mostActive(activations, params.neurons));
    }
    context.onProgress({ done: layer + 1, total: nLayers, unit: 'layers' });
  }
  return kept;
}

async function topsOf(
  model: OpenModel,
  kept: readonly LayerState[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<(readonly ScoredToken[])[]> {
  const { dModel } = model.ready().transformer.shape;
  const rows: Matrix = {
    rows: kept.length,
    cols: dModel,
    data: new Float32Array(kept.length * dModel),
  };
  kept.forEach(({ state }, index) => {
    rows.data.set(state, index * dModel);
  });
  const treatment = { space: 'output', fold: 'none', rowFold: null } as const;
  const plan = await planReading(model, 'U', treatment, options, false, context);
  const results = await readPlanned(model, rows, plan, options.k, context);
  const views = await model.views(context);
  return results.map((result) => listsOf(result, options, views).top);
}

async function neuronsOf(
  model: OpenModel,
  kept: readonly LayerState[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<ActiveNeuron[][]> {
  const asked = kept.flatMap(({ layer, active }) =>
    active.map(({ neuron, activation }) => ({
      component: formatRowId({ kind: 'FF.V', layer: layer ?? 0, row: neuron }),
      activation,
    })),
  );
  const readings = await readComponents(
    model,
    asked.map(({ component }) => component),
    { ...options, space: 'auto', fold: 'none', k: NEURON_TOKENS },
    false,
    context,
  );
  const neurons = asked.map(({ component, activation }, index): ActiveNeuron => {
    const reading = readings[index];
    const promotes = (activation < 0 ? reading?.bottom : reading?.top) ?? [];
    return { component, activation, promotes };
  });
  let taken = 0;
  return kept.map(({ active }) => {
    taken += active.length;
    return neurons.slice(taken - active.length, taken);
  });
}

/**
 * Runs a text through a model and reads what each layer leaves at one token: the tokens that the hidden state speaks for,
 * and the most active neurons.
 * @throws VocabScopeError `runRefused`, `missingTokenizer`, `invalidTokenizer`, `nonFinite`, `invalidData`, `usage`; CancelledError
 */
export async function runText(
  model: OpenModel,
  params: RunParams,
  context: WorkContext,
): Promise<RunResult> {
  if (params.options.rank === 'specificity') {
    throw new VocabScopeError(
      'usage',
      'Hidden states are no rows of a kind, so specificity has nothing to compare them with: rank by dot, cosine or abs.',
    );
  }
  const encoded = await encodeText(model, params.text, contextLength(model));
  if (encoded === undefined) {
    throw new VocabScopeError('invalidData', 'The text is empty: give at least one word.');
  }
  const { ids, cut } = encoded;
  const position = positionOf(params, ids.length);
  const kept = await runLayers(model, ids, position, params, context);
  const tops = await topsOf(model, kept, params.options, context);
  const neurons = await neuronsOf(model, kept, params.options, context);
  const views = await model.views(context);
  return {
    tokens: ids.map((id) => views.view(id)),
    cut,
    position,
    layers: kept.map(({ layer }, index): RunLayer => ({
      layer,
      top: tops[index] ?? [],
      neurons: neurons[index] ?? [],
    })),
  };
}
