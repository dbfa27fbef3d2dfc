import type { JointKernels } from '../../core/analysis/jointKernels';
import type { NearestRows } from '../../core/analysis/rowMatches';
import type { SharedVocabulary } from '../../protocol/alignment';
import { KeptWork } from '../context';
import type { UsableTexts } from '../stitch/labelledTexts';

/** The tokens by which two models are compared: `idsA[i]` and `idsB[i]` are one token. */
export interface ComparedTokens {
  readonly idsA: Int32Array;
  readonly idsB: Int32Array;
  readonly vocabulary: SharedVocabulary;
  readonly warnings: readonly string[];
}

/** How the rows of a layer of A and of one of B belong together. */
export interface MatchedLayers {
  readonly ofA: NearestRows;
  readonly ofB: NearestRows;
  /** The one-to-one assignment, by row of A; null where there are too many rows. */
  readonly assigned: NearestRows | null;
  /** Mean |rho| of the nearest with B's vocabulary shuffled. */
  readonly control: number;
}

/** What two models were compared by. */
export class AlignmentStore {
  /** By whether under-trained tokens are left out. */
  readonly tokens = new KeptWork<ComparedTokens>();
  /** By tokens, space and whether they are shuffled. */
  readonly kernels = new KeptWork<JointKernels>();
  /** By group, layers and tokens. */
  readonly layers = new KeptWork<MatchedLayers>();
  /** The last file of labelled texts. */
  readonly texts = new KeptWork<UsableTexts>(1);
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
