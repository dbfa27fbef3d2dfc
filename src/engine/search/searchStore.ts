import type { TokenSearch } from '../../protocol/search';
import { SharedWork, type WorkContext } from '../context';
import type { RowOrder } from './rowOrder';

/** A token that was asked for by text or id, and others of the same text. */
export type FoundToken = Pick<TokenSearch, 'token' | 'sameText'>;

/** Scores of one token against every searched row, by the rows' numbers; NaN where a row is not finite. */
export interface TokenScores {
  /** What is ranked. */
  readonly scores: Float64Array;
  /** Plain dot products; the same array where they are what is ranked. */
  readonly dots: Float64Array;
}

/** What a search of one token found, before a page of it is judged. */
export interface FoundRows extends FoundToken {
  readonly scores: TokenScores;
  /** z of every row by its number, where that decided the order; NaN where there is none. */
  readonly z: Float64Array | undefined;
  readonly order: RowOrder;
}

/** The last search of a model, so that pages of it need no second pass over the weights. */
export class SearchStore {
  private readonly work = new SharedWork<readonly FoundRows[]>();
  private last: { readonly key: string; readonly found: readonly FoundRows[] } | undefined;

  /** What was found under that key, searching where it is not the last one. @throws CancelledError */
  async run(
    key: string,
    context: WorkContext,
    search: (shared: WorkContext) => Promise<readonly FoundRows[]>,
  ): Promise<readonly FoundRows[]> {
    if (this.last?.key === key) {
      return this.last.found;
    }
    return this.work.run(key, context, async (shared) => {
      const found = await search(shared);
      this.last = { key, found };
      return found;
    });
  }
}
