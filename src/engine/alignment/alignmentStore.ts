import type { JointKernels } from '../../core/analysis/jointKernels';
import type { SharedVocabulary } from '../../protocol/alignment';
import { KeptWork } from '../context';

/** The tokens by which two models are compared: `idsA[i]` and `idsB[i]` are one token. */
export interface ComparedTokens {
  readonly idsA: Int32Array;
  readonly idsB: Int32Array;
  readonly vocabulary: SharedVocabulary;
  readonly warnings: readonly string[];
}

/** What two models were compared by. */
export class AlignmentStore {
  /** By whether under-trained tokens are left out. */
  readonly tokens = new KeptWork<ComparedTokens>();
  /** By tokens, space and whether they are shuffled. */
  readonly kernels = new KeptWork<JointKernels>();
}

/** The stores of one model with every other, each kept for as long as both are open. */
export class AlignmentStores {
  private readonly stores = new WeakMap<object, AlignmentStore>();

  /** @param other the other open model */
  with(other: object): AlignmentStore {
    const known = this.stores.get(other) ?? new AlignmentStore();
    this.stores.set(other, known);
    return known;
  }
}
