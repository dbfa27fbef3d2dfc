import type { ReadingOptions } from '../core/projection/options';
import type { RowReading } from './reading';

export interface PartnerParams {
  readonly model: string;
  readonly component: string;
  readonly options: ReadingOptions;
}

/** The row that works together with another: key and value of a neuron, V column and O row, Q and K column. */
export interface PartnerResult {
  /** The partner, read under the same options. */
  readonly partner: RowReading;
  /** Tokens among the 100 of largest |score| of both rows, over those among either. No filter plays a part. */
  readonly jaccard: number;
  /** The same of rows of the layer paired at random. */
  readonly control: {
    readonly mean: number;
    readonly highest: number;
    readonly pairs: number;
  };
}
