import type { CandidateLists } from '../../core/projection/candidates';
import { float32At, float64At, int32At } from '../../core/tensor/elements';

/** Scores of a part of a tile: tokens in blocks, with the extremes of each. */
export interface ScoredPart {
  readonly firstId: number;
  readonly tokens: number;
  readonly blockTokens: number;
  /** `[rows, tokens]` */
  readonly scores: Float32Array;
  /** `[tokens]`, 1 or 0; absent: all may be listed. */
  readonly allowed?: Float32Array;
}

/** The best blocks of each row by their extremes, `[rows, selected]`, best first. */
export interface SelectedBlocks {
  readonly extremes: Float32Array;
  /** Their places among all blocks of the tile, whole numbers. */
  readonly places: Float32Array;
}

/** All parts of a tile. */
export interface ScoredTile {
  readonly rows: number;
  readonly parts: readonly ScoredPart[];
  /** Blocks of all parts. */
  readonly blocks: number;
  readonly selected: number;
  readonly top: SelectedBlocks;
  readonly bottom: SelectedBlocks;
  /** `[blocks, rows]`: extremes of all blocks, of the tokens that may be listed. */
  readonly best: Float32Array;
  readonly worst: Float32Array;
  /** `[rows]`, to be added to every score. */
  readonly shift?: Float32Array;
}

/** 1: the top; -1: the bottom, where scores count with their signs turned. */
type Side = 1 | -1;

/** Where a block's scores lie. */
interface Block {
  readonly part: ScoredPart;
  readonly first: number;
}

/**
 * Offers every score that may be listed. A row's k-th best block holds at least one token each, which gives a limit; only
 * selected blocks that reach it are looked into, all blocks where even the last selected one does.
 */
export function offerScores(tile: ScoredTile, lists: CandidateLists): void {
  const blocks = blocksOf(tile.parts);
  const hits = new Int32Array(tile.blocks);
  for (let row = 0; row < tile.rows; row += 1) {
    for (const side of [1, -1] as const) {
      const count = findHits(tile, lists, row, side, hits);
      touch(blocks, row, hits, count);
      for (let hit = 0; hit < count; hit += 1) {
        const block = blocks[int32At(hits, hit)];
        if (block !== undefined) {
          offerBlock(block, tile, lists, row, side);
        }
      }
    }
  }
}

function blocksOf(parts: readonly ScoredPart[]): Block[] {
  return parts.flatMap((part) =>
    Array.from({ length: part.tokens / part.blockTokens }, (_, block) => ({
      part,
      first: block * part.blockTokens,
    })),
  );
}

/** Places of blocks that may hold a listed score, into `hits`; answers how many. */
function findHits(
  tile: ScoredTile,
  lists: CandidateLists,
  row: number,
  side: Side,
  hits: Int32Array,
): number {
  const { selected, rows } = tile;
  const { extremes, places } = side === 1 ? tile.top : tile.bottom;
  const first = row * selected;
  if (selected >= lists.k && lists.k > 0) {
    const kth = float32At(extremes, first + lists.k - 1) + shiftOf(tile, row);
    (side === 1 ? lists.top : lists.bottom)[row]?.expect(side * kth);
  }
  const needed = neededBy(tile, lists, row, side);
  let count = 0;
  while (count < selected && side * float32At(extremes, first + count) >= needed) {
    hits[count] = float32At(places, first + count);
    count += 1;
  }
  if (count < selected || selected === tile.blocks) {
    return count;
  }
  // Even the last of the selected reaches the limit, as where many tokens are equal: others may as well.
  const all = side === 1 ? tile.best : tile.worst;
  count = 0;
  for (let block = 0; block < tile.blocks; block += 1) {
    if (side * float32At(all, block * rows + row) >= needed) {
      hits[count] = block;
      count += 1;
    }
  }
  return count;
}

/**
 * Asks the memory for the scores of all hits before the first of them decides anything: they come from all over, and
 * one by one would each be waited for.
 */
function touch(blocks: readonly Block[], row: number, hits: Int32Array, count: number): void {
  let sum = 0;
  for (let hit = 0; hit < count; hit += 1) {
    const block = blocks[int32At(hits, hit)];
    if (block !== undefined) {
      sum += float32At(block.part.scores, row * block.part.tokens + block.first);
    }
  }
  touched[0] = sum;
}

/** Keeps the compiler from finding `touch` useless. */
const touched = new Float64Array(1);

function offerBlock(
  { part, first }: Block,
  tile: ScoredTile,
  lists: CandidateLists,
  row: number,
  side: Side,
): void {
  const { scores, tokens, blockTokens, allowed, firstId } = part;
  const needed = neededBy(tile, lists, row, side);
  const shift = shiftOf(tile, row);
  for (let token = first; token < first + blockTokens; token += 1) {
    const score = float32At(scores, row * tokens + token);
    if (side * score >= needed && (allowed === undefined || float32At(allowed, token) > 0)) {
      if (side === 1) {
        lists.offerTop(row, firstId + token, score + shift);
      } else {
        lists.offerBottom(row, firstId + token, score + shift);
      }
    }
  }
}

/** What a score without its shift must reach, as a key. */
function neededBy(tile: ScoredTile, lists: CandidateLists, row: number, side: Side): number {
  const limits = side === 1 ? lists.topLimits : lists.bottomLimits;
  return float64At(limits, row) - side * shiftOf(tile, row);
}

function shiftOf({ shift }: ScoredTile, row: number): number {
  return shift === undefined ? 0 : float32At(shift, row);
}
