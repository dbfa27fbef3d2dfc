import type { ScoreReduction, ScoreRequest } from '../../core/projection/backend';
import { float32At, float64At } from '../../core/tensor/elements';
import { rowsOf } from '../../core/tensor/matrix';
import { SELECT_BLOCKS } from './graphs';
import { offerScores, type ScoredPart, type ScoredTile } from './offerScores';
import type { OnnxSessions } from './onnxSessions';
import { rankedScores, scoreGraph, SUM_OUTPUTS, type ScoreGraphKind } from './scoreGraph';
import { integers, matrixTensor, type NamedTensors, type TensorData } from './tensors';

/** Tokens of a block whose extremes leave the graph; the scores of a row's block are one line of the cache. */
const BLOCK_TOKENS = 16;
/** Scores of one part of a tile: 1 MB, so that they stay in a core's cache while they are reduced. */
const PART_SCORES = 2 ** 18;
const MAX_PART_TOKENS = 2 ** 14;
/** Blocks selected beyond k, so that the last of them seldom reaches the limit. */
const EXTRA_BLOCKS = 16;
const POWERS = 4;

/** A part of a tile: whole blocks, or the few tokens that are left over, each a block of its own. */
interface Part {
  readonly start: number;
  readonly tokens: number;
  readonly blockTokens: number;
}

/**
 * Scores reduced in the graph: a tile goes through it in parts that fit the cache; of each, sums of powers, the
 * scores and the extremes of their blocks come out, and only blocks that may hold a listed score are looked into.
 */
export class ScoreReducer {
  private readonly scores = new Scratch();
  private readonly best = new Scratch();
  private readonly worst = new Scratch();
  /** Tiles take turns, since they share the memory above. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly sessions: OnnxSessions) {}

  reduce(request: ScoreRequest): Promise<ScoreReduction> {
    const reduced = this.turn.then(() => this.reduceParts(request));
    this.turn = reduced.catch(() => undefined);
    return reduced;
  }

  private async reduceParts(request: ScoreRequest): Promise<ScoreReduction> {
    const { x, tile, moments, ranking, shift } = request;
    const kind = kindOf(request);
    const powerSums = new Float64Array(x.rows * POWERS);
    const centredPowerSums = new Float64Array(x.rows * POWERS);
    const parts: ScoredPart[] = [];
    for (const scratch of [this.scores, this.best, this.worst]) {
      scratch.reserve(ranking === undefined ? 0 : x.rows * tile.rows);
    }
    for (const part of partsOf(tile.rows, x.rows)) {
      const output = await this.run(request, kind, part);
      if (moments !== undefined) {
        addSums(powerSums, SUM_OUTPUTS.shifted.map(output));
        addSums(centredPowerSums, SUM_OUTPUTS.centred.map(output));
      }
      if (ranking !== undefined) {
        parts.push(scoredPart(ranking, part, output));
      }
    }
    if (ranking !== undefined) {
      const lacksShift = rankedScores(kind) === 'shifted' && shift !== undefined;
      const selected = await this.select(x.rows, parts, ranking.lists.k);
      offerScores({ ...selected, ...(lacksShift ? { shift } : {}) }, ranking.lists);
    }
    return moments === undefined ? {} : { powerSums, centredPowerSums };
  }

  /** The best blocks of every row among those of all parts. */
  private async select(rows: number, parts: readonly ScoredPart[], k: number): Promise<ScoredTile> {
    const blocks = parts.reduce((sum, { tokens, blockTokens }) => sum + tokens / blockTokens, 0);
    const selected = Math.min(blocks, k + EXTRA_BLOCKS);
    const [best, worst] = [this.best.filled, this.worst.filled];
    const output = await this.sessions.run('selectBlocks', () => SELECT_BLOCKS, {
      best: { data: best, shape: [blocks, rows] },
      worst: { data: worst, shape: [blocks, rows] },
      k: integers(selected),
    });
    return {
      ...{ rows, parts, blocks, selected, best, worst },
      top: { extremes: output('high'), places: output('highPlaces') },
      bottom: { extremes: output('low'), places: output('lowPlaces') },
    };
  }

  private run(
    request: ScoreRequest,
    kind: ScoreGraphKind,
    part: Part,
  ): Promise<(output: string) => Float32Array> {
    const { rows } = request.x;
    const blocks = part.tokens / part.blockTokens;
    const into =
      kind.ranked === 'none'
        ? {}
        : {
            scores: this.scores.tensor(rows, part.tokens),
            best: this.best.tensor(blocks, rows),
            worst: this.worst.tensor(blocks, rows),
          };
    const feeds = feedsOf(request, kind, part);
    return this.sessions.run(JSON.stringify(kind), () => scoreGraph(kind), feeds, into);
  }
}

/** Memory that outputs are written to, one behind the other, and that is kept from tile to tile. */
class Scratch {
  private buffer = new Float32Array(0);
  private used = 0;

  /** Begins anew, with room for so many numbers. */
  reserve(length: number): void {
    this.used = 0;
    if (this.buffer.length < length) {
      this.buffer = new Float32Array(length);
    }
  }

  /** All that was taken since. */
  get filled(): Float32Array {
    return this.buffer.subarray(0, this.used);
  }

  tensor(...shape: number[]): TensorData {
    const start = this.used;
    this.used += shape.reduce((product, size) => product * size, 1);
    return { data: this.buffer.subarray(start, this.used), shape };
  }
}

/** Parts of whole blocks, and what is left over. */
function partsOf(tokens: number, rows: number): Part[] {
  const fitting = Math.min(MAX_PART_TOKENS, PART_SCORES / rows);
  const size = Math.max(1, Math.floor(fitting / BLOCK_TOKENS)) * BLOCK_TOKENS;
  const whole = tokens - (tokens % BLOCK_TOKENS);
  const parts: Part[] = [];
  for (let start = 0; start < whole; start += size) {
    const count = Math.min(size, whole - start);
    parts.push({ start, tokens: count, blockTokens: BLOCK_TOKENS });
  }
  return whole < tokens
    ? [...parts, { start: whole, tokens: tokens - whole, blockTokens: 1 }]
    : parts;
}

function scoredPart(
  { firstId, allowed }: NonNullable<ScoreRequest['ranking']>,
  part: Part,
  output: (name: string) => Float32Array,
): ScoredPart {
  return {
    firstId: firstId + part.start,
    tokens: part.tokens,
    blockTokens: part.blockTokens,
    scores: output('scores'),
    ...(allowed === undefined ? {} : { allowed: slice(allowed, part) }),
  };
}

function kindOf({ ranking, shift, common, moments }: ScoreRequest): ScoreGraphKind {
  const centred = ranking?.rankCentred === true;
  const needsCentred = moments !== undefined || centred;
  if (needsCentred && (shift === undefined || common === undefined)) {
    throw new RangeError('Moments and centred scores need shifts and common directions.');
  }
  return {
    ranked: ranking === undefined ? 'none' : centred ? 'centred' : 'plain',
    scaled: ranking?.scale !== undefined,
    shifted: needsCentred,
    moments: moments !== undefined,
    filtered: ranking?.allowed !== undefined,
  };
}

function feedsOf(request: ScoreRequest, kind: ScoreGraphKind, part: Part): NamedTensors {
  const { x, tile, ranking, shift, common, moments } = request;
  const { start, tokens, blockTokens } = part;
  const feeds: Record<string, TensorData> = {
    x: matrixTensor(x),
    tile: matrixTensor(rowsOf(tile, start, tokens)),
  };
  if (kind.shifted && shift !== undefined && common !== undefined) {
    feeds['shift'] = { data: shift, shape: [x.rows] };
    feeds['common'] = matrixTensor(common.a);
    feeds['projections'] = matrixTensor(rowsOf(common.p, start, tokens));
  }
  if (ranking !== undefined) {
    feeds['blocks'] = integers(tokens / blockTokens, blockTokens, x.rows);
  }
  if (ranking?.scale !== undefined) {
    feeds['scale'] = { data: slice(ranking.scale, part), shape: [tokens, 1] };
  }
  if (ranking?.allowed !== undefined) {
    const penalty = slice(ranking.allowed, part).map((flag) => (flag > 0 ? 0 : -Infinity));
    feeds['penalty'] = { data: penalty, shape: [tokens, 1] };
  }
  if (moments !== undefined) {
    feeds['counted'] = { data: slice(moments.counted, part), shape: [1, tokens] };
  }
  return feeds;
}

function slice(values: Float32Array, { start, tokens }: Part): Float32Array {
  return values.subarray(start, start + tokens);
}

/** Adds sums of each power `[n]` to sums `[n, 4]`. */
function addSums(sums: Float64Array, added: readonly Float32Array[]): void {
  added.forEach((ofPower, power) => {
    for (let row = 0; row < ofPower.length; row += 1) {
      const at = row * POWERS + power;
      sums[at] = float64At(sums, at) + float32At(ofPower, row);
    }
  });
}
