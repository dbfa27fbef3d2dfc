import { checkCancelled, VocabScopeError } from '../../core/errors';
import type { RowRef } from '../../core/model/componentId';
import { rowOfMatrix } from '../../core/model/componentSet';
import { ROW_KIND_INFO } from '../../core/model/rowKinds';
import { float64At } from '../../core/tensor/elements';
import type { SearchParams, SearchRow, TokenSearch } from '../../protocol/search';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { rowIdOf } from '../reading/readComponents';
import { requirePage } from '../requirePage';
import { listsOf } from '../reading/toProtocol';
import { scanMatrix, tablePartOf } from '../scan/scanMatrix';
import type { TokenViews } from '../tokenViews';
import { findToken } from './findToken';
import { judgeRows, type JudgedRow } from './judgeRows';
import { RowOrder } from './rowOrder';
import { rowsIn, searchedTables, tableOf, type SearchedTable } from './searchedTables';
import { searchScores } from './searchScores';
import type { FoundRows, FoundToken } from './searchStore';

const MAX_TOKENS = 32;
/** Scores of all tokens together: 128 MiB. */
const MAX_SCORES = 2 ** 24;
const MAX_PAGE_ROWS = 10_000;
/** Tokens a side of all rows of one answer. */
const MAX_LISTED_TOKENS = 1_000_000;
const RANK_BATCH_ROWS = 1024;

/** z as it decided the order, rather than once more. */
function knownZ(z: Float64Array | undefined, row: number): Pick<JudgedRow, 'z'> | undefined {
  const value = z === undefined ? undefined : float64At(z, row);
  return value === undefined ? undefined : { z: Number.isNaN(value) ? null : value };
}

const NOT_JUDGED: JudgedRow = { z: null, rank: null, lists: null };

function requireBounded(params: SearchParams, rows: number): void {
  const { tokens, count, words = 0 } = params;
  if (tokens.length > MAX_TOKENS || tokens.length * rows > MAX_SCORES) {
    const most = Math.min(MAX_TOKENS, Math.floor(MAX_SCORES / rows));
    throw new VocabScopeError(
      'limit',
      `${String(tokens.length)} tokens are more than are searched at once in ${String(rows)} rows; ask for at most ${String(most)}.`,
    );
  }
  requirePage(count, MAX_PAGE_ROWS);
  if (tokens.length * count * words > MAX_LISTED_TOKENS) {
    throw new VocabScopeError(
      'limit',
      `${String(count)} rows of ${String(words)} tokens a side are too many for one answer; ask for fewer rows at once.`,
    );
  }
}

/** What rows are sorted by; larger is better, NaN never listed by score and last by z. */
async function sortKeys(
  model: OpenModel,
  tables: readonly SearchedTable[],
  id: number,
  scores: Float64Array,
  params: SearchParams,
  context: WorkContext,
): Promise<Float64Array> {
  const { options, sort = 'score' } = params;
  switch (sort) {
    case 'score':
      return options.rank === 'abs' ? scores.map(Math.abs) : scores;
    case 'z':
      return readability(model, tables, params, context);
    case 'rank':
      return negatedPlaces(model, tables, id, params, context);
  }
}

/** z of every row, from scans that are kept. */
async function readability(
  model: OpenModel,
  tables: readonly SearchedTable[],
  { options }: SearchParams,
  context: WorkContext,
): Promise<Float64Array> {
  const keys = new Float64Array(rowsIn(tables));
  for (const { ref, first } of tables) {
    const scan = await scanMatrix(model, tablePartOf(model, ref), options, context);
    keys.set(scan.z, first);
  }
  return keys;
}

/** Minus the token's place in every row. */
async function negatedPlaces(
  model: OpenModel,
  tables: readonly SearchedTable[],
  id: number,
  { options }: SearchParams,
  context: WorkContext,
): Promise<Float64Array> {
  const total = rowsIn(tables);
  const keys = new Float64Array(total);
  for (let start = 0; start < total; start += RANK_BATCH_ROWS) {
    checkCancelled(context.cancellation);
    const count = Math.min(RANK_BATCH_ROWS, total - start);
    const refs = Array.from({ length: count }, (_, i) => refOf(model, tables, start + i));
    const judged = await judgeRows(
      model,
      refs,
      { id, options, statistics: false, words: 0 },
      context,
    );
    judged.forEach(({ rank }, i) => {
      keys[start + i] = rank === null ? NaN : -rank;
    });
    context.onProgress({ done: start + count, total, unit: 'rows' });
  }
  return keys;
}

function refOf(model: OpenModel, tables: readonly SearchedTable[], row: number): RowRef {
  const table = tableOf(tables, row);
  if (table === undefined) {
    throw new RangeError(`Row ${String(row)} is in no table.`);
  }
  return rowOfMatrix(model.ready().transformer, table.ref, row - table.first);
}

async function findAll(
  model: OpenModel,
  tables: readonly SearchedTable[],
  params: SearchParams,
  context: WorkContext,
): Promise<readonly FoundRows[]> {
  const views = await model.views(context);
  const tokens: FoundToken[] = [];
  for (const asked of params.tokens) {
    tokens.push(await findToken(model, asked, views, context));
  }
  const ids = tokens.map(({ token }) => token.id);
  const all = await searchScores(model, tables, ids, params.options, context);
  const found: FoundRows[] = [];
  for (const [t, token] of tokens.entries()) {
    const scores = all[t];
    if (scores !== undefined) {
      const { id } = token.token;
      const keys = await sortKeys(model, tables, id, scores.scores, params, context);
      const order = new RowOrder(keys, scores.scores, params.reversed === true);
      const z = params.sort === 'z' ? keys : undefined;
      found.push({ ...token, scores, order, z });
    }
  }
  return found;
}

function wordsOf(
  { lists }: JudgedRow,
  options: SearchParams['options'],
  views: TokenViews,
): Pick<SearchRow, 'words'> {
  return lists === null
    ? {}
    : { words: { speaks: lists.speaks, ...listsOf(lists, options, views) } };
}

/** The rows of one page, judged. */
async function pageOf(
  model: OpenModel,
  tables: readonly SearchedTable[],
  { token, order, scores: { scores, dots }, z }: FoundRows,
  { options, start, count, statistics, words = 0 }: SearchParams,
  context: WorkContext,
): Promise<SearchRow[]> {
  const numbers = order.page(start, count);
  const refs = Array.from(numbers, (row) => refOf(model, tables, row));
  // Which side a row speaks for is no part of its z.
  const wanted = statistics !== false && (z === undefined || words > 0);
  const judgement = { id: token.id, options, statistics: wanted, words };
  const judged = await judgeRows(model, refs, judgement, context);
  const views = await model.views(context);
  return refs.map((ref, i) => {
    const row = numbers[i] ?? 0;
    const judgedRow = { ...NOT_JUDGED, ...judged[i], ...knownZ(z, row) };
    return {
      component: rowIdOf(model, ref),
      space: options.space === 'auto' ? ROW_KIND_INFO[ref.kind].space : options.space,
      score: float64At(scores, row),
      ...(dots === scores ? {} : { dot: float64At(dots, row) }),
      z: judgedRow.z,
      rank: judgedRow.rank,
      ...wordsOf(judgedRow, options, views),
    };
  });
}

/** What decides the order of a search; pages of it differ in `start` and `count` alone. */
function searchKey({ tokens, kinds, options, sort, reversed }: SearchParams): string {
  return JSON.stringify([tokens, kinds ?? null, { ...options, k: 0 }, sort, reversed]);
}

/**
 * The rows that score tokens highest, over the whole model: exact, ties in component order.
 * @throws VocabScopeError `unknownToken`, `missingTokenizer`, `unknownComponent`, `foldRefused`, `nonFinite`, `limit`;
 * CancelledError
 */
export async function searchTokens(
  model: OpenModel,
  params: SearchParams,
  context: WorkContext,
): Promise<readonly TokenSearch[]> {
  const { options, start } = params;
  const { spaces } = model.ready();
  spaces.requireFoldable(options.fold);
  const tables = searchedTables(model, params.kinds);
  requireBounded(params, rowsIn(tables));
  const key = searchKey(params);
  const found = await model.searches.run(key, context, (shared) =>
    findAll(model, tables, params, shared),
  );
  const answers: TokenSearch[] = [];
  for (const one of found) {
    const { token, sameText, order } = one;
    const rows = await pageOf(model, tables, one, params, context);
    answers.push({ token, sameText, rows, start, total: order.total });
  }
  return answers;
}
