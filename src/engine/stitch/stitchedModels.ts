import { createHash } from 'node:crypto';
import type { StitchKernel } from '../../core/analysis/stitchKernel';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { pause } from '../../io/pause';
import type { Pool, PoolSource, StitchPair } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import { contextLength, encodeText } from '../forward/encodeText';
import type { OpenModel } from '../model/openModel';
import type { WeightModel } from './export/graphWeights';
import { kernelBack, kernelsOf, type Kernels } from './kernels';
import { poolOf } from './pooling';
import { requireTranslatable, translatedModel } from './translation/translatedModel';

/** Texts cut between two looks at whether the work was cancelled. */
const TEXTS_BETWEEN_LOOKS = 64;

/** Texts as ids; those without any token are undefined. */
export interface TextsAsIds {
  readonly ids: readonly (readonly number[] | undefined)[];
  /** How many were cut. */
  readonly truncated: number;
}

function requireStitchable(a: OpenModel, b: OpenModel): void {
  const { labels } = a.forward().classifier();
  if (labels.length < 2) {
    throw new VocabScopeError(
      'runRefused',
      `The head of ${a.summary.name} has ${labels.length} output, so it tells no labels apart: choose a classifier of at least two labels.`,
    );
  }
  b.forward();
  if (b.ready().transformer.classifier !== undefined) {
    throw new VocabScopeError(
      'runRefused',
      `${b.summary.name} is a classifier itself: the base is a merely pretrained model, and the classifier the tuned one. Choose another base, or swap the two.`,
    );
  }
}

/** Cuts texts into a model's tokens, with progress. @throws CancelledError */
export async function encodeTexts(
  model: OpenModel,
  texts: readonly string[],
  maxTokens: number,
  { cancellation, onProgress }: WorkContext,
): Promise<TextsAsIds> {
  const ids: (readonly number[] | undefined)[] = [];
  let truncated = 0;
  for (const [place, text] of texts.entries()) {
    if (place % TEXTS_BETWEEN_LOOKS === 0) {
      await pause();
      checkCancelled(cancellation);
      onProgress({ done: place, total: texts.length, unit: 'texts' });
    }
    const encoded = await encodeText(model, text, maxTokens);
    ids.push(encoded?.ids);
    truncated += encoded !== undefined && encoded.cut > 0 ? 1 : 0;
  }
  return { ids, truncated };
}

/** A classifier and a base that can be stitched, and how. */
export class StitchedModels {
  private readonly made = new Map<boolean, Promise<Kernels>>();
  private madeBack: Promise<StitchKernel> | undefined;

  private constructor(
    readonly a: OpenModel,
    readonly b: OpenModel,
    readonly pool: Pool,
    readonly poolSource: PoolSource,
    readonly withFinalNorm: boolean,
    readonly excludeUndertrained: boolean,
  ) {}

  /** @throws VocabScopeError `runRefused`, `unknownArchitecture` where the two cannot be stitched */
  static async of(a: OpenModel, b: OpenModel, pair: StitchPair): Promise<StitchedModels> {
    requireStitchable(a, b);
    const { pool, source } = await poolOf(a, pair.pool);
    return new StitchedModels(
      a,
      b,
      pool,
      source,
      pair.withoutFinalNorm !== true,
      pair.excludeUndertrained === true,
    );
  }

  get labels(): readonly string[] {
    return this.a.forward().classifier().labels;
  }

  /** Tokens of B that a text may have at most: the smaller context. */
  get maxTokens(): number {
    return Math.min(contextLength(this.a), contextLength(this.b));
  }

  get layersA(): number {
    return this.a.ready().transformer.shape.nLayers;
  }

  get layersB(): number {
    return this.b.ready().transformer.shape.nLayers;
  }

  /** Texts of a length that run together in either model. */
  maxTexts(tokens: number): number {
    return Math.min(this.a.forward().maxTexts(tokens), this.b.forward().maxTexts(tokens));
  }

  /** The wider model's d_model. */
  get width(): number {
    const [a, b] = [this.a, this.b].map((model) => model.ready().transformer.shape.dModel);
    return Math.max(a ?? 0, b ?? 0);
  }

  /** The kernel between the two, or as the control that of a shuffled vocabulary: computed once. @throws as `kernelsOf` */
  kernels(isShuffled: boolean, context: WorkContext): Promise<Kernels> {
    const known =
      this.made.get(isShuffled) ??
      kernelsOf(this.a, this.b, this.excludeUndertrained, isShuffled, context);
    this.made.set(isShuffled, known);
    return known;
  }

  /** The kernel's way back, computed once. @throws as `kernels` */
  back(context: WorkContext): Promise<StitchKernel> {
    this.madeBack ??= this.kernels(false, context).then((kernels) => kernelBack(kernels, context));
    return this.madeBack;
  }

  /** A's blocks and head in B's space. @throws as `kernels`, `translatedModel` */
  async translated(context: WorkContext): Promise<WeightModel> {
    const { a, b } = this;
    requireTranslatable(a);
    const { kernel } = await this.kernels(false, context);
    const back = await this.back(context);
    const both = { there: kernel.T, back: back.T };
    return translatedModel(a, b, both, this.withFinalNorm, context);
  }

  /** What decides a stitched model's logits of some texts, beside n and k. */
  cacheKey(texts: string): Readonly<Record<string, unknown>> {
    return {
      what: 'stitch logits',
      a: this.a.identity,
      b: this.b.identity,
      passes: [this.a.forward().description, this.b.forward().description],
      pool: this.pool,
      withFinalNorm: this.withFinalNorm,
      excludeUndertrained: this.excludeUndertrained,
      texts,
    };
  }
}

function requireCount(name: string, value: number, most: number, model: OpenModel): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new VocabScopeError(
      'invalidData',
      `${name} ${value} blocks is not possible: ${model.summary.name} has ${most} blocks, so give a number from 0 to ${most}.`,
    );
  }
}

/** @throws VocabScopeError `invalidData` where a model has not so many blocks */
export function requireBlocks(
  { a, b, layersA, layersB }: StitchedModels,
  { keep = 0, transplant = 0 }: { readonly keep?: number; readonly transplant?: number },
): void {
  requireCount('Keeping', keep, layersB, b);
  requireCount('A transplant of', transplant, layersA, a);
}

/** A short name for some ids that is theirs alone. */
export function digestOfIds(ids: unknown): string {
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex');
}
