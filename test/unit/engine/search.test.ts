import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import {
  DEFAULT_OPTIONS,
  NO_FILTERS,
  type ReadingOptions,
} from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { RowReading } from '../../../src/protocol/reading';
import type { SearchParams, SearchRow, TokenSearch } from '../../../src/protocol/search';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { FAMILIES, familyFolder, SAMPLE_FOLDER } from '../../support/goldens';

interface GoldenSearch {
  readonly token: string;
  readonly id: number;
  readonly kind: 'FF.K' | 'FF.V' | 'Q' | 'K' | 'V' | 'O';
  readonly top: readonly { readonly component: string; readonly score: number }[];
}

const goldens = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../fixtures/sample-search.json'), 'utf8'),
) as { readonly search: readonly GoldenSearch[] };

/** Goldens are printed with twelve digits. */
const DIGITS = 9;

let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: 2 ** 28,
  });
});
afterAll(() => engine.dispose());

async function open(folder: string): Promise<string> {
  return (await engine.open({ path: folder }, quietContext())).model;
}

async function search(
  model: string,
  tokens: readonly string[],
  asked: Partial<SearchParams> = {},
): Promise<readonly TokenSearch[]> {
  const params = { model, tokens, options: DEFAULT_OPTIONS, start: 0, count: 50, ...asked };
  return (await engine.search(params, quietContext())).results;
}

function only(results: readonly TokenSearch[]): TokenSearch {
  const [result] = results;
  if (result === undefined || results.length > 1) {
    throw new Error(`One answer was expected, not ${String(results.length)}.`);
  }
  return result;
}

/** What does not depend on which rows are read together: z does in its sixth digit. */
function places(rows: readonly SearchRow[]): [string, number, number | null][] {
  return rows.map(({ component, score, rank }) => [component, score, rank]);
}

describe('the sample model', () => {
  let model = '';
  beforeAll(async () => {
    model = await open(SAMPLE_FOLDER);
  });

  it.each(goldens.search)('lists the rows of kind $kind for "$token"', async (golden) => {
    const found = only(await search(model, [golden.token], { kinds: [golden.kind] }));
    expect(found.token.id).toBe(golden.id);
    expect(found.rows.map(({ component }) => component)).toEqual(
      golden.top.map(({ component }) => component),
    );
    found.rows.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(golden.top[i]?.score ?? NaN, DIGITS);
    });
  });

  it('answers pages of one search and several tokens at once', async () => {
    const [she, he] = await search(model, [' she', '#339'], { count: 20 });
    const rest = only(await search(model, [' she'], { start: 15, count: 5 }));
    expect(places(rest.rows)).toEqual(places(she?.rows.slice(15) ?? []));
    expect(rest.total).toBe(she?.total);
    const alone = only(await search(model, ['#339'], { count: 20 }));
    expect(places(he?.rows ?? [])).toEqual(places(alone.rows));
  });

  it('sorts by z and by the place of the token, either way', async () => {
    const kinds = ['FF.V'] as const;
    const total = only(await search(model, [' she'], { kinds, count: 1 })).total;
    const all = only(await search(model, [' she'], { kinds, count: total })).rows;
    const byPlace = (a: SearchRow, b: SearchRow): number => {
      const order = Number(a.component.slice(1, 2)) - Number(b.component.slice(1, 2));
      return (
        order ||
        Number(/\[(\d+)/u.exec(a.component)?.[1]) - Number(/\[(\d+)/u.exec(b.component)?.[1])
      );
    };
    expect(all).toHaveLength(total);
    const ranked = [...all].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || byPlace(a, b));
    const found = only(await search(model, [' she'], { kinds, sort: 'rank', count: 100 }));
    expect(places(found.rows)).toEqual(places(ranked.slice(0, 100)));
    const worst = only(await search(model, [' she'], { kinds, reversed: true, count: 30 }));
    expect(places(worst.rows)).toEqual(places(all.slice(-30).reverse()));
    const readable = only(await search(model, [' she'], { kinds, sort: 'z', count: 100 }));
    const highest = [...all].sort((a, b) => (b.z ?? 0) - (a.z ?? 0)).slice(0, 100);
    readable.rows.forEach(({ z }, i) => {
      expect(z).toBeCloseTo(highest[i]?.z ?? NaN, 3);
    });
  });

  it.each(['score', 'z'] as const)(
    'lists the words that reading a row lists, by %s',
    async (sort) => {
      const kinds = ['FF.V', 'K'] as const;
      const asked = { kinds, sort, count: 30, words: 7, options: { ...DEFAULT_OPTIONS, k: 20 } };
      const { rows } = only(await search(model, [' she'], asked));
      const read = await engine.readRows(
        {
          model,
          components: rows.map(({ component }) => component),
          options: { ...DEFAULT_OPTIONS, k: 7 },
        },
        quietContext(),
      );
      expect(rows.map(({ words }) => words)).toEqual(
        read.rows.map(({ speaks, top, bottom }) => ({ speaks, top, bottom })),
      );
    },
  );

  it.each([
    ['no token', 'sheepdog', /she #4420 \+ ep #685.*Nearest by spelling/u],
    ['a token but for its case', ' SHE', /␣she #537/u],
    ['an id that does not exist', '#8192', /0 to 8191/u],
    ['nothing', '', /no token/u],
  ])('refuses %s', async (_, token, sentence) => {
    await expect(search(model, [token])).rejects.toSatisfy(
      (error) =>
        error instanceof VocabScopeError &&
        error.reason === 'unknownToken' &&
        sentence.test(error.message),
    );
  });

  it('says what a text is among tokens', async () => {
    const { exact, pieces, nearest } = await engine.matchTokens(
      { model, text: 'she' },
      quietContext(),
    );
    expect(exact.map(({ text }) => text)).toEqual(['she']);
    expect(pieces).toHaveLength(1);
    expect(nearest.slice(0, 2).map(({ text }) => text)).toEqual([' she', 'she']);
  });
});

const ALL_ROWS = ['FF.K', 'FF.Up', 'FF.V', 'H*.Q', 'H*.K', 'H*.V', 'H*.O'];
const TOKEN = 40;
/** Scores of folded rows differ by the float32 rounding of what `tokens` reads. */
const TOLERANCE = 2e-6;
const COUNT = 5000;

/** Places are looked up in the whole lists of every so many rows. */
const LISTED_EVERY = 23;

interface Wanted {
  readonly z: number | null;
  readonly score: number;
}

async function read(
  model: string,
  components: readonly string[],
  options: ReadingOptions,
): Promise<readonly RowReading[]> {
  return (await engine.readRows({ model, components, options }, quietContext())).rows;
}

/** The token's score in every row and every row's z, by reading the rows with all other tokens left out. */
async function bruteForce(
  { model, matrices, labels }: ModelSummary,
  options: ReadingOptions,
): Promise<ReadonlyMap<string, Wanted>> {
  const components = ALL_ROWS.filter((kind) =>
    matrices.some((matrix) => matrix.id === `L0.${kind.replace('H*.', '')}`),
  ).map((kind) => `L*.${kind}[*]`);
  const [token] = await engine.tokens({ model, ids: [TOKEN] }, quietContext());
  const bare = token?.text?.replace(/^(?: |##)/u, '').toLowerCase() ?? '';
  const alone = { ...options, filters: { ...NO_FILTERS, list: [bare] }, k: 10 };
  const rows = await read(model, [...components, ...(labels.length > 0 ? ['C[*]'] : [])], alone);
  return new Map(
    rows.map(({ component, z, top, bottom }) => {
      const own = [...top, ...bottom].find(({ id }) => id === TOKEN);
      return [component, { z, score: own?.score ?? NaN }];
    }),
  );
}

/** What differs between a search over the whole model and brute force. */
async function differences(family: string, partial: Partial<ReadingOptions>): Promise<string[]> {
  const summary = await engine.open({ path: familyFolder(family) }, quietContext());
  const { model, shape } = summary;
  const options: ReadingOptions = { ...DEFAULT_OPTIONS, ...partial };
  const wanted = await bruteForce(summary, options);
  const asked = { options, count: COUNT };
  const { rows } = only(await search(model, [`#${String(TOKEN)}`], asked));
  const key = (score: number): number => (options.rank === 'abs' ? Math.abs(score) : score);
  const sorted = [...wanted.values()].map(({ score }) => key(score)).sort((a, b) => b - a);
  const near = (a: number, b: number): boolean =>
    Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
  const found = rows.flatMap(({ component, score, z }, place) => [
    ...(near(score, wanted.get(component)?.score ?? NaN) ? [] : [`${component}: ${String(score)}`]),
    ...(near(key(score), sorted[place] ?? NaN) ? [] : [`${component}: not place ${String(place)}`]),
    ...(near(z ?? 0, wanted.get(component)?.z ?? 0) ? [] : [`${component}: z ${String(z)}`]),
  ]);
  const listed = rows.filter((_, place) => place % LISTED_EVERY === 0);
  const ids = listed.map(({ component }) => component);
  const readings = await read(model, ids, { ...options, k: shape?.dVocab ?? 0 });
  const misplaced = listed.flatMap(({ component, rank }, i) => {
    const list = readings[i]?.top ?? [];
    const own = list.findIndex(({ id }) => id === TOKEN);
    // A token that filters leave out stands behind those that score more.
    const score = wanted.get(component)?.score ?? NaN;
    const place = own >= 0 ? own : list.filter((token) => token.score > score).length;
    return rank === place ? [] : [`${component}: rank ${String(rank)}, not ${String(place)}`];
  });
  await engine.close({ model }, quietContext());
  return [...(rows.length === wanted.size ? [] : [`${rows.length} rows`]), ...found, ...misplaced];
}

describe('search over a whole model equals brute force', () => {
  it.each(FAMILIES)('of %s', async (family) => {
    expect(await differences(family, {})).toEqual([]);
  });

  it.each<[string, string, Partial<ReadingOptions>]>([
    ['cosine', 'gpt2', { rank: 'cosine' }],
    ['cosine', 'llama', { rank: 'cosine' }],
    ['magnitude', 'gpt_neox', { rank: 'abs' }],
    ['specificity', 'mistral', { rank: 'specificity' }],
    ['without common directions', 'llama', { withoutCommon: true }],
    ['one space', 'llama', { space: 'output' }],
    ['filtered', 'bert', { filters: { ...NO_FILTERS, wordStart: true } }],
    ['folded', 'gpt2', { fold: 'norms' }],
    ['folded', 'llama', { fold: 'norms' }],
    ['folded, cosine', 'gpt2', { fold: 'norms', rank: 'cosine', withoutCommon: true }],
    ['folded, cosine', 'gpt_neox', { fold: 'norms', rank: 'cosine' }],
  ])('%s, of %s', async (_, family, options) => {
    expect(await differences(family, options)).toEqual([]);
  });
});
