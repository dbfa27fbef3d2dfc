import type { ReadingOptions } from '../core/projection/options';
import type { AlignHeadsParams, AlignParams, AlignRowsParams } from './alignment';
import type { DiffLayersParams, DiffParams, DiffRowsParams } from './displacement';
import type { PairOptions } from './pairs';
import type { StepsParams } from './steps';

/** A way of writing: the ending of its file, what it is called, and what it is good for. */
export interface ExportForm {
  readonly ending: string;
  readonly name: string;
  readonly purpose: string;
}

/** How readings are written. */
export const EXPORT_FORMATS = [
  { ending: 'csv', name: 'CSV', purpose: 'a line for each token, for spreadsheets' },
  { ending: 'jsonl', name: 'JSON Lines', purpose: 'a reading on each line, for programs' },
  { ending: 'parquet', name: 'Parquet', purpose: 'a row for each reading, for data frames' },
  { ending: 'md', name: 'Markdown', purpose: 'tables, for notes and issues' },
  { ending: 'html', name: 'HTML', purpose: 'one page to read and to print' },
] as const satisfies readonly ExportForm[];

export type ExportEnding = (typeof EXPORT_FORMATS)[number]['ending'];

/** How a comparison of models is written. */
export const COMPARISON_FORMATS = [
  { ending: 'csv', name: 'CSV', purpose: 'a line for each row, for spreadsheets' },
  { ending: 'json', name: 'JSON', purpose: 'one object with everything, for programs' },
  { ending: 'parquet', name: 'Parquet', purpose: 'columns with types, for data frames' },
  { ending: 'md', name: 'Markdown', purpose: 'tables, for notes and issues' },
] as const satisfies readonly ExportForm[];

export type ComparisonEnding = (typeof COMPARISON_FORMATS)[number]['ending'];

/** Stands for every row of a model among the components of an export. */
export const EVERY_ROW = '*';

export interface ExportParams {
  readonly model: string;
  /**
   * Ids and ranges of rows (`L3.FF.V[*]`), of singular directions (`L3.H7.VO.S[0]`) and of heads (`L3.H*.VO`), or
   * `EVERY_ROW`; written in this order.
   */
  readonly components: readonly string[];
  /** How rows and singular directions are read. */
  readonly options: ReadingOptions;
  /** How heads are searched; absent: as rows are read, 50 pairs a head. */
  readonly pairOptions?: PairOptions;
  /** false: heads without z and copying, which take up to 17 searches a head. Default true. */
  readonly pairStatistics?: boolean;
  /** What is written in the end; its ending is the form. */
  readonly file: string;
  /**
   * What is written until then: a name beside `file` that nothing else has. Whoever asks gives the name, and so can
   * remove what is left where the engine is killed.
   */
  readonly part: string;
}

/** What was written. */
export interface ExportResult {
  readonly file: string;
  readonly format: ExportEnding;
  readonly rows: number;
  readonly directions: number;
  readonly heads: number;
  readonly bytes: number;
}

type Paged = 'model' | 'start' | 'count';

/** What of a comparison is written: an answer of the engine, whole, by what it is asked with. */
export type Comparison =
  | ({ readonly what: 'alignedLayers' } & Pick<AlignParams, 'other' | 'excludeUndertrained'>)
  | ({ readonly what: 'alignedRows' } & Omit<AlignRowsParams, Paged>)
  | ({ readonly what: 'alignedHeads' } & Omit<AlignHeadsParams, Paged>)
  | ({ readonly what: 'changedRows' } & Omit<DiffRowsParams, Paged | 'readings'>)
  | ({ readonly what: 'changedTensors' } & Omit<DiffParams, Paged>)
  | ({ readonly what: 'layerPushes' } & Omit<DiffLayersParams, Paged>)
  | ({ readonly what: 'steps' } & Omit<StepsParams, Paged>);

/** Comparisons of some kinds. */
export type ComparisonOf<What extends Comparison['what']> = Extract<
  Comparison,
  { readonly what: What }
>;

/** Whatever can be written of a comparison. */
export const COMPARISONS: readonly Comparison['what'][] = [
  ...(['alignedLayers', 'alignedRows', 'alignedHeads'] as const),
  ...(['changedRows', 'changedTensors', 'layerPushes', 'steps'] as const),
];

/** `file` and `part` as in `ExportParams`. */
export type ComparisonExportParams = Comparison & Pick<ExportParams, 'model' | 'file' | 'part'>;

/** What was written of a comparison. */
export interface ComparisonExport {
  readonly file: string;
  readonly format: ComparisonEnding;
  /** Rows, heads, tensors or tables that it holds. */
  readonly items: number;
  readonly bytes: number;
}

/** The name of an unfinished file or folder; `token` makes it unlike all others. */
export function partOf(file: string, token: string): string {
  return `${file}.${token}.part`;
}
