import { float32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';
import { norm } from './dots';
import { foldVocabularyRow, type VocabularyFold } from './fold';
import type { ReadingRequest } from './readingContext';
import type { CheckedTile } from './vocabularyTiles';

/** Filters and scales of the tokens of one tile: what ranking needs besides scores. */
export interface TileRanking {
  /** `[t]`, 1 or 0; absent: all. */
  readonly allowed?: Float32Array;
  /** `[t]`: what float32 scores are multiplied by; absent: 1. */
  readonly scale?: Float32Array;
  readonly largestScale: number;
  /** Largest stored norm, and largest stored norm times scale. */
  readonly largestNorm: number;
  readonly largestScaledNorm: number;
}

export function tileRanking(request: ReadingRequest, tile: CheckedTile): TileRanking {
  const allowed = allowedIn(request, tile);
  const scale = scaleIn(request, tile);
  let largestNorm = 0;
  let largestScaledNorm = 0;
  let largestScale = scale === undefined ? 1 : 0;
  for (let i = 0; i < tile.matrix.rows; i += 1) {
    const factor = scale === undefined ? 1 : float32At(scale, i);
    const size = float32At(tile.storedNorms, i);
    largestNorm = Math.max(largestNorm, size);
    largestScaledNorm = Math.max(largestScaledNorm, size * factor);
    largestScale = Math.max(largestScale, factor);
  }
  return {
    ...(allowed === undefined ? {} : { allowed }),
    ...(scale === undefined ? {} : { scale }),
    largestScale,
    largestNorm,
    largestScaledNorm,
  };
}

function allowedIn({ allowed }: ReadingRequest, tile: CheckedTile): Float32Array | undefined {
  const { rows } = tile.matrix;
  const part = allowed?.subarray(tile.start, tile.start + rows);
  if (tile.nonFinite.length === 0) {
    return part;
  }
  const finite = part?.slice() ?? new Float32Array(rows).fill(1);
  for (const id of tile.nonFinite) {
    finite[id - tile.start] = 0;
  }
  return finite;
}

/** One over what the rank divides by; 0 where that is 0, as all scores of such a token are. */
function scaleIn(request: ReadingRequest, tile: CheckedTile): Float32Array | undefined {
  const { start, matrix } = tile;
  if (request.rank === 'specificity') {
    return inverse(request.tokenScale?.subarray(start, start + matrix.rows));
  }
  if (request.rank === 'cosine') {
    const { statistics, fold } = request.space;
    const norms = statistics?.norms.subarray(start, start + matrix.rows);
    return inverse(norms ?? (fold === null ? tile.storedNorms : foldedNorms(tile.matrix, fold)));
  }
  return undefined;
}

function inverse(divisors: Float32Array | undefined): Float32Array | undefined {
  return divisors?.map((divisor) => (divisor > 0 ? 1 / divisor : 0));
}

/** L2 norms of the folded rows of a tile, `[t]`. */
export function foldedNorms(
  { rows, cols, data }: Matrix,
  fold: VocabularyFold | null,
): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) =>
    norm(foldVocabularyRow(data.subarray(i * cols, (i + 1) * cols), fold)),
  );
}
