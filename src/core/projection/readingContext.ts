import { float32At } from '../tensor/elements';
import { commonDirection } from './direction';
import { norm } from './dots';
import { foldIntoDirection } from './fold';
import type { RankOption } from './options';
import type { PreparedStatistics, ReadingSpace } from './space';

/** What readings ask for, the same for every row. */
export interface ReadingRequest {
  readonly space: ReadingSpace;
  readonly k: number;
  readonly rank: RankOption;
  readonly withoutCommon: boolean;
  /** `[V]`, 1: may be listed; absent: all. */
  readonly allowed?: Float32Array;
  /** `[V]`, with rank `specificity`: what scores are divided by. */
  readonly tokenScale?: Float32Array;
  readonly statistics: boolean;
}

/** A request with what follows from it for all rows. */
export interface ReadingContext extends ReadingRequest {
  /** Prepared statistics, where centred scores or moments are asked for. */
  readonly prepared?: PreparedStatistics;
  /** Root mean square of the stored norms of counted tokens, and the largest of all; 1 and 0 where not prepared. */
  readonly typicalNorm: number;
  readonly largestNorm: number;
  /** `[r]`: norms of the common directions as stored rows meet them (1 without a fold). */
  readonly commonReach: Float64Array;
}

/** Completes a request. @throws RangeError where it asks for what only a prepared space has. */
export function readingContext(request: ReadingRequest): ReadingContext {
  const { space, statistics, withoutCommon } = request;
  if (!statistics && !withoutCommon) {
    return { ...request, typicalNorm: 1, largestNorm: 0, commonReach: new Float64Array(0) };
  }
  const prepared = space.statistics;
  if (prepared === undefined) {
    throw new RangeError('Moments and centred scores need a prepared space.');
  }
  return {
    ...request,
    prepared,
    ...normsOf(prepared),
    commonReach: Float64Array.from({ length: prepared.commonCount }, (_, i) =>
      norm(foldIntoDirection(commonDirection(prepared, i), space.fold)),
    ),
  };
}

function normsOf({ storedNorms, counted, countedTokens }: PreparedStatistics): {
  typicalNorm: number;
  largestNorm: number;
} {
  let squares = 0;
  let largestNorm = 0;
  for (let id = 0; id < storedNorms.length; id += 1) {
    const size = float32At(storedNorms, id);
    squares += float32At(counted, id) * size * size;
    largestNorm = Math.max(largestNorm, size);
  }
  const typicalNorm = Math.sqrt(squares / Math.max(1, countedTokens));
  return { typicalNorm: typicalNorm > 0 ? typicalNorm : 1, largestNorm };
}
