import { checkCancelled, VocabScopeError } from '../../core/errors';
import { formatHeadMatrixId, type HeadMatrixRef } from '../../core/model/headMatrixId';
import type { Space } from '../../core/projection/options';
import { keyOf, type PairKey } from '../../core/projection/pairs/pairKey';
import type { ScoredPair } from '../../core/projection/pairs/pairSink';
import {
  countPairs,
  findBestPairs,
  preparePairs,
  type PreparedPairs,
} from '../../core/projection/pairs/searchPairs';
import type { PairExclusion } from '../../core/projection/pairs/visitTiles';
import { findToken } from '../../core/tokenizer/findToken';
import { pairClasses } from '../../core/tokenizer/pairClasses';
import {
  MAX_COUNTED_PAIRS,
  type PairOptions,
  type PairReading,
  type PairsAnswer,
  type PairsParams,
  type UnreadableHead,
} from '../../protocol/pairs';
import type { Omitted } from '../../protocol/reading';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import type { TokenViews } from '../tokenViews';
import { askedHeads } from './askedHeads';
import { countedTokens } from './countedTokens';
import {
  halvesOf,
  missingOutputNote,
  readHalf,
  requireDistance,
  type HeadHalf,
} from './headHalves';
import type { HeadEntry, ProjectedSide, TokenSet } from './pairStore';
import { pairView } from './pairView';
import { projectHalf } from './projectHalf';
import { scanHeads } from './scanHeads';

/** Pairs of all heads of one answer. */
const MAX_LISTED_PAIRS = 10_000_000;

const NOTHING_OMITTED: Omitted = { undertrained: 0, special: 0, padding: 0, filter: 0 };

/** Tokens that take part on one side, and what was left out. */
interface SideTokens extends TokenSet {
  readonly omitted: Omitted;
}

/**
 * The best pairs of every head that the patterns name, in their order.
 * @throws VocabScopeError `unknownComponent`, `unknownToken`, `foldRefused`, `deltaRefused`, `nonFinite`, `limit`; CancelledError
 */
export async function readPairs(
  model: OpenModel,
  { components, options, statistics = true, passUnreadable = false }: Omit<PairsParams, 'model'>,
  context: WorkContext,
): Promise<PairsAnswer> {
  const heads = askedHeads(model, components);
  requireListable(heads.length, options);
  requireDistance(model, heads, options.delta);
  const rows: PairReading[] = [];
  const unreadable: UnreadableHead[] = [];
  // Each on its own where one may fail; together, heads of a layer are judged at once.
  for (const group of passUnreadable ? heads.map((head) => [head]) : [heads]) {
    try {
      for await (const reading of readHeads(model, group, options, statistics, context)) {
        rows.push(reading);
        const done = rows.length + unreadable.length;
        context.onProgress({ done, total: heads.length, unit: 'heads' });
      }
    } catch (error) {
      const isPassed =
        passUnreadable && error instanceof VocabScopeError && error.reason === 'nonFinite';
      if (!isPassed) throw error;
      unreadable.push(
        ...group.map((head) => ({ component: formatHeadMatrixId(head), problem: error.message })),
      );
    }
  }
  return { rows, unreadable };
}

/**
 * Searches heads one by one, in their order; a head is forgotten here when it is given. Whether a distance may be asked
 * of them is for the caller to require, who knows all heads that it is asked of.
 * @throws VocabScopeError `unknownToken`, `foldRefused`, `nonFinite`, `limit`; CancelledError
 */
export async function* readHeads(
  model: OpenModel,
  heads: readonly HeadMatrixRef[],
  options: PairOptions,
  statistics: boolean,
  context: WorkContext,
): AsyncGenerator<PairReading> {
  requireOrdered(options);
  requireListable(1, options);
  model.ready().spaces.requireFoldable(options.fold);
  const views = await model.views(context);
  const layers = groupBy(heads, layerOf);
  for (const head of heads) {
    checkCancelled(context.cancellation);
    // Heads of a layer are judged together, when the first of them comes.
    const others = (layers.get(layerOf(head)) ?? []).filter((other) => other !== head);
    const [judged] = statistics
      ? await scanHeads(model, [head, ...others], headOptions(options), context)
      : [];
    yield await readHead(model, head, options, judged, views, context);
  }
}

function layerOf({ kind, layer }: HeadMatrixRef): string {
  return `${kind} ${String(layer)}`;
}

function requireOrdered({ negative, rank }: PairOptions): void {
  if (negative && rank === 'abs') {
    throw new VocabScopeError(
      'usage',
      'Ranked by magnitude, the most negative pairs are among the best: leave --negative out, or rank by dot.',
    );
  }
}

function requireListable(heads: number, { k }: PairOptions): void {
  if (heads * k > MAX_LISTED_PAIRS) {
    throw new VocabScopeError(
      'limit',
      `${String(heads)} heads of ${String(k)} pairs are too many for one answer; ask for fewer heads at once, or fewer pairs.`,
    );
  }
}

async function readHead(
  model: OpenModel,
  ref: HeadMatrixRef,
  options: PairOptions,
  judged: HeadEntry | undefined,
  views: TokenViews,
  context: WorkContext,
): Promise<PairReading> {
  const [rowHalf, columnHalf] = halvesOf(ref);
  const [rowSpace, columnSpace] = (await Promise.all(
    [rowHalf, columnHalf].map(
      async (half) => (await readHalf(model, half, options)).treatment.space,
    ),
  )) as [Space, Space];
  const rowTokens = await tokensOf(model, rowSpace, options.rows, options, context);
  const columnTokens = await tokensOf(model, columnSpace, options.columns, options, context);
  const exclusion = exclusionOf(model, rowSpace, columnSpace, options);
  const prepared = await prepare(
    model,
    { half: rowHalf, tokens: rowTokens },
    { half: columnHalf, tokens: columnTokens },
    exclusion,
    options,
    context,
  );
  const found = await search(model, prepared, options, context);
  return {
    component: formatHeadMatrixId(ref),
    rowSpace,
    columnSpace,
    exact: found.exact,
    visited: found.visited,
    ...(found.count === undefined ? {} : { count: found.count }),
    statistics: judged !== undefined && 'statistics' in judged ? judged.statistics : null,
    omitted: {
      rows: rowTokens.omitted,
      columns: columnTokens.omitted,
      pairs: exclusion === undefined ? 0 : excludedPairs(rowTokens, columnTokens, exclusion),
    },
    top: found.pairs.map((pair) =>
      pairView(pair, options.rank === 'cosine', views, model.vocabulary),
    ),
    ...noteOf(model, ref, columnSpace, options),
  };
}

function headOptions({
  space,
  fold,
  delta,
}: PairOptions): Pick<PairOptions, 'space' | 'fold' | 'delta'> {
  return { space, fold, ...(delta === undefined ? {} : { delta }) };
}

interface HalfTokens {
  readonly half: HeadHalf;
  readonly tokens: TokenSet;
}

async function prepare(
  model: OpenModel,
  rows: HalfTokens,
  columns: HalfTokens,
  exclusion: PairExclusion | undefined,
  options: PairOptions,
  context: WorkContext,
): Promise<PreparedPairs> {
  const sideOptions = {
    ...headOptions(options),
    withoutCommon: options.withoutCommon,
    cosine: options.rank === 'cosine',
  };
  const project = ({ half, tokens }: HalfTokens): Promise<ProjectedSide> =>
    projectHalf(model, half, tokens, sideOptions, context);
  const row = await project(rows);
  const column = await project(columns);
  return preparePairs(
    {
      rowSide: row.side,
      columnSide: column.side,
      rows: row.factor,
      columns: column.factor,
      key: orderOf(options),
      ...(exclusion === undefined ? {} : { exclusion }),
    },
    model.backend(),
  );
}

function orderOf({ negative, rank }: PairOptions): PairKey {
  return negative ? 'lowest' : rank === 'abs' ? 'magnitude' : 'highest';
}

interface Found {
  readonly pairs: readonly ScoredPair[];
  readonly exact: boolean;
  readonly visited: number;
  readonly count?: number | null;
}

/** The best pairs; with a threshold those beyond it, and their number. */
async function search(
  model: OpenModel,
  prepared: PreparedPairs,
  options: PairOptions,
  { cancellation, onProgress }: WorkContext,
): Promise<Found> {
  const work = { cancellation, onProgress };
  const backend = model.backend();
  const best = await findBestPairs(prepared, options.k, backend, work);
  const { threshold } = options;
  if (threshold === undefined) {
    return best;
  }
  const order = orderOf(options);
  const limit = keyOf(threshold, order);
  const pairs = best.pairs.filter(({ score }) => keyOf(score, order) > limit);
  if (pairs.length < options.k) {
    return { ...best, pairs, count: pairs.length };
  }
  const counted = await countPairs(prepared, threshold, MAX_COUNTED_PAIRS, backend, work);
  return {
    pairs,
    exact: best.exact && counted.exact,
    visited: Math.max(best.visited, counted.visited),
    count: counted.count,
  };
}

/** The tokens of one side: those asked for, else those that the filters leave. */
async function tokensOf(
  model: OpenModel,
  space: Space,
  asked: readonly string[] | undefined,
  options: PairOptions,
  context: WorkContext,
): Promise<SideTokens> {
  const { spaces } = model.ready();
  const { rows } = spaces.matrix(space);
  if (asked !== undefined) {
    const ids = asked.map((text) => findToken(model.vocabulary, rows, text));
    const unique = Int32Array.from(new Set(ids)).sort();
    return { ids: unique, name: unique.join(' '), omitted: NOTHING_OMITTED };
  }
  const { allowed, omitted } = await spaces.allowed(space, options, context);
  const every = Int32Array.from({ length: rows }, (_, id) => id);
  const ids = allowed === undefined ? every : every.filter((id) => allowed[id] === 1);
  // Where the filters leave what the statistics count, both share their factors.
  const counted = await countedTokens(model, space, context);
  const isCounted =
    ids.length === counted.ids.length && ids.every((id, i) => id === counted.ids[i]);
  return { ids, name: isCounted ? counted.name : JSON.stringify(options.filters), omitted };
}

function exclusionOf(
  model: OpenModel,
  rowSpace: Space,
  columnSpace: Space,
  { excludeSame, excludeCase }: PairOptions,
): PairExclusion | undefined {
  if (!excludeSame && !excludeCase) {
    return undefined;
  }
  // Tokens that are the same are case variants of each other too.
  const likeness = excludeCase ? 'case' : 'same';
  const { spaces } = model.ready();
  const classes = (space: Space): Int32Array =>
    pairClasses(model.vocabulary, spaces.matrix(space).rows, likeness);
  return { rowClasses: classes(rowSpace), columnClasses: classes(columnSpace) };
}

function excludedPairs(
  rows: TokenSet,
  columns: TokenSet,
  { rowClasses, columnClasses }: PairExclusion,
): number {
  const sizes = new Map<number | undefined, number>();
  for (const id of columns.ids) {
    sizes.set(columnClasses[id], (sizes.get(columnClasses[id]) ?? 0) + 1);
  }
  return rows.ids.reduce((sum, id) => sum + (sizes.get(rowClasses[id]) ?? 0), 0);
}

/** What must be said: rotary heads are exact at one distance only, and an output embedding may be missing. */
function noteOf(
  model: OpenModel,
  ref: HeadMatrixRef,
  columnSpace: Space,
  { delta = 0 }: PairOptions,
): { note?: string } {
  const notes = [missingOutputNote(model, ref, columnSpace), distanceNote(model, ref, delta)];
  const said = notes.filter((note) => note !== undefined).join(' ');
  return said === '' ? {} : { note: said };
}

function distanceNote(
  model: OpenModel,
  { kind }: HeadMatrixRef,
  delta: number,
): string | undefined {
  if (kind !== 'QK') {
    return delta === 0
      ? undefined
      : 'The distance turns queries and keys: what a head moves is the same at each.';
  }
  if (model.ready().transformer.shape.positions !== 'rotary') {
    return undefined;
  }
  const where =
    delta === 0
      ? 'where query and key stand at the same position'
      : `where the query stands ${String(delta)} ${delta === 1 ? 'position' : 'positions'} after the key`;
  return `Positions are rotary: these scores are exact only ${where}.`;
}
