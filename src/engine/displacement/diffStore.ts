import type { TensorChange } from '../../core/analysis/tensorChange';
import { KeptWork } from '../context';

/** By row of all tables, in the order of the tables. */
export interface RowNorms {
  /** L2 norm of the change; 0: it did not change. */
  readonly change: Float64Array;
  /** L2 norm of the base's row; 0 where it has none. */
  readonly base: Float64Array;
}

/** What is known of how one model differs from another. */
export class DiffStore {
  readonly tensors = new KeptWork<readonly TensorChange[]>();
  readonly norms = new KeptWork<RowNorms>();
  /** z of every changed row, by what decides it; NaN where there is none. */
  readonly readability = new KeptWork<Float32Array>();
  /** Numbers of the changed rows in the order of a sort. */
  readonly orders = new KeptWork<Uint32Array>();
}

/** The stores of one model with every base, each kept for as long as both are open. */
export class DiffStores {
  private readonly stores = new WeakMap<object, DiffStore>();

  /** @param base the other open model */
  against(base: object): DiffStore {
    const known = this.stores.get(base) ?? new DiffStore();
    this.stores.set(base, known);
    return known;
  }
}
