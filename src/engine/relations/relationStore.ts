import type { RandomCorrelations, ReadingKernel } from '../../core/projection/nearestReadings';
import type { PartnerResult } from '../../protocol/relations';
import { KeptWork } from '../context';

/** By row of a table: variance of its scores, in float32 precision, and its squared length. */
export interface TableSpread {
  readonly variances: Float64Array;
  readonly squares: Float64Array;
}

/** A kernel and how much random readings correlate under it. */
export interface KnownKernel extends ReadingKernel {
  readonly random: RandomCorrelations;
}

/** What comparisons of a model's rows are computed from, kept while it is open. */
export class RelationStore {
  /** By space, fold and whether the common directions are left out. */
  readonly kernels = new KeptWork<KnownKernel>();
  /** By table and kernel. */
  readonly spreads = new KeptWork<TableSpread>();
  /** By layer, kind and what decides readings. */
  readonly partnerControls = new KeptWork<PartnerResult['control']>();
}
