import { VocabScopeError } from '../../core/errors';
import type { MatmulBackend } from '../../core/projection/backend';
import type { Transformer } from '../../core/model/transformer';
import { readEncoding, type TextEncoding } from '../../core/tokenizer/encoding/encoder';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { Checkpoint } from '../../formats/checkpoint';
import { findTokenizerFiles, readTokenizerFiles } from '../../formats/tokenizerFiles';
import type { FileIdentity } from '../../io/identity';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { DiskCache } from '../cache/diskCache';
import { AlignmentStores } from '../alignment/alignmentStore';
import { SharedWork, type WorkContext } from '../context';
import { ForwardModel } from '../forward/forwardModel';
import type { MemoryBudget } from '../memoryBudget';
import type { OnnxSessions } from '../onnx/onnxSessions';
import { DiffStores } from '../displacement/diffStore';
import { PairStore } from '../pairs/pairStore';
import { RelationStore } from '../relations/relationStore';
import { ScanStore } from '../scan/scanStore';
import { SearchStore } from '../search/searchStore';
import { TokenViews } from '../tokenViews';
import type { Spaces } from './spaces';

/** The parts that reading needs; absent where the architecture is unknown. */
export interface ReadableParts {
  readonly transformer: Transformer;
  readonly checkpoint: Checkpoint;
  readonly spaces: Spaces;
}

export interface OpenModelParts {
  readonly summary: ModelSummary;
  readonly checkpoint: Checkpoint;
  readonly transformer: Transformer | null;
  readonly vocabulary: Vocabulary | null;
  readonly spaces: Spaces | null;
  /** The weights files as they were when opened. */
  readonly files: readonly FileIdentity[];
  /** What decides cached results of this model. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly cache: DiskCache | null;
  readonly budget: MemoryBudget;
  readonly backend: () => MatmulBackend;
  /** Where graphs run that are more than one multiplication. */
  readonly runtime: () => OnnxSessions;
}

/** One opened model: its files, what was found in them, and what has been computed. */
export class OpenModel {
  readonly summary: ModelSummary;
  readonly checkpoint: Checkpoint;
  readonly vocabulary: Vocabulary | null;
  readonly files: readonly FileIdentity[];
  readonly identity: Readonly<Record<string, unknown>>;
  readonly cache: DiskCache | null;
  readonly backend: () => MatmulBackend;
  readonly scales = new SharedWork<Float32Array>();
  readonly scans = new ScanStore();
  readonly pairs = new PairStore();
  readonly searches = new SearchStore();
  readonly relations = new RelationStore();
  readonly alignments = new AlignmentStores();
  readonly diffs = new DiffStores();
  private readonly transformer: Transformer | null;
  private readonly spaces: Spaces | null;
  private readonly runtime: () => OnnxSessions;
  private readonly budget: MemoryBudget;
  private own: ForwardModel | undefined;
  private cutting: Promise<TextEncoding> | undefined;

  constructor(parts: OpenModelParts) {
    this.summary = parts.summary;
    this.checkpoint = parts.checkpoint;
    this.vocabulary = parts.vocabulary;
    this.files = parts.files;
    this.identity = parts.identity;
    this.cache = parts.cache;
    this.backend = parts.backend;
    this.runtime = parts.runtime;
    this.budget = parts.budget;
    this.transformer = parts.transformer;
    this.spaces = parts.spaces;
  }

  /** What reading needs. @throws VocabScopeError `unknownArchitecture` with the reason where it cannot be read. */
  ready(): ReadableParts {
    const { transformer, checkpoint, spaces } = this;
    if (transformer === null || spaces === null) {
      throw new VocabScopeError(
        'unknownArchitecture',
        this.summary.architectureProblem ?? `The architecture of ${this.summary.name} is unknown.`,
      );
    }
    return { transformer, checkpoint, spaces };
  }

  /** Tokens as they travel, under-trained ones marked. @throws CancelledError */
  async views(context: WorkContext): Promise<TokenViews> {
    const marks = this.spaces === null ? null : await this.spaces.undertrained(context);
    return new TokenViews(this.vocabulary, marks);
  }

  /** The model, ready to run. @throws VocabScopeError `unknownArchitecture`, or `runRefused` with the reason */
  forward(): ForwardModel {
    this.own ??= this.running(this.ready());
    return this.own;
  }

  /** Other blocks in this model's space, ready to run. Who asks disposes of it. @throws as `forward` */
  running({ transformer, checkpoint }: Omit<ReadableParts, 'spaces'>): ForwardModel {
    return ForwardModel.create({
      name: this.summary.name,
      transformer,
      checkpoint,
      spaces: this.ready().spaces,
      runtime: this.runtime(),
      budget: this.budget,
    });
  }

  /** How texts become its tokens. @throws VocabScopeError `missingTokenizer`, or `invalidTokenizer` with the reason */
  encoding(): Promise<TextEncoding> {
    this.cutting ??= this.readEncoding();
    return this.cutting;
  }

  private async readEncoding(): Promise<TextEncoding> {
    const { tokenizerPath, tokenizerProblem, architecture, name } = this.summary;
    if (this.vocabulary === null || tokenizerPath === null) {
      throw new VocabScopeError(
        'missingTokenizer',
        tokenizerProblem ?? `${name} has no tokenizer, so texts cannot be cut into its tokens.`,
      );
    }
    const files = await readTokenizerFiles(await findTokenizerFiles(tokenizerPath));
    return readEncoding({
      ...files,
      ...(architecture === null ? {} : { modelType: architecture }),
    });
  }

  async close(): Promise<void> {
    this.own?.dispose();
    this.spaces?.dispose();
    await this.checkpoint.close();
  }
}
