import { VocabScopeError } from '../../core/errors';
import type {
  ClassifierHead,
  ForwardPass,
  NormView,
  Transformer,
} from '../../core/model/transformer';
import { float32At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import type { Checkpoint } from '../../formats/checkpoint';
import { readRows } from '../../formats/readRows';
import type { MemoryBudget } from '../memoryBudget';
import type { Spaces } from '../model/spaces';
import type { OnnxSessions } from '../onnx/onnxSessions';
import { integers, matrixTensor, type NamedTensors, type TensorData } from '../onnx/tensors';
import { blockGraph } from './blockGraph';
import { planBlock, planNorm, type BlockPlan } from './blockPlan';
import { HEAD_NAMES, headGraph, normGraph, type HeadPlan } from './headGraph';
import { rotaryTables, scoreBias } from './positions';
import {
  blockBytes,
  blockParameters,
  readBias,
  readBlockWeights,
  readMatrix,
  readNorm,
  type BlockWeights,
} from './weights';

/** Floating point operations of one run: between runs work can be cancelled. */
const MAX_RUN_FLOP = 5e9;
const FLOP_PER_MULTIPLICATION = 2;
/** Float32 numbers that one step of a run makes: 64 MB. */
const MAX_RUN_NUMBERS = 2 ** 24;

/** Hidden states of texts of one length, `[texts * tokens, d_model]`: text by text, token by token. */
export interface HiddenStates {
  readonly texts: number;
  readonly tokens: number;
  readonly data: Float32Array;
}

/** Texts of one length as ids, `[texts][tokens]`. */
export type TokenBatch = readonly (readonly number[])[];

/** A block whose weights are in memory. */
export interface LoadedBlock {
  run(states: HiddenStates): Promise<HiddenStates>;
  /** The same with its neurons `[texts * tokens, d_ff]`. */
  runWithNeurons(
    states: HiddenStates,
  ): Promise<{ readonly states: HiddenStates; readonly neurons: Float32Array }>;
}

export interface ForwardModelInput {
  /** How sentences call the model. */
  readonly name: string;
  readonly transformer: Transformer;
  readonly checkpoint: Checkpoint;
  readonly spaces: Spaces;
  readonly runtime: OnnxSessions;
  readonly budget: MemoryBudget;
}

/**
 * Runs a model block by block in ONNX Runtime, in float32. Weights of a block are read when it is asked for, and kept
 * for the next time where the memory budget has room for them.
 */
export class ForwardModel {
  private readonly kept = new Map<number, Promise<BlockWeights>>();
  private keptBytes = 0;
  private positions: Matrix | undefined;

  private constructor(
    private readonly input: ForwardModelInput,
    readonly pass: ForwardPass,
  ) {}

  /** @throws VocabScopeError `runRefused` with the model's reason */
  static create(input: ForwardModelInput): ForwardModel {
    const { forward } = input.transformer;
    if (typeof forward === 'string') {
      throw new VocabScopeError('runRefused', `${input.name}: ${forward}`);
    }
    return new ForwardModel(input, forward);
  }

  /** Multiplications that a token costs in one block. */
  get blockParameters(): number {
    const { shape } = this.input.transformer;
    return blockParameters(this.plan(0), shape.dFf, shape.gated);
  }

  /** Texts of so many tokens that run together: bounded in work, so that it can be cancelled, and in memory. */
  maxTexts(tokens: number): number {
    const { nHeads, dFf, dModel } = this.input.transformer.shape;
    const flop = FLOP_PER_MULTIPLICATION * tokens * (this.blockParameters + 2 * tokens * dModel);
    const numbers = Math.max(nHeads * tokens * tokens, tokens * (2 * dFf + 6 * dModel));
    return Math.max(1, Math.floor(Math.min(MAX_RUN_FLOP / flop, MAX_RUN_NUMBERS / numbers)));
  }

  /** What decides the numbers that it computes, beside the files. */
  get description(): Readonly<Record<string, unknown>> {
    const { transformer } = this.input;
    const { classifier, finalNorm, rotary = null } = transformer;
    return { pass: this.pass, rotary, classifier, finalNorm };
  }

  /** States before the first block: W_E's rows, with positions, types and norm as the family has them. */
  async embed(batch: TokenBatch): Promise<HiddenStates> {
    const { transformer, spaces, checkpoint } = this.input;
    const { embeddingScale, tokenTypes, embeddingNorm } = this.pass;
    const { dModel } = transformer.shape;
    const tokens = batch[0]?.length ?? 0;
    const distinct = [...new Set(batch.flat())];
    const places = new Map(distinct.map((id, place) => [id, place]));
    const rows = await spaces.matrix('input').rowsById(distinct);
    const positions = await this.positionRows(tokens);
    const type = tokenTypes === null ? undefined : await readRows(checkpoint, tokenTypes, 0, 1);
    const data = new Float32Array(batch.length * tokens * dModel);
    batch.flat().forEach((id, at) => {
      const from = (places.get(id) ?? 0) * dModel;
      const place = (at % tokens) * dModel;
      for (let j = 0; j < dModel; j += 1) {
        const token = float32At(rows.data, from + j) * embeddingScale;
        const position = positions === undefined ? 0 : float32At(positions.data, place + j);
        data[at * dModel + j] =
          token + position + (type === undefined ? 0 : float32At(type.data, j));
      }
    });
    const states = { texts: batch.length, tokens, data };
    return embeddingNorm === null ? states : this.norm(embeddingNorm, states);
  }

  /** A block's weights, read or kept. */
  async block(layer: number): Promise<LoadedBlock> {
    const weights = await (this.kept.get(layer) ?? this.readBlock(layer));
    const plan = this.plan(layer);
    return {
      run: async (states) => (await this.runBlock(layer, plan, weights, states, false)).states,
      runWithNeurons: (states) => this.runBlock(layer, plan, weights, states, true),
    };
  }

  /** States after the final norm; as they are where the family has none. */
  finalNorm(states: HiddenStates): Promise<HiddenStates> {
    const { finalNorm } = this.input.transformer;
    return finalNorm === undefined ? Promise.resolve(states) : this.norm(finalNorm, states);
  }

  /** How the classifier's head computes. @throws VocabScopeError `runRefused` where there is none, or it cannot be run */
  async head(withFinalNorm: boolean): Promise<(states: HiddenStates) => Promise<Float32Array>> {
    const { transformer, checkpoint, runtime } = this.input;
    const { finalNorm } = transformer;
    const classifier = this.classifier();
    const norm = withFinalNorm && finalNorm !== undefined ? finalNorm : null;
    const plan: HeadPlan = {
      dModel: transformer.shape.dModel,
      finalNorm: norm === null ? null : planNorm(transformer, norm.bias !== undefined),
      dense:
        classifier.dense === undefined
          ? null
          : {
              activation: classifier.dense.activation,
              biased: classifier.dense.bias !== undefined,
            },
      biased: classifier.bias !== undefined,
    };
    const weights = await readHead(checkpoint, classifier, norm);
    return async (states) => {
      const x = this.tensor(states);
      const key = `head ${JSON.stringify(plan)}`;
      const output = await runtime.run(key, () => headGraph(plan), { x, ...weights });
      return output('logits');
    };
  }

  /** The classifier's head. @throws VocabScopeError `runRefused` */
  classifier(): ClassifierHead {
    const { transformer, name } = this.input;
    const { classifier } = transformer;
    if (classifier === undefined) {
      throw new VocabScopeError(
        'runRefused',
        `${name} has no classifier head: choose a sequence or token classifier, such as a fine-tuned model.`,
      );
    }
    if (classifier.problem !== undefined) {
      throw new VocabScopeError('runRefused', `${name}: ${classifier.problem}`);
    }
    return classifier;
  }

  /** Gives back what memory the kept weights held. */
  dispose(): void {
    this.input.budget.release(this.keptBytes);
    this.keptBytes = 0;
    this.kept.clear();
  }

  private plan(layer: number): BlockPlan {
    return planBlock(this.input.transformer, layer);
  }

  private tensor({ data }: HiddenStates): TensorData {
    const { dModel } = this.input.transformer.shape;
    return { data, shape: [data.length / dModel, dModel] };
  }

  private async norm(view: NormView, states: HiddenStates): Promise<HiddenStates> {
    const { transformer, checkpoint, runtime } = this.input;
    const plan = planNorm(transformer, view.bias !== undefined);
    const { dModel } = transformer.shape;
    const weights = await readNorm(checkpoint, view);
    const output = await runtime.run(
      `norm ${JSON.stringify({ plan, dModel })}`,
      () => normGraph(plan, dModel),
      { x: this.tensor(states), ...weights },
    );
    return { ...states, data: output('y') };
  }

  private async positionRows(tokens: number): Promise<Matrix | undefined> {
    const { transformer, checkpoint } = this.input;
    const { W_pos } = transformer;
    if (W_pos !== undefined && (this.positions?.rows ?? 0) < tokens) {
      this.positions = await readRows(checkpoint, W_pos, 0, Math.min(tokens, W_pos.rows));
    }
    return this.positions;
  }

  private readBlock(layer: number): Promise<BlockWeights> {
    const { transformer, checkpoint, budget } = this.input;
    const bytes = blockBytes(this.blockParameters);
    const reading = readBlockWeights(checkpoint, transformer, layer);
    if (!budget.reserve(bytes)) {
      return reading;
    }
    this.keptBytes += bytes;
    this.kept.set(layer, reading);
    reading.catch(() => {
      if (this.kept.get(layer) === reading) {
        this.kept.delete(layer);
        this.keptBytes -= bytes;
        budget.release(bytes);
      }
    });
    return reading;
  }

  private async runBlock(
    layer: number,
    plan: BlockPlan,
    weights: BlockWeights,
    states: HiddenStates,
    withNeurons: boolean,
  ): Promise<{ states: HiddenStates; neurons: Float32Array }> {
    const { rotary, shape } = this.input.transformer;
    const { tokens, texts } = states;
    const feeds: NamedTensors = {
      x: this.tensor(states),
      lengths: integers(texts, tokens),
      ...weights,
      ...(rotary === undefined ? {} : rotaryTables(rotary, tokens)),
      ...(plan.scoresBiased
        ? { scoreBias: scoreBias(this.pass, layer, shape.nKvHeads, tokens) }
        : {}),
    };
    const key = `block ${String(withNeurons)} ${JSON.stringify(plan)}`;
    const output = await this.input.runtime.run(key, () => blockGraph(plan, withNeurons), feeds);
    return {
      states: { ...states, data: output('y') },
      neurons: withNeurons ? output('neurons') : new Float32Array(0),
    };
  }
}

async function readHead(
  checkpoint: Checkpoint,
  { W, bias, dense }: ClassifierHead,
  finalNorm: NormView | null,
): Promise<NamedTensors> {
  const norm = finalNorm === null ? undefined : await readNorm(checkpoint, finalNorm);
  return {
    [HEAD_NAMES.weight]: matrixTensor(await readMatrix(checkpoint, W)),
    ...(bias === undefined ? {} : { [HEAD_NAMES.bias]: await readBias(checkpoint, bias) }),
    ...(dense === undefined
      ? {}
      : { [HEAD_NAMES.denseWeight]: matrixTensor(await readMatrix(checkpoint, dense.W)) }),
    ...(dense?.bias === undefined
      ? {}
      : { [HEAD_NAMES.denseBias]: await readBias(checkpoint, dense.bias) }),
    ...(norm === undefined ? {} : { [HEAD_NAMES.normGain]: norm.gain }),
    ...(norm?.bias === undefined ? {} : { [HEAD_NAMES.normBias]: norm.bias }),
  };
}
