import type { ReadingOptions } from '../core/projection/options';
import type { RowReading, TableRow } from './reading';

/** Steps that are compared together. */
export const MAX_STEPS = 200;

export interface StepsParams {
  /** One of the steps: whoever asks. */
  readonly model: string;
  /** All steps, in the order of training: from two to `MAX_STEPS`. */
  readonly steps: readonly string[];
  /** Ids of rows or of tables; absent: every table of the layers, without its readability. */
  readonly components?: readonly string[];
  readonly options: ReadingOptions;
}

/** How far something moved: L2 norms, over all its numbers. */
export interface StepChange {
  /** Of itself at this step. */
  readonly norm: number;
  /** Of the difference to the first step, and to the one before; 0 at the first. */
  readonly sinceFirst: number;
  readonly sincePrevious: number;
  /** `sincePrevious` over the norm at the step before; null where that is 0. */
  readonly relative: number | null;
}

export interface RowStep extends StepChange {
  /** Read with the step's own embeddings. */
  readonly reading: RowReading;
}

export interface TableStep extends StepChange {
  /** Null where it is not asked for. */
  readonly readability: {
    readonly rows: number;
    /** Rows with z > 3. */
    readonly standOut: number;
    /** Mean of the centred kurtosis, which z judges. */
    readonly meanKurtosis: number;
    /** The rows of highest z at this step. */
    readonly readable: readonly TableRow[];
  } | null;
}

/** One step of a training. */
export interface StepName {
  readonly name: string;
  /** The number in the folder's name; null where it has none. */
  readonly step: number | null;
}

export interface StepsResult {
  readonly steps: readonly StepName[];
  /** One point for each step. */
  readonly rows: readonly { readonly component: string; readonly points: readonly RowStep[] }[];
  readonly tables: readonly { readonly matrix: string; readonly points: readonly TableStep[] }[];
}
