import type { RankedToken } from '../../core/projection/candidates';
import type { RowMoments, RowResult } from '../../core/projection/readings';
import type { RankOption, Space } from '../../core/projection/options';
import type { Omitted, RowReading, RowStatistics, ScoredToken } from '../../protocol/reading';
import type { TokenViews } from '../tokenViews';

/** Tokens of one side as they travel; `dot` only where it is not what was ranked. */
export function scoredTokens(
  side: readonly Pick<RankedToken, 'id' | 'score'>[],
  views: TokenViews,
): ScoredToken[] {
  return side.map(({ id, score }) => ({ ...views.view(id), score }));
}

function rankedTokens(
  side: readonly RankedToken[],
  views: TokenViews,
  plain: boolean,
): ScoredToken[] {
  return side.map(({ id, score, dot }) => ({
    ...views.view(id),
    score,
    ...(plain ? {} : { dot }),
  }));
}

function statistics(moments: RowMoments): RowStatistics {
  const { mean, std, skewness, kurtosis, kurtosisCentered, z, speaks } = moments;
  return { mean, std, skewness, kurtosis, kurtosisCentered, z, speaks };
}

/** Both lists of a row as they travel. */
export function listsOf(
  { top, bottom }: Pick<RowResult, 'top' | 'bottom'>,
  { rank, withoutCommon }: { readonly rank: RankOption; readonly withoutCommon: boolean },
  views: TokenViews,
): Pick<RowReading, 'top' | 'bottom'> {
  const plain = !withoutCommon && (rank === 'dot' || rank === 'abs');
  return { top: rankedTokens(top, views, plain), bottom: rankedTokens(bottom, views, plain) };
}

/** What belongs to a reading besides its numbers. */
export interface ReadingFrame {
  readonly component: string;
  readonly space: Space;
  readonly omitted: Omitted;
  readonly rank: RankOption;
  readonly withoutCommon: boolean;
  readonly sharedBy?: readonly string[];
  readonly note?: string;
}

/** One row's result as it travels. */
export function rowReading(result: RowResult, frame: ReadingFrame, views: TokenViews): RowReading {
  return {
    component: frame.component,
    space: frame.space,
    norm: result.norm,
    ...statistics(result),
    nonFinite: result.nonFinite,
    omitted: frame.omitted,
    ...listsOf(result, frame, views),
    ...(frame.sharedBy === undefined ? {} : { sharedBy: frame.sharedBy }),
    ...(frame.note === undefined ? {} : { note: frame.note }),
  };
}
