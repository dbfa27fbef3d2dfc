import type { Progress } from '../core/errors';
import type { ReadingOptions, Space } from '../core/projection/options';
import type {
  AlignHeadsParams,
  AlignHeadsResult,
  AlignParams,
  AlignResult,
  AlignRowsParams,
  AlignRowsResult,
  CounterpartParams,
  CounterpartResult,
} from './alignment';
import type {
  ComparisonExport,
  ComparisonExportParams,
  ExportParams,
  ExportResult,
} from './export';
import type {
  DiffComponentsParams,
  DiffComponentsResult,
  DiffLayersParams,
  DiffParams,
  DiffResult,
  DiffRowsParams,
  DiffRowsResult,
  DiffTensorsParams,
  LayerPush,
} from './displacement';
import type { TensorChange } from '../core/analysis/tensorChange';
import type { ModelSummary, TensorRow } from './modelSummary';
import type {
  DirectionReading,
  DirectionsParams,
  HeadMapParams,
  HeadOverview,
  PairsAnswer,
  PairsParams,
  ScanHeadsParams,
} from './pairs';
import type { ControlSummary, Omitted, RowReading, TokenView, TableRow } from './reading';
import type { NeighboursParams, NeighboursResult, PartnerParams, PartnerResult } from './relations';
import type {
  Shape,
  ShapesParams,
  TokenMap,
  TokenMapParams,
  Weights,
  WeightsParams,
} from './rowDetails';
import type {
  ClassifiedTexts,
  ClassifyParams,
  ClassifyStitchedParams,
  StitchExamplesParams,
  StitchExamplesResult,
  StitchExport,
  StitchExportParams,
  StitchParams,
  StitchResult,
} from './stitch';
import type { RunParams, RunResult } from './run';
import type { StepsParams, StepsResult } from './steps';
import type { SearchParams, TokenMatches, TokenSearch } from './search';

/** Columns of the table of rows by which it can be sorted. */
export type RowSort =
  'row' | 'z' | 'kurtosis' | 'norm' | 'skewness' | 'mean' | 'std' | 'rawKurtosis';

/** Comparisons of the filter box: `z>3`, `norm<1`. */
export interface NumberFilter {
  readonly field: 'z' | 'norm' | 'kurtosis';
  readonly operator: '>' | '<';
  readonly value: number;
}

/** What the filter box of a table asks for; all parts must hold. */
export interface RowFilter {
  /** Part of the id or of the text of a shown token, case ignored. */
  readonly text?: string;
  /** Exact text of a token that must stand among the shown tokens: `token:" she"`. */
  readonly token?: string;
  readonly numbers?: readonly NumberFilter[];
  /** Only these rows; does not need a scan. */
  readonly components?: readonly string[];
}

export interface RowPage {
  readonly rows: readonly TableRow[];
  readonly start: number;
  /** Rows that the filter leaves. */
  readonly total: number;
  /** Rows of the matrix. */
  readonly matrixRows: number;
  /** Whether all rows were scanned: only then they are filtered by text and numbers, and sorted by more than row and norm. */
  readonly scanned: boolean;
  /** Rows with z > 3, where scanned. */
  readonly standOut: number | null;
}

/** How a space was prepared: what its statistics count, and the control. */
export interface SpaceSummary {
  readonly space: Space;
  readonly countedTokens: number;
  readonly undertrained: number;
  /** Principal directions left out of centred moments. */
  readonly commonDirections: number;
  /** Tokens that lists in this space leave out under these options. */
  readonly omitted: Omitted;
  readonly control: ControlSummary;
}

/** What is known of a scanned matrix, for maps. */
export interface MatrixOverview {
  readonly matrix: string;
  readonly rows: number;
  readonly standOut: number;
  readonly meanNorm: number;
  readonly meanKurtosis: number;
}

export interface OverviewResult {
  readonly matrices: readonly MatrixOverview[];
  /** The most readable rows of everything scanned so far, z descending. */
  readonly readable: readonly TableRow[];
}

/** A row's scores in bins, beside the control's: both over ±8 standard deviations of their own. */
export interface Histogram {
  readonly component: string;
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** Mean share per bin of the control's directions. */
  readonly controlShares: readonly number[];
}

export interface OpenParams {
  readonly path: string;
  readonly tokenizer?: string;
  readonly config?: string;
  /** Adapters only: any path of the model that they change. */
  readonly base?: string;
}

interface OfModel {
  readonly model: string;
}

export interface ReadRowsParams extends OfModel {
  /** Ids or ranges of ids. */
  readonly components: readonly string[];
  readonly options: ReadingOptions;
  /** false: only lists and norms, at once; moments, control and z are null. Default true. */
  readonly statistics?: boolean;
  /** Which of the rows that the components name, in their order: `count` from `start`. Default all. */
  readonly start?: number;
  readonly count?: number;
}

export interface RowPageParams extends OfModel {
  /** Matrix id: `L3.FF.K`, `L3.Q`, `L3.H7.Q`, `E`. */
  readonly matrix: string;
  readonly options: ReadingOptions;
  readonly start: number;
  readonly count: number;
  readonly sort: RowSort;
  readonly descending: boolean;
  readonly filter?: RowFilter;
  /** As in `ReadRowsParams`, for pages of a matrix that is not scanned. */
  readonly statistics?: boolean;
}

/** `rowPage` for ids alone, which are had at once. */
export type RowIdsParams = Omit<RowPageParams, 'statistics'>;

export interface RowIds {
  readonly ids: readonly string[];
  /** Rows that the filter leaves. */
  readonly total: number;
}

export interface ScanParams extends OfModel {
  readonly matrix: string;
  readonly options: ReadingOptions;
}

/**
 * What the engine answers, by method: the one list from which calls, results and handlers are typed. Every
 * list is asked by range and answers `total`. Methods of `LONG_METHODS` report progress and can be cancelled;
 * cancelling any request is always allowed.
 */
export interface EngineApi {
  open(params: OpenParams): Promise<ModelSummary>;
  close(params: OfModel): Promise<void>;
  /** Whether the files are still as they were when opened. */
  changed(params: OfModel): Promise<boolean>;
  tensors(
    params: OfModel & { start: number; count: number; filter?: string },
  ): Promise<{ rows: readonly TensorRow[]; total: number }>;
  /** Counts of NaN and infinite weights by tensor; reads every weight. */
  scanNonFinite(params: OfModel): Promise<readonly { tensor: string; nan: number; inf: number }[]>;
  tokens(params: OfModel & { ids: readonly number[] }): Promise<readonly TokenView[]>;
  vocabulary(
    params: OfModel & { start: number; count: number },
  ): Promise<{ rows: readonly TokenView[]; total: number }>;
  space(params: OfModel & { space: Space; options: ReadingOptions }): Promise<SpaceSummary>;
  readRows(params: ReadRowsParams): Promise<{ rows: readonly RowReading[]; total: number }>;
  /** The best pairs of heads, exactly. */
  pairs(params: PairsParams): Promise<PairsAnswer>;
  /** The heads that are judged already for these options; computes nothing. */
  headMap(params: HeadMapParams): Promise<{ heads: readonly HeadOverview[] }>;
  /** Judges heads beside shuffled pairings; kept, so that it is done once. */
  scanHeads(params: ScanHeadsParams): Promise<{ heads: readonly HeadOverview[] }>;
  /** Singular directions of heads, read on both sides. */
  directions(params: DirectionsParams): Promise<{ rows: readonly DirectionReading[] }>;
  histogram(params: OfModel & { component: string; options: ReadingOptions }): Promise<Histogram>;
  /** The counts of `histogram` of many rows at once, for those in sight of a table. */
  shapes(params: ShapesParams): Promise<{ rows: readonly Shape[] }>;
  /** Reads and judges every row of a matrix; later pages of it are instant. */
  scan(params: ScanParams): Promise<MatrixOverview>;
  rowPage(params: RowPageParams): Promise<RowPage>;
  rowIds(params: RowIdsParams): Promise<RowIds>;
  /** What is already scanned or cached for these options; computes nothing. */
  overview(params: OfModel & { options: ReadingOptions }): Promise<OverviewResult>;
  /** What a text is among the model's tokens, for whoever types one. */
  matchTokens(params: OfModel & { text: string }): Promise<TokenMatches>;
  /** The rows that score tokens highest, over the whole model; one answer for each token. */
  search(params: SearchParams): Promise<{ results: readonly TokenSearch[] }>;
  /** The row that works together with a row, and what the two share beside rows paired at random. */
  partner(params: PartnerParams): Promise<PartnerResult>;
  /** Rows whose readings are nearest to a row's. */
  neighbours(params: NeighboursParams): Promise<NeighboursResult>;
  /** Which layers of two models belong together. */
  align(params: AlignParams): Promise<AlignResult>;
  /** Rows of two layers beside each other. */
  alignRows(params: AlignRowsParams): Promise<AlignRowsResult>;
  /** Where a row of one model is in the other. */
  counterparts(params: CounterpartParams): Promise<CounterpartResult>;
  /** Heads of two models beside each other. */
  alignHeads(params: AlignHeadsParams): Promise<AlignHeadsResult>;
  /** The tokens of a row's lists by the likeness of their embeddings. */
  tokenMap(params: TokenMapParams): Promise<TokenMap>;
  /** A row's own numbers, as stored. */
  weights(params: WeightsParams): Promise<Weights>;
  /** Writes readings of any number of components to a file. */
  export(params: ExportParams): Promise<ExportResult>;
  /** Writes what two models, or the steps of a training, come to beside each other. */
  exportComparison(params: ComparisonExportParams): Promise<ComparisonExport>;
  /** Runs a text and reads what each layer leaves at one token. */
  run(params: RunParams): Promise<RunResult>;
  /** Rows and tables over the steps of a training. */
  steps(params: StepsParams): Promise<StepsResult>;
  /** Folders of the steps of a training in a folder, in order. */
  findSteps(params: { path: string }): Promise<readonly string[]>;
  /** How much a model differs from its base, tensor by tensor and table by table. */
  diff(params: DiffParams): Promise<DiffResult>;
  diffTensors(params: DiffTensorsParams): Promise<{ rows: readonly TensorChange[]; total: number }>;
  /** The rows that changed, in words. */
  diffRows(params: DiffRowsParams): Promise<DiffRowsResult>;
  diffComponents(params: DiffComponentsParams): Promise<DiffComponentsResult>;
  /** What the changes of whole layers push up and down. */
  diffLayers(params: DiffLayersParams): Promise<{ rows: readonly LayerPush[] }>;
  /** Measures classifiers that are stitched together of two models. */
  stitch(params: StitchParams): Promise<StitchResult>;
  /** Writes a stitched model as a folder that runs by itself. */
  exportStitched(params: StitchExportParams): Promise<StitchExport>;
  /** Judges texts with an exported stitched model. */
  classify(params: ClassifyParams): Promise<ClassifiedTexts>;
  /** Judges texts with a stitched model that is written nowhere. */
  classifyStitched(params: ClassifyStitchedParams): Promise<ClassifiedTexts>;
  /** What one stitched model says of labelled texts, errors first. */
  stitchExamples(params: StitchExamplesParams): Promise<StitchExamplesResult>;
  /** Names of the columns of a file of labelled texts. */
  dataColumns(params: { file: string }): Promise<readonly string[]>;
  clearCache(params: Record<string, never>): Promise<{ bytes: number }>;
}

export type EngineMethod = keyof EngineApi;
export type EngineParams<M extends EngineMethod> = Parameters<EngineApi[M]>[0];
export type EngineResult<M extends EngineMethod> = Awaited<ReturnType<EngineApi[M]>>;

/** Progress of a running request. */
export interface ProgressReport extends Progress {
  readonly method: EngineMethod;
}

/** An error as it crosses borders. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}
