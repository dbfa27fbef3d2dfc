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
  /**
   * Tokens among the 100 of largest |score| of both rows, over those among either; under-trained ones are left out,
   * other filters play no part.
   */
  readonly jaccard: number;
  /** The same of rows of the layer paired at random. */
  readonly control: {
    readonly mean: number;
    readonly highest: number;
    readonly pairs: number;
  };
}

export interface NeighboursParams {
  readonly model: string;
  readonly component: string;
  /** Space, fold and `withoutCommon` decide; rank and filters do not. */
  readonly options: ReadingOptions;
  /** Among the rows of the same table (all heads of a layer), or of all tables read in the same space. */
  readonly among: 'matrix' | 'model';
  readonly count: number;
}

export interface Neighbour {
  readonly component: string;
  /**
   * Pearson correlation of the two rows' scores over the tokens that take part in statistics: the cosine of the score
   * vectors, each less its own mean.
   */
  readonly correlation: number;
}

export interface NeighboursResult {
  /** Nearest first, equal ones in component order; the row itself is not among them. */
  readonly rows: readonly Neighbour[];
  /** Rows that were compared. */
  readonly total: number;
  /** Correlations of the readings of random directions: root mean square and highest of so many pairs. */
  readonly control: {
    readonly pairs: number;
    readonly std: number;
    readonly highest: number;
  };
}
