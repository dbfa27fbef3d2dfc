import type { ScoreReduction, ScoreRequest } from '../../core/projection/backend';
import { float32At, float64At } from '../../core/tensor/elements';
import { rowsOf } from '../../core/tensor/matrix';
import { offerScores } from './offerScores';
import type { OnnxSessions } from './onnxSessions';
import { rankedScores, scoreGraph, SUM_OUTPUTS, type ScoreGraphKind } from './scoreGraph';
import { integers, matrixTensor, type NamedTensors, type TensorData } from './tensors';

/** Tokens of a block whose best and worst scores leave the graph: only blocks that matter are looked into. */
const BLOCK_TOKENS = 16;
/** Scores of one part of a tile: 1 MB, so that they stay in a core's cache while they are reduced. */
const PART_SCORES = 2 ** 18;
const MAX_PART_TOKENS = 2 ** 14;
const POWERS = 4;

/** A part of a tile: `tokens` from `start`. */
interface Part {
  readonly start: number;
  readonly tokens: number;
  readonly blocked: boolean;
}

/**
 * Scores reduced in the graph: a tile goes through it in parts that fit the cache; of each, sums of powers, the
 * scores and the extremes of their blocks come out, and only blocks that may hold a listed score are looked into.
 */
export class ScoreReducer {
  private scores: Float32Array = new Float32Array(0);
  private best: Float32Array = new Float32Array(0);
  private worst: Float32Array = new Float32Array(0);
  /** Runs take turns, since they share the memory above. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly sessions: OnnxSessions) {}

  reduce(request: ScoreRequest): Promise<ScoreReduction> {
    const reduced = this.turn.then(() => this.reduceParts(request));
    this.turn = reduced.catch(() => undefined);
    return reduced;
  }

  private async reduceParts(request: ScoreRequest): Promise<ScoreReduction> {
    const { x, tile, moments } = request;
    const powerSums = new Float64Array(x.rows * POWERS);
    const centredPowerSums = new Float64Array(x.rows * POWERS);
    for (const part of partsOf(tile.rows, x.rows)) {
      const output = await this.run(request, part);
      if (moments !== undefined) {
        addSums(powerSums, SUM_OUTPUTS.shifted.map(output));
        addSums(centredPowerSums, SUM_OUTPUTS.centred.map(output));
      }
    }
    return moments === undefined ? {} : { powerSums, centredPowerSums };
  }

  private async run(request: ScoreRequest, part: Part): Promise<(output: string) => Float32Array> {
    const { ranking } = request;
    const kind = kindOf(request, part);
    const into = this.outputs(kind, request.x.rows, part);
    const output = await this.sessions.run(
      JSON.stringify(kind),
      () => scoreGraph(kind),
      feedsOf(request, kind, part),
      into,
    );
    if (ranking !== undefined) {
      const { blocked } = kind;
      const lacksShift = rankedScores(kind) === 'shifted';
      offerScores(
        {
          rows: request.x.rows,
          tokens: part.tokens,
          scores: output('scores'),
          blockTokens: blocked ? BLOCK_TOKENS : 1,
          best: output(blocked ? 'best' : 'byToken'),
          worst: output(blocked ? 'worst' : 'byToken'),
          firstId: ranking.firstId + part.start,
          ...(lacksShift && request.shift !== undefined ? { shift: request.shift } : {}),
          ...(ranking.allowed === undefined ? {} : { allowed: slice(ranking.allowed, part) }),
        },
        ranking.lists,
      );
    }
    return output;
  }

  /** Memory for the large outputs, the same for every run. */
  private outputs(kind: ScoreGraphKind, rows: number, { tokens, blocked }: Part): NamedTensors {
    if (kind.ranked === 'none') {
      return {};
    }
    this.scores = atLeast(this.scores, tokens * rows);
    const scores = tensor(this.scores, rows, tokens);
    if (!blocked) {
      return { scores };
    }
    const blocks = tokens / BLOCK_TOKENS;
    this.best = atLeast(this.best, blocks * rows);
    this.worst = atLeast(this.worst, blocks * rows);
    return {
      scores,
      best: tensor(this.best, blocks, rows),
      worst: tensor(this.worst, blocks, rows),
    };
  }
}

function atLeast(buffer: Float32Array, length: number): Float32Array {
  return buffer.length >= length ? buffer : new Float32Array(length);
}

function tensor(data: Float32Array, ...shape: number[]): TensorData {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: data.subarray(0, length), shape };
}

/** Parts of whole blocks, and what is left over. */
function partsOf(tokens: number, rows: number): Part[] {
  const fitting = Math.min(MAX_PART_TOKENS, PART_SCORES / rows);
  const size = Math.max(1, Math.floor(fitting / BLOCK_TOKENS)) * BLOCK_TOKENS;
  const whole = tokens - (tokens % BLOCK_TOKENS);
  const parts: Part[] = [];
  for (let start = 0; start < whole; start += size) {
    parts.push({ start, tokens: Math.min(size, whole - start), blocked: true });
  }
  return whole < tokens
    ? [...parts, { start: whole, tokens: tokens - whole, blocked: false }]
    : parts;
}

function kindOf({ ranking, shift, common, moments }: ScoreRequest, part: Part): ScoreGraphKind {
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
    blocked: ranking !== undefined && part.blocked,
  };
}

function feedsOf(request: ScoreRequest, kind: ScoreGraphKind, part: Part): NamedTensors {
  const { x, tile, ranking, shift, common, moments } = request;
  const { start, tokens } = part;
  const feeds: Record<string, TensorData> = {
    x: matrixTensor(x),
    tile: matrixTensor(rowsOf(tile, start, tokens)),
  };
  if (kind.shifted && shift !== undefined && common !== undefined) {
    feeds['shift'] = { data: shift, shape: [x.rows] };
    feeds['common'] = matrixTensor(common.a);
    feeds['projections'] = matrixTensor(rowsOf(common.p, start, tokens));
  }
  if (ranking?.scale !== undefined) {
    feeds['scale'] = { data: slice(ranking.scale, part), shape: [tokens, 1] };
  }
  if (kind.blocked) {
    feeds['blocks'] = integers(tokens / BLOCK_TOKENS, BLOCK_TOKENS, x.rows);
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
