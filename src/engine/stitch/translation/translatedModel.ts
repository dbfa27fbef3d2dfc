import { shiftedBias, turned, withGains, type Gains } from '../../../core/analysis/translation';
import { plainView } from '../../../core/architectures/modelTensors';
import { checkCancelled, VocabScopeError } from '../../../core/errors';
import type {
  BiasedPart,
  Block,
  BlockBiases,
  ClassifierHead,
  MatrixView,
  NormView,
  Transformer,
  VectorView,
} from '../../../core/model/transformer';
import { batchesOf, runRowsFor } from '../../../core/projection/workPlan';
import { rowsOf, type Matrix, type Matrix64 } from '../../../core/tensor/matrix';
import { readRows } from '../../../formats/readRows';
import type { WorkContext } from '../../context';
import { readBias, readMatrix, readNorm, readView } from '../../forward/weights';
import type { OpenModel } from '../../model/openModel';
import type { WeightModel } from '../export/graphWeights';
import { withComputed, type ComputedTensor } from './computedTensors';

/** Kernels in both directions: `T` `[d_B, d_A]` and `T'` `[d_A, d_B]`. */
export interface BothKernels {
  readonly there: Matrix64;
  readonly back: Matrix64;
}

/** Names of computed tensors begin so: no checkpoint has them. */
const PREFIX = 'translated.';
const PLAIN_NORM: NormView = { tensor: `${PREFIX}ones`, plusOne: false };

/** Whether a part reads the hidden state, and behind which norm. */
const READ_BEHIND: Readonly<Partial<Record<BiasedPart, 'attention' | 'feedForward'>>> = {
  Q: 'attention',
  K: 'attention',
  V: 'attention',
  in: 'feedForward',
  gate: 'feedForward',
};

/** @throws VocabScopeError `runRefused` where gains cannot be folded into what reads the state */
export function requireTranslatable(model: OpenModel): void {
  const { normPlacement, architecture } = model.ready().transformer.shape;
  if (normPlacement !== 'pre') {
    throw new VocabScopeError(
      'runRefused',
      `${model.summary.name} cannot be translated: norms of ${architecture} stand after its sublayers, on the hidden state itself, so their gains cannot be folded into the weights that read it. Stitch it as it is (on the command line: without --translate), or choose a classifier whose norms stand before.`,
    );
  }
}

/** Makes the tensors of A's blocks and head in B's space, each read and rewritten when it is asked for. */
class Translator {
  readonly tensors: ComputedTensor[] = [];
  private readonly reads: Matrix;
  private readonly writes: Matrix;
  private readonly a: Transformer;

  constructor(
    private readonly model: OpenModel,
    { there, back }: BothKernels,
    private readonly width: number,
    private readonly context: WorkContext,
  ) {
    // Both as `[d_B, d_A]`: rows times their transpose.
    this.reads = { rows: there.rows, cols: there.cols, data: Float32Array.from(there.data) };
    this.writes = turned(back);
    this.a = model.ready().transformer;
    this.vector(PLAIN_NORM.tensor, width, () => Promise.resolve(new Float32Array(width).fill(1)));
  }

  private get checkpoint(): OpenModel['checkpoint'] {
    return this.model.checkpoint;
  }

  private vector(name: string, length: number, read: () => Promise<Float32Array>): string {
    this.tensors.push({ name, shape: [length], read });
    return name;
  }

  /** Rows in B's space. */
  private matrix(
    name: string,
    view: MatrixView,
    by: Matrix,
    norm: NormView | undefined,
  ): MatrixView {
    this.tensors.push({
      name,
      shape: [view.rows, this.width],
      read: async (start, count) => {
        const rows = await readRows(this.checkpoint, view, start, count);
        const gains = await this.gains(norm);
        const folded = gains === undefined ? rows : withGains(rows, gains);
        return this.times(folded, by);
      },
    });
    return plainView(name, view.rows, this.width);
  }

  /** `X B^T`, row-major, in runs between which it can be cancelled. */
  private async times(x: Matrix, by: Matrix): Promise<Float32Array> {
    const products = new Float32Array(x.rows * by.rows);
    for (const { start, count } of batchesOf(x.rows, runRowsFor(by))) {
      checkCancelled(this.context.cancellation);
      const into = products.subarray(start * by.rows, (start + count) * by.rows);
      await this.model.backend().multiplyTransposed(rowsOf(x, start, count), by, into);
    }
    return products;
  }

  private async gains(norm: NormView | undefined): Promise<Gains | undefined> {
    if (norm === undefined) {
      return undefined;
    }
    const { gain, bias } = await readNorm(this.checkpoint, norm);
    return {
      gain: gain.data as Float32Array,
      ...(bias === undefined ? {} : { shift: bias.data as Float32Array }),
    };
  }

  /** The bias of rows that read behind a norm: their own, and what the norm's shift adds. */
  private readingBias(
    name: string,
    view: MatrixView,
    norm: NormView | undefined,
    own: () => Promise<Float32Array | undefined>,
  ): string {
    return this.vector(name, view.rows, async () => {
      const rows = await readMatrix(this.checkpoint, view);
      const gains = await this.gains(norm);
      return shiftedBias(rows, gains?.shift, await own());
    });
  }

  block(layer: number): { readonly block: Block; readonly biases: BlockBiases } {
    const { attention, feedForward, norms } = this.a.blocks[layer] as Block;
    const stored = typeof this.a.forward === 'string' ? {} : (this.a.forward.biases[layer] ?? {});
    const place = `${PREFIX}${layer}.`;
    const biases: Record<string, BlockBiases[BiasedPart]> = {};
    const add = (part: BiasedPart, view: MatrixView): MatrixView => {
      const behind = READ_BEHIND[part];
      const norm = behind === undefined ? undefined : norms[behind];
      const by = behind === undefined ? this.writes : this.reads;
      const bias = stored[part];
      const own = async (): Promise<Float32Array | undefined> =>
        bias === undefined
          ? undefined
          : ((await readView(this.checkpoint, bias)).data as Float32Array);
      if (bias !== undefined || norm?.bias !== undefined) {
        const length = behind === undefined ? this.width : view.rows;
        const tensor =
          behind === undefined && bias !== undefined
            ? this.vector(`${place}b_${part}`, length, () => this.written(bias))
            : this.readingBias(`${place}b_${part}`, view, norm, own);
        biases[part] = { tensor, length, offset: 0, blockLength: length, blockStride: length };
      }
      return this.matrix(`${place}W_${part}`, view, by, norm);
    };
    const { W_gate } = feedForward;
    const block: Block = {
      attention: {
        W_Q: add('Q', attention.W_Q),
        W_K: add('K', attention.W_K),
        W_V: add('V', attention.W_V),
        W_O: add('O', attention.W_O),
      },
      feedForward: {
        W_in: add('in', feedForward.W_in),
        ...(W_gate === undefined ? {} : { W_gate: add('gate', W_gate) }),
        W_out: add('out', feedForward.W_out),
      },
      norms: Object.fromEntries(Object.keys(norms).map((each) => [each, PLAIN_NORM])),
    };
    return { block, biases };
  }

  /** The head, with the final norm's gains and shifts inside where it runs. */
  head({ W, bias, labels, pool }: ClassifierHead, norm: NormView | undefined): ClassifierHead {
    const isBiased = bias !== undefined || norm?.bias !== undefined;
    const own = async (): Promise<Float32Array | undefined> =>
      bias === undefined
        ? undefined
        : ((await readBias(this.checkpoint, bias)).data as Float32Array);
    return {
      W: this.matrix(`${PREFIX}classifier.weight`, W, this.reads, norm),
      labels,
      ...(isBiased ? { bias: this.readingBias(`${PREFIX}classifier.bias`, W, norm, own) } : {}),
      ...(pool === undefined ? {} : { pool }),
    };
  }

  /** `b T'` */
  private async written(bias: VectorView): Promise<Float32Array> {
    const data = (await readView(this.checkpoint, bias)).data as Float32Array;
    return this.times({ rows: 1, cols: data.length, data }, this.writes);
  }
}

/**
 * A classifier A as a model of B's width: A's blocks and head rewritten into B's space, with a plain norm before each, and
 * B's output embedding. It is given hidden states, never tokens, and nothing is computed before it is read.
 */
export function translatedModel(
  a: OpenModel,
  b: OpenModel,
  kernels: BothKernels,
  withFinalNorm: boolean,
  context: WorkContext,
): WeightModel {
  requireTranslatable(a);
  const { transformer } = a.ready();
  const base = b.ready().transformer;
  const { forward, finalNorm } = transformer;
  if (typeof forward === 'string') {
    throw new TypeError(`${a.summary.name} cannot be run.`);
  }
  const translator = new Translator(a, kernels, base.shape.dModel, context);
  const made = transformer.blocks.map((_, layer) => translator.block(layer));
  const norm = withFinalNorm ? finalNorm : undefined;
  const { W_E, W_U, shape } = base;
  return {
    transformer: {
      ...transformer,
      shape: {
        ...transformer.shape,
        dModel: shape.dModel,
        dVocab: shape.dVocab,
        tied: shape.tied,
      },
      ...{ W_E, W_U },
      blocks: made.map(({ block }) => block),
      forward: { ...forward, biases: made.map(({ biases }) => biases) },
      classifier: translator.head(a.forward().classifier(), norm),
      ...(finalNorm === undefined ? {} : { finalNorm: PLAIN_NORM }),
    },
    checkpoint: withComputed(b.checkpoint, translator.tensors),
  };
}
