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
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { planReading, readPlanned, type ReadingPlan } from '../reading/readComponents';
import { rowReading } from '../reading/toProtocol';
import { halvesOf, readHalf, type ReadHalf } from './headHalves';

/** Tokens a side of all directions of one answer. */
const MAX_LISTED_TOKENS = 10_000_000;

interface AskedDirections {
  readonly head: HeadMatrixRef;
  readonly indices: readonly number[];
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
  const { transformer } = model.ready();
  if (options.rank === 'specificity') {
    throw new VocabScopeError(
      'usage',
      'Singular directions are no rows of a kind, so specificity has nothing to compare them with: rank by dot, cosine or abs.',
    );
  }
  const asked = components.flatMap((component): AskedDirections[] => {
    const pattern = parseHeadMatrixPattern(component);
    const indices = expandDirections(transformer, pattern);
    return expandHeads(transformer, pattern).map((head) => ({ head, indices }));
  });
  const total = asked.reduce((sum, { indices }) => sum + indices.length, 0);
  if (total * options.k > MAX_LISTED_TOKENS) {
    throw new VocabScopeError(
      'limit',
      `${String(total)} directions of ${String(options.k)} tokens a side are too many for one answer; ask for fewer at once, or fewer tokens.`,
    );
  }
  const readings: DirectionReading[] = [];
  for (const { head, indices } of asked) {
    checkCancelled(context.cancellation);
    readings.push(...(await readHead(model, head, indices, options, context)));
    context.onProgress({ done: readings.length, total, unit: 'directions' });
  }
  return readings;
}

async function readHead(
  model: OpenModel,
  head: HeadMatrixRef,
  indices: readonly number[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<DirectionReading[]> {
  const [rowHalf, columnHalf] = halvesOf(head);
  const rows = await readHalf(model, rowHalf, options);
  const columns = await readHalf(model, columnHalf, options);
  const all = singularDirections(rows.rows, columns.rows);
  const directions = indices.flatMap((index) => all[index] ?? []);
  const plan = (half: ReadHalf): Promise<ReadingPlan> =>
    planReading(model, rowHalf.kind, half.treatment, options, true, context);
  const views = await model.views(context);
  const left = await plan(rows);
  const right = await plan(columns);
  const lefts = await readVectors(model, directions, 'left', left, context);
  const rights = await readVectors(model, directions, 'right', right, context);
  return directions.flatMap((direction, i) => {
    const [leftResult, rightResult] = [lefts[i], rights[i]];
    const index = indices[i];
    if (leftResult === undefined || rightResult === undefined || index === undefined) {
      return [];
    }
    const flip = speaksBackwards(leftResult, rightResult);
    const component = formatDirectionId(head, index);
    const view = (
      result: RowResult,
      { treatment, omitted }: ReadingPlan,
    ): DirectionReading['left'] =>
      rowReading(
        flip ? flipped(result) : result,
        {
          component,
          space: treatment.space,
          omitted,
          rank: options.rank,
          withoutCommon: options.withoutCommon,
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

function readVectors(
  model: OpenModel,
  directions: readonly SingularDirection[],
  side: 'left' | 'right',
  plan: ReadingPlan,
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
