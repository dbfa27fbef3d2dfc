import type { ReadingOptions } from '../core/projection/options';
import type { PairOptions } from './pairs';

/** How an export is written: the ending of its file, what the form is called, and what it is good for. */
export const EXPORT_FORMATS = [
  { ending: 'csv', name: 'CSV', purpose: 'a line for each token, for spreadsheets' },
  { ending: 'jsonl', name: 'JSON Lines', purpose: 'a reading on each line, for programs' },
  { ending: 'parquet', name: 'Parquet', purpose: 'a row for each reading, for data frames' },
  { ending: 'md', name: 'Markdown', purpose: 'tables, for notes and issues' },
  { ending: 'html', name: 'HTML', purpose: 'one page to read and to print' },
] as const;

export type ExportEnding = (typeof EXPORT_FORMATS)[number]['ending'];

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

/** The name of an unfinished file or folder; `token` makes it unlike all others. */
export function partOf(file: string, token: string): string {
  return `${file}.${token}.part`;
}
