import type { Space } from '../../core/projection/options';
import type { MeasuredFactor } from '../../core/projection/pairs/measuredFactor';
import type { ScoredPair } from '../../core/projection/pairs/pairSink';
import type { PairSide } from '../../core/projection/pairs/side';
import type { VocabularyNorms } from '../../core/projection/pairs/vocabularyNorms';
import type { HeadStatistics } from '../../protocol/pairs';
import { KeptWork, SharedWork } from '../context';

/** Memory of factors that are kept for the next search. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
const FLOAT32_BYTES = 4;

/** Some tokens of a vocabulary matrix: `name` stands for them in keys. */
export interface TokenSet {
  readonly name: string;
  /** Ascending. */
  readonly ids: Int32Array;
}

/** One side of a search, with the factors of some tokens. */
export interface ProjectedSide {
  readonly side: PairSide;
  readonly factor: MeasuredFactor;
}

/** What was found of a head, whatever pairs are asked for; or why nothing can be. */
export type HeadEntry =
  | { readonly statistics: HeadStatistics; readonly best: readonly ScoredPair[] }
  | { readonly problem: string };

/** What searches of one model share: norms of its vocabularies, the factors used last, and what was found of heads. */
export class PairStore {
  readonly norms = new Map<Space, VocabularyNorms>();
  readonly measuring = new SharedWork<VocabularyNorms>();
  readonly counted = new KeptWork<TokenSet>();
  /** By key of a layer's heads. */
  readonly heads = new Map<string, (HeadEntry | null)[]>();
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

  /** How many factors `[tokens, width]` are kept at once; at least one. */
  capacity(tokens: number, width: number): number {
    const bytes = Math.max(1, tokens * width * FLOAT32_BYTES);
    return Math.max(1, Math.floor(MAX_KEPT_BYTES / bytes));
  }
}

function bytesOf({ factor }: ProjectedSide): number {
  return factor.values.data.length * FLOAT32_BYTES;
}
