import { float32At, float64At } from '../../core/tensor/elements';
import type { CandidateLists } from '../../core/projection/candidates';

/** Scores `[rows, tokens]` of a part of a tile, with the best and worst of each block of consecutive tokens. */
export interface ScoredPart {
  readonly rows: number;
  readonly tokens: number;
  readonly scores: Float32Array;
  readonly blockTokens: number;
  /** `[blocks, rows]` */
  readonly best: Float32Array;
  readonly worst: Float32Array;
  /** `[rows]`, added to every score. */
  readonly shift?: Float32Array;
  /** `[tokens]`, 1 or 0; absent: all. */
  readonly allowed?: Float32Array;
  readonly firstId: number;
}

/** Offers every score that may be listed: only blocks whose best or worst passes a row's limit are looked into. */
export function offerScores(part: ScoredPart, lists: CandidateLists): void {
  offerSide(part, lists, 1);
  offerSide(part, lists, -1);
}

/** `sign` 1: the top; -1: the bottom, where scores are compared with their signs turned. */
function offerSide(part: ScoredPart, lists: CandidateLists, sign: 1 | -1): void {
  const { rows, shift } = part;
  const extremes = sign === 1 ? part.best : part.worst;
  const limits = sign === 1 ? lists.topLimits : lists.bottomLimits;
  if (part.allowed === undefined) {
    expectExtremes(extremes, part, lists, sign);
  }
  const shiftOf = (row: number): number => (shift === undefined ? 0 : float32At(shift, row));
  // What a score without its shift must reach.
  const needed = limits.map((limit, row) => limit - sign * shiftOf(row));
  let at = 0;
  for (let block = 0; at < extremes.length; block += 1) {
    for (let row = 0; row < rows; row += 1) {
      if (sign * float32At(extremes, at) >= float64At(needed, row)) {
        const added = shiftOf(row);
        offerBlock(part, lists, sign, block, row, float64At(needed, row), added);
        needed[row] = float64At(limits, row) - sign * added;
      }
      at += 1;
    }
  }
}

/**
 * The extremes of blocks are scores of as many tokens: for rows without a limit yet they give one, before hundreds of
 * scores are offered that would only be dropped again.
 */
function expectExtremes(
  extremes: Float32Array,
  { rows, shift }: ScoredPart,
  lists: CandidateLists,
  sign: 1 | -1,
): void {
  const sides = sign === 1 ? lists.top : lists.bottom;
  const limits = sign === 1 ? lists.topLimits : lists.bottomLimits;
  const keys = new Float32Array(extremes.length / rows);
  for (let row = 0; row < rows; row += 1) {
    if (float64At(limits, row) === -Infinity) {
      const added = shift === undefined ? 0 : float32At(shift, row);
      for (let block = 0; block < keys.length; block += 1) {
        keys[block] = sign * (float32At(extremes, block * rows + row) + added);
      }
      sides[row]?.expect(keys);
    }
  }
}

function offerBlock(
  { tokens, scores, blockTokens, allowed, firstId }: ScoredPart,
  lists: CandidateLists,
  sign: 1 | -1,
  block: number,
  row: number,
  needed: number,
  shift: number,
): void {
  const first = block * blockTokens;
  for (let token = first; token < first + blockTokens; token += 1) {
    const score = float32At(scores, row * tokens + token);
    if (sign * score >= needed && (allowed === undefined || float32At(allowed, token) > 0)) {
      if (sign === 1) {
        lists.offerTop(row, firstId + token, score + shift);
      } else {
        lists.offerBottom(row, firstId + token, score + shift);
      }
    }
  }
}
