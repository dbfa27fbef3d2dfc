import { checkCancelled, VocabScopeError } from '../../core/errors';
import {
  formatDirectionId,
  parseHeadMatrixPattern,
  type HeadMatrixRef,
} from '../../core/model/headMatrixId';
import { expandDirections, expandHeads } from '../../core/model/headMatrixSet';
import type { ReadingOptions } from '../../core/projection/options';
import { singularDirections, type SingularDirection } from '../../core/projection/pairs/singular';
import type { RowResult } from '../../core/projection/readings';
import type { DirectionReading } from '../../protocol/pairs';
import type { RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { batchSize, planReading, readPlanned, type ReadingPlan } from '../reading/readComponents';
import { rowReading } from '../reading/toProtocol';
import { halvesOf, missingOutputNote, readHalf, type ReadHalf } from './headHalves';

/** Tokens a side of all directions of one answer. */
const MAX_LISTED_TOKENS = 10_000_000;

interface HeadDirections {
  readonly head: HeadMatrixRef;
  readonly indices: readonly number[];
}

/** Singular directions that were asked for, head by head. */
export interface AskedDirections {
  readonly heads: readonly HeadDirections[];
  readonly count: number;
}

/** The singular directions that the patterns name, in their order. @throws VocabScopeError `unknownComponent`. */
export function askedDirections(model: OpenModel, patterns: readonly string[]): AskedDirections {
  const { transformer } = model.ready();
  const heads = patterns.flatMap((text): HeadDirections[] => {
    const pattern = parseHeadMatrixPattern(text);
    const indices = expandDirections(transformer, pattern);
    return expandHeads(transformer, pattern).map((head) => ({ head, indices }));
  });
  return { heads, count: heads.reduce((sum, { indices }) => sum + indices.length, 0) };
}

/**
 * Reads every singular direction that the patterns name, in their order: its left vector with the head's row space, its
 * right one with the column space.
 * @throws VocabScopeError `unknownComponent`, `foldRefused`, `nonFinite`, `limit`, `usage`; CancelledError
 */
export async function readDirections(
  model: OpenModel,
  components: readonly string[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<DirectionReading[]> {
  requireRanked(options);
  const asked = askedDirections(model, components);
  if (asked.count * options.k > MAX_LISTED_TOKENS) {
    throw new VocabScopeError(
      'limit',
      `${String(asked.count)} directions of ${String(options.k)} tokens a side are too many for one answer; ask for fewer at once, or fewer tokens.`,
    );
  }
  const readings: DirectionReading[] = [];
  for await (const batch of readDirectionBatches(model, asked, options, context)) {
    readings.push(...batch);
    context.onProgress({ done: readings.length, total: asked.count, unit: 'directions' });
  }
  return readings;
}

/** @throws VocabScopeError `usage` where directions cannot be ranked in that way. */
function requireRanked({ rank }: ReadingOptions): void {
  if (rank === 'specificity') {
    throw new VocabScopeError(
      'usage',
      'Singular directions are no rows of a kind, so specificity has nothing to compare them with: rank by dot, cosine or abs.',
    );
  }
}

/**
 * Reads singular directions head by head, long lists in several batches; a batch is forgotten here when it is given.
 * @throws VocabScopeError `foldRefused`, `nonFinite`, `usage`; CancelledError
 */
export async function* readDirectionBatches(
  model: OpenModel,
  asked: AskedDirections,
  options: ReadingOptions,
  context: WorkContext,
): AsyncGenerator<readonly DirectionReading[]> {
  requireRanked(options);
  for (const head of asked.heads) {
    checkCancelled(context.cancellation);
    yield* readHead(model, head, options, context);
  }
}

/** One side of a head's directions: how it is read, and what is read. */
interface Side {
  readonly side: 'left' | 'right';
  readonly plan: ReadingPlan;
  /** What must be said besides. */
  readonly note?: string;
}

async function* readHead(
  model: OpenModel,
  { head, indices }: HeadDirections,
  options: ReadingOptions,
  context: WorkContext,
): AsyncGenerator<readonly DirectionReading[]> {
  const [rowHalf, columnHalf] = halvesOf(head);
  const rows = await readHalf(model, rowHalf, options);
  const columns = await readHalf(model, columnHalf, options);
  const all = singularDirections(rows.rows, columns.rows);
  const plan = (half: ReadHalf): Promise<ReadingPlan> =>
    planReading(model, rowHalf.kind, half.treatment, options, true, context);
  const left: Side = { side: 'left', plan: await plan(rows) };
  const note = missingOutputNote(model, head, columns.treatment.space);
  const right: Side = {
    side: 'right',
    plan: await plan(columns),
    ...(note === undefined ? {} : { note }),
  };
  const views = await model.views(context);
  const size = batchSize(options.k);
  for (let start = 0; start < indices.length; start += size) {
    const batch = indices.slice(start, start + size);
    const directions = batch.flatMap((index) => all[index] ?? []);
    const lefts = await readVectors(model, directions, left, context);
    const rights = await readVectors(model, directions, right, context);
    yield directions.flatMap((direction, i) => {
      const [leftResult, rightResult, index] = [lefts[i], rights[i], batch[i]];
      if (leftResult === undefined || rightResult === undefined || index === undefined) {
        return [];
      }
      const flip = speaksBackwards(leftResult, rightResult);
      const component = formatDirectionId(head, index);
      const view = (result: RowResult, side: Side): RowReading =>
        rowReading(
          flip ? flipped(result) : result,
          {
            component,
            space: side.plan.treatment.space,
            omitted: side.plan.omitted,
            rank: options.rank,
            withoutCommon: options.withoutCommon,
            ...(side.note === undefined ? {} : { note: side.note }),
          },
          views,
        );
      return [
        {
          component,
          sigma: direction.sigma,
          degenerate: direction.degenerate,
          left: view(leftResult, left),
          right: view(rightResult, right),
        },
      ];
    });
  }
}

function readVectors(
  model: OpenModel,
  directions: readonly SingularDirection[],
  { side, plan }: Side,
  context: WorkContext,
): Promise<RowResult[]> {
  const cols = plan.space.matrix.cols;
  const data = new Float32Array(directions.length * cols);
  directions.forEach((direction, i) => {
    data.set(direction[side], i * cols);
  });
  const rows = { rows: directions.length, cols, data };
  return readPlanned(model, rows, plan, plan.options.k, context);
}

/** Whether the side of larger centred kurtosis speaks for its bottom: both vectors then change their sign. */
function speaksBackwards(left: RowResult, right: RowResult): boolean {
  const kurtosis = ({ kurtosisCentered }: RowResult): number => kurtosisCentered ?? -Infinity;
  const clearer = kurtosis(left) >= kurtosis(right) ? left : right;
  return clearer.speaks === 'bottom';
}

/** The reading of a vector with its sign changed. */
function flipped(result: RowResult): RowResult {
  const negated = (side: RowResult['top']): RowResult['top'] =>
    side.map(({ id, score, dot }) => ({ id, score: -score, dot: -dot }));
  const { mean, skewness, speaks, top, bottom } = result;
  // A list by magnitude has one side only, which stays where it is.
  const oneSided = bottom.length === 0;
  return {
    ...result,
    mean: mean === null ? null : -mean,
    skewness: skewness === null ? null : -skewness,
    speaks: speaks === null ? null : speaks === 'top' ? 'bottom' : 'top',
    top: negated(oneSided ? top : bottom),
    bottom: negated(oneSided ? [] : top),
  };
}
