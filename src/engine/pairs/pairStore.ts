import type { Space } from '../../core/projection/options';
import type { MeasuredFactor } from '../../core/projection/pairs/measuredFactor';
import type { PairSide } from '../../core/projection/pairs/side';
import type { VocabularyNorms } from '../../core/projection/pairs/vocabularyNorms';
import { SharedWork } from '../context';

/** Memory of factors that are kept for the next search. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
const FLOAT32_BYTES = 4;

/** One side of a search, with the factors of some tokens. */
export interface ProjectedSide {
  readonly side: PairSide;
  readonly factor: MeasuredFactor;
}

/** What searches of one model share: norms of its vocabularies, and the factors used last. */
export class PairStore {
  readonly norms = new Map<Space, VocabularyNorms>();
  readonly measuring = new SharedWork<VocabularyNorms>();
  private readonly kept = new Map<string, ProjectedSide>();
  private keptBytes = 0;

  get(key: string): ProjectedSide | undefined {
    const known = this.kept.get(key);
    if (known !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, known);
    }
    return known;
  }

  set(key: string, made: ProjectedSide): void {
    this.kept.set(key, made);
    this.keptBytes += bytesOf(made);
    for (const [oldest, side] of this.kept) {
      if (this.keptBytes <= MAX_KEPT_BYTES || oldest === key) {
        return;
      }
      this.kept.delete(oldest);
      this.keptBytes -= bytesOf(side);
    }
  }
}

function bytesOf({ factor }: ProjectedSide): number {
  return factor.values.data.length * FLOAT32_BYTES;
}
