import type {
  FoldOption,
  RankOption,
  ReadingOptions,
  Space,
  SpaceOption,
  TokenFilters,
} from '../core/projection/options';
import type { Omitted, RowReading, TokenView } from './reading';

/** What is asked of heads: which pairs, and how they are ranked. */
export interface PairOptions {
  readonly space: SpaceOption;
  readonly fold: FoldOption;
  readonly rank: Exclude<RankOption, 'specificity'>;
  readonly withoutCommon: boolean;
  readonly filters: TokenFilters;
  /** Leaves out pairs of one token with itself. */
  readonly excludeSame: boolean;
  /** Leaves out pairs that differ only in case or a leading space. */
  readonly excludeCase: boolean;
  /** Pairs to list. */
  readonly k: number;
  /** Lists the most negative pairs, lowest first; not with rank `abs`. */
  readonly negative: boolean;
  /** Only pairs over this score (under it where `negative`; of larger magnitude with rank `abs`), counted. */
  readonly threshold?: number;
  /** Only these tokens as rows or columns, as exact texts or `#id`; filters do not apply to them. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** Distance of query and key in positions; only for models with rotary positions. It leaves VO as it is. */
  readonly delta?: number;
}

/** Pairs that are listed where nobody says how many. */
export const DEFAULT_PAIRS = 50;

/** The options of heads that go with those of rows: every pair takes part, the best 50 are listed. */
export function pairOptionsBeside(options: ReadingOptions): PairOptions {
  const { space, fold, rank, withoutCommon, filters } = options;
  return {
    ...{ space, fold, withoutCommon, filters, k: DEFAULT_PAIRS },
    rank: rank === 'specificity' ? 'dot' : rank,
    ...{ excludeSame: false, excludeCase: false, negative: false },
  };
}

export interface PairView {
  readonly row: TokenView;
  readonly column: TokenView;
  /** What is ranked. */
  readonly score: number;
  /** The plain bilinear form, where `score` is not. */
  readonly dot?: number;
  /** How the two tokens are alike: the same, but for case or a leading space, or of one stem. */
  readonly likeness?: 'same' | 'case' | 'stem';
}

/** How a head's pairs stand out, whatever is listed: over the tokens that take part in statistics. */
export interface HeadStatistics {
  /** Mean of the best 50 scores in units of the root mean square of all; null where all scores are 0. */
  readonly statistic: number | null;
  /** Its distance from that of the shuffled pairings, in their standard deviations. */
  readonly z: number | null;
  /** Shuffled pairings behind `z`: this head's W_V or W_Q with W_O or W_K of others. */
  readonly pairings: number;
  /** Share of the best 50 pairs whose tokens are alike; null without a tokenizer. `control`: the pairings' mean. */
  readonly copying: { readonly share: number; readonly control: number | null } | null;
}

export interface PairReading {
  /** `L3.H7.VO` */
  readonly component: string;
  readonly rowSpace: Space;
  readonly columnSpace: Space;
  /** Whether bounds proved that no pair left aside belongs among those listed. */
  readonly exact: boolean;
  /** Share of all pairs that had to be multiplied. */
  readonly visited: number;
  /** With a threshold: how many pairs are beyond it; null where more than `MAX_COUNTED_PAIRS`. */
  readonly count?: number | null;
  /** Null where they were not asked for. */
  readonly statistics: HeadStatistics | null;
  /** Tokens left out of each side, and pairs of tokens that are alike. */
  readonly omitted: { readonly rows: Omitted; readonly columns: Omitted; readonly pairs: number };
  readonly top: readonly PairView[];
  /** What must be said besides. */
  readonly note?: string;
}

/** A head whose weights are not all finite. */
export interface UnreadableHead {
  /** `L3.H7.VO` */
  readonly component: string;
  /** Why it cannot be read, in a sentence. */
  readonly problem: string;
}

/** A head at a glance, whatever pairs are asked for. */
export interface HeadOverview {
  /** `L3.H7.VO` */
  readonly component: string;
  /** Null where the head cannot be judged; `problem` then says why. */
  readonly statistics: HeadStatistics | null;
  /** The best three pairs of the tokens that take part in statistics. */
  readonly best: readonly PairView[];
  readonly problem?: string;
}

/** Pairs over a threshold are counted up to here. */
export const MAX_COUNTED_PAIRS = 1_000_000;

export interface PairsParams {
  readonly model: string;
  /** Ids or ranges of heads: `L1.H3.VO`, `L*.H*.QK`. */
  readonly components: readonly string[];
  readonly options: PairOptions;
  /** false: no `statistics`, which take up to 17 searches a head. Default true. */
  readonly statistics?: boolean;
  /** true: heads that cannot be read are told apart, and keep no other from being read. Default: the first fails all. */
  readonly passUnreadable?: boolean;
}

/** Heads in the order in which they were asked; `unreadable` holds any only with `passUnreadable`. */
export interface PairsAnswer {
  readonly rows: readonly PairReading[];
  readonly unreadable: readonly UnreadableHead[];
}

/** What decides the numbers of a head at a glance; others of the reader's options do not. */
export interface HeadMapParams {
  readonly model: string;
  readonly options: Pick<PairOptions, 'space' | 'fold' | 'delta'>;
}

export interface ScanHeadsParams extends HeadMapParams {
  /** Ids or ranges of heads. */
  readonly components: readonly string[];
}

export interface DirectionsParams {
  readonly model: string;
  /** Ids or ranges of singular directions: `L1.H3.VO.S[0]`. */
  readonly components: readonly string[];
  readonly options: ReadingOptions;
}

/** A singular direction of a head's matrix: what it takes (left) and what it gives (right). */
export interface DirectionReading {
  readonly component: string;
  readonly sigma: number;
  /** Whether a neighbouring singular value is so close that the vectors are one choice of many. */
  readonly degenerate: boolean;
  readonly left: RowReading;
  readonly right: RowReading;
}
