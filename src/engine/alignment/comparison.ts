import { jointKernels, type JointKernels } from '../../core/analysis/jointKernels';
import { embeddingMeasure, FEATURE_MEASURE, type RowMeasure } from '../../core/analysis/rowMeasure';
import { shuffled } from '../../core/analysis/shuffle';
import { VocabScopeError } from '../../core/errors';
import { ROW_KIND_INFO } from '../../core/model/rowKinds';
import type { Space } from '../../core/projection/options';
import type { AlignmentGroup, AlignmentSpace } from '../../protocol/alignment';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { ComparedTokens } from './alignmentStore';
import { sharedTokens } from './sharedTokens';

const SHUFFLE_SEED = 20_230_704;

/** Why rows of two models cannot be compared feature by feature; null where they can. */
export function featureRefusal(a: OpenModel, b: OpenModel): string | null {
  const [widthA, widthB] = [a, b].map((model) => model.ready().transformer.shape.dModel);
  return widthA === widthB
    ? null
    : `There is no feature space: ${a.summary.name} has width ${String(widthA)} and ${b.summary.name} ${String(widthB)}, so their rows cannot be compared number by number.`;
}

/** Two models and the tokens by which they are compared. */
export class Comparison {
  private constructor(
    readonly a: OpenModel,
    readonly b: OpenModel,
    private readonly excludeUndertrained: boolean,
    readonly tokens: ComparedTokens,
  ) {}

  /** @throws VocabScopeError `missingTokenizer`, `incomparable`; CancelledError */
  static async of(
    a: OpenModel,
    b: OpenModel,
    excludeUndertrained: boolean,
    context: WorkContext,
  ): Promise<Comparison> {
    const key = String(excludeUndertrained);
    const tokens = await a.alignments
      .with(b)
      .tokens.get(key, context, (shared) => sharedTokens(a, b, excludeUndertrained, shared));
    return new Comparison(a, b, excludeUndertrained, tokens);
  }

  /** How rows of a group are compared. @throws VocabScopeError `incomparable`; CancelledError */
  async measure(
    group: AlignmentGroup,
    space: AlignmentSpace,
    context: WorkContext,
  ): Promise<RowMeasure> {
    if (space === 'feature') {
      const refusal = featureRefusal(this.a, this.b);
      if (refusal !== null) {
        throw new VocabScopeError('incomparable', refusal);
      }
      return FEATURE_MEASURE;
    }
    const kernels = await this.kernels(ROW_KIND_INFO[group].space, space === 'shuffled', context);
    return embeddingMeasure(kernels, this.a.backend());
  }

  /** Shared tokens that the kernels of a group leave out: a row of theirs is NaN or infinite. @throws CancelledError */
  async nonFiniteTokens(
    group: AlignmentGroup,
    space: Exclude<AlignmentSpace, 'feature'>,
    context: WorkContext,
  ): Promise<number> {
    const { nonFinite } = await this.kernels(
      ROW_KIND_INFO[group].space,
      space === 'shuffled',
      context,
    );
    return nonFinite;
  }

  /** The kernels of a space, those of W_E where both models are tied. @throws CancelledError */
  async kernels(space: Space, isShuffled: boolean, context: WorkContext): Promise<JointKernels> {
    const { idsA, idsB } = this.tokens;
    const [spacesA, spacesB] = [this.a.ready().spaces, this.b.ready().spaces];
    const [matrixA, matrixB] = [spacesA.matrix(space), spacesB.matrix(space)];
    const tied = matrixA === spacesA.matrix('input') && matrixB === spacesB.matrix('input');
    const key = JSON.stringify([this.excludeUndertrained, tied ? 'input' : space, isShuffled]);
    return this.a.alignments.with(this.b).kernels.get(key, context, (shared) => {
      const rows = {
        matrixA,
        matrixB,
        idsA,
        idsB: isShuffled ? shuffled(idsB, SHUFFLE_SEED) : idsB,
      };
      return jointKernels(rows, this.a.backend(), shared);
    });
  }
}
