import { VocabScopeError } from '../../core/errors';
import type { ReadingOptions, Space } from '../../core/projection/options';
import type { MatmulBackend } from '../../core/projection/backend';
import type { RowFold, VocabularyFold } from '../../core/projection/fold';
import { prepareSpace } from '../../core/projection/prepareSpace';
import type { PreparedSpace, PreparedStatistics, ReadingSpace } from '../../core/projection/space';
import { markUndertrained } from '../../core/projection/undertrained';
import { buildAllowed, type AllowedTokens } from '../../core/tokenizer/filters';
import { knownUnusedIds } from '../../core/tokenizer/unused';
import type { NormView, Transformer } from '../../core/model/transformer';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { Checkpoint } from '../../formats/checkpoint';
import { openVocabularyMatrix, type FileVocabularyMatrix } from '../../formats/embedding';
import { readVector } from '../../formats/readRows';
import type { DiskCache } from '../cache/diskCache';
import { SharedWork, type WorkContext } from '../context';
import type { MemoryBudget } from '../memoryBudget';

const FLOAT32_BYTES = 4;

/** What the vocabulary side of one model is computed from. */
export interface SpacesInput {
  readonly transformer: Transformer;
  readonly checkpoint: Checkpoint;
  readonly vocabulary: Vocabulary | null;
  /** What decides cached results of this model: its files as they are, and its companions. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly cache: DiskCache | null;
  readonly budget: MemoryBudget;
  readonly backend: () => MatmulBackend;
}

/** Which fold a row and its vocabulary get. */
export type FoldName = ReadingOptions['fold'];

/**
 * The vocabulary side of a model: its two matrices, how they are folded, which tokens take part, and what is
 * computed once for each (common directions, control), kept in memory and on disk.
 */
export class Spaces {
  private readonly matrices = new Map<string, FileVocabularyMatrix>();
  private readonly prepared = new Map<string, PreparedSpace>();
  private readonly preparing = new SharedWork<PreparedSpace>();
  private readonly marking = new SharedWork<Uint8Array | null>();
  private marks: Uint8Array | null | undefined;
  private reservedBytes = 0;

  constructor(private readonly input: SpacesInput) {}

  /** W_E or W_U, the same object where tied. */
  matrix(space: Space): FileVocabularyMatrix {
    const { transformer, checkpoint, budget } = this.input;
    const view = space === 'input' ? transformer.W_E : transformer.W_U;
    const key = JSON.stringify(view);
    const known = this.matrices.get(key);
    if (known !== undefined) {
      return known;
    }
    const bytes = view.rows * view.cols * FLOAT32_BYTES;
    const fits = budget.reserve(bytes);
    this.reservedBytes += fits ? bytes : 0;
    const opened = openVocabularyMatrix(checkpoint, view, { budgetBytes: fits ? bytes : 0 });
    this.matrices.set(key, opened);
    return opened;
  }

  /** The fold of a row that reads (norm before its sublayer) or writes (norm after it, in sandwich models). */
  async rowFold(norm: NormView | undefined, fold: FoldName): Promise<RowFold | null> {
    const { shape } = this.input.transformer;
    if (fold === 'none') {
      return null;
    }
    const centre = shape.norm === 'layernorm';
    return norm === undefined ? { centre } : { gain: await this.gain(norm), centre };
  }

  /** @throws VocabScopeError `foldRefused` with the model's reason. */
  requireFoldable(fold: FoldName): void {
    const { foldRefusal } = this.input.transformer;
    if (fold === 'norms' && foldRefusal !== undefined) {
      throw new VocabScopeError('foldRefused', foldRefusal);
    }
  }

  /** A space for lists without statistics: nothing is computed. */
  async bare(space: Space, fold: FoldName): Promise<ReadingSpace> {
    const known = this.prepared.get(`${space} ${fold}`);
    return known ?? { matrix: this.matrix(space), fold: await this.vocabularyFold(space, fold) };
  }

  /** A space with mean, common directions and control. @throws CancelledError */
  async prepare(space: Space, fold: FoldName, context: WorkContext): Promise<PreparedSpace> {
    const key = `${space} ${fold}`;
    const known = this.prepared.get(key);
    if (known !== undefined) {
      return known;
    }
    return this.preparing.run(key, context, async (shared) => {
      const made = await this.restoreOrPrepare(space, fold, shared);
      this.prepared.set(key, made);
      return made;
    });
  }

  /** `[d_vocab]`, 1 where training never moved a token apart; null where that cannot be known. */
  async undertrained(context: WorkContext): Promise<Uint8Array | null> {
    if (this.marks !== undefined) {
      return this.marks;
    }
    return this.marking.run('', context, async (shared) => {
      this.marks = await this.restoreOrMark(shared);
      return this.marks;
    });
  }

  /** Which tokens of a space may be listed under these filters, and how many are left out for which reason. */
  async allowed(
    space: Space,
    options: ReadingOptions,
    context: WorkContext,
  ): Promise<AllowedTokens> {
    return buildAllowed({
      filters: options.filters,
      vocabulary: this.input.vocabulary,
      dVocab: this.matrix(space).rows,
      undertrained: options.filters.excludeUndertrained ? await this.undertrained(context) : null,
    });
  }

  /** `[V]`, 1 where a token takes part in statistics: it is one, and it is not under-trained. @throws CancelledError */
  async takesPart(space: Space, context: WorkContext): Promise<Float32Array> {
    return this.counted(this.matrix(space).rows, await this.undertrained(context));
  }

  /** Gives back what memory the matrices held. */
  dispose(): void {
    this.input.budget.release(this.reservedBytes);
    this.reservedBytes = 0;
    this.matrices.clear();
    this.prepared.clear();
  }

  private async vocabularyFold(space: Space, fold: FoldName): Promise<VocabularyFold | null> {
    const { finalNorm } = this.input.transformer;
    if (fold === 'none' || space === 'input' || finalNorm === undefined) {
      return null;
    }
    return { gain: await this.gain(finalNorm), centre: false };
  }

  private async gain({ tensor, plusOne }: NormView): Promise<Float32Array> {
    const stored = await readVector(this.input.checkpoint, tensor);
    return plusOne ? stored.map((weight) => weight + 1) : stored;
  }

  private counted(rows: number, undertrained: Uint8Array | null): Float32Array {
    const { vocabulary } = this.input;
    return Float32Array.from({ length: rows }, (_, id) =>
      undertrained?.[id] === 1 || (vocabulary !== null && vocabulary.token(id) === undefined)
        ? 0
        : 1,
    );
  }

  private async restoreOrPrepare(
    space: Space,
    fold: FoldName,
    context: WorkContext,
  ): Promise<PreparedSpace> {
    const { identity, cache, transformer } = this.input;
    const matrix = this.matrix(space);
    const vocabularyFold = await this.vocabularyFold(space, fold);
    const view = space === 'input' ? transformer.W_E : transformer.W_U;
    const key = {
      ...identity,
      what: 'space',
      view,
      fold: space === 'output' ? fold : 'none',
      centred: fold,
    };
    const valid = (value: unknown): value is PreparedStatistics => {
      const stored = value as Partial<PreparedStatistics> | null;
      return stored?.rows === matrix.rows && stored.cols === matrix.cols;
    };
    const stored = await cache?.get(key, valid);
    if (stored !== undefined) {
      return { matrix, fold: vocabularyFold, statistics: stored };
    }
    const undertrained = await this.undertrained(context);
    const made = await prepareSpace({
      matrix,
      counted: this.counted(matrix.rows, undertrained),
      fold: vocabularyFold,
      centreControl: fold === 'norms' && transformer.shape.norm === 'layernorm',
      backend: this.input.backend(),
      cancellation: context.cancellation,
      onProgress: context.onProgress,
    });
    await cache?.put(key, made.statistics);
    return made;
  }

  private async restoreOrMark(context: WorkContext): Promise<Uint8Array | null> {
    const { vocabulary, cache, identity } = this.input;
    const W_U = this.matrix('output');
    const unused = vocabulary === null ? [] : knownUnusedIds(vocabulary, W_U.rows);
    if (unused.length === 0) {
      return null;
    }
    const key = { ...identity, what: 'undertrained' };
    const valid = (value: unknown): value is { marks: Uint8Array | null } => {
      const marks = (value as { marks?: Uint8Array | null } | null)?.marks;
      return marks === null || (marks instanceof Uint8Array && marks.length === W_U.rows);
    };
    const stored = await cache?.get(key, valid);
    if (stored !== undefined) {
      return stored.marks;
    }
    const marks = await markUndertrained(W_U, unused, this.input.backend(), {
      cancellation: context.cancellation,
      onProgress: context.onProgress,
    });
    await cache?.put(key, { marks });
    return marks;
  }
}
