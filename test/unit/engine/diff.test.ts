import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { DiffParams, DiffRowsParams, RowChange } from '../../../src/protocol/displacement';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../support/checkpoints';
import { sameSide, type GoldenToken } from '../../support/goldens';
import { naiveDot, naiveMoments } from '../../support/naiveReadings';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
  type WrittenTensor,
} from '../../support/syntheticModel';

/** Norms are float64 sums of float32 differences of float32 weights. */
const DIGITS = 9;
/** Scores are float64 products of such differences; goldens are printed with twelve digits. */
const SCORE_DIGITS = 8;

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-diff-'));
let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    ...{ cacheFolder: path.join(scratch, 'cache'), cacheLimitBytes: 2 ** 24 },
    memoryBudgetBytes: 2 ** 28,
  });
});
afterAll(async () => {
  await engine.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

async function open(folder: string, base?: string): Promise<string> {
  const params = { path: folder, ...(base === undefined ? {} : { base }) };
  return (await engine.open(params, quietContext())).model;
}

function page(asked: DiffParams, more: Partial<DiffRowsParams> = {}): DiffRowsParams {
  return {
    ...{ ...asked, options: DEFAULT_OPTIONS, sort: 'norm', descending: true, start: 0, count: 50 },
    ...more,
  };
}

async function changesOf(
  asked: DiffParams,
  components: readonly string[],
  options: ReadingOptions = DEFAULT_OPTIONS,
): Promise<readonly RowChange[]> {
  return (await engine.diffComponents({ ...asked, components, options }, quietContext())).rows;
}

const words = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${String(i)}`);

const BASE: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: words(40),
};

type Tensors = Record<string, WrittenTensor>;

/** The base with some numbers changed, as a classifier of two labels. */
function tunedTensors(): Tensors {
  const tensors = syntheticTensors(BASE);
  const change = (name: string, places: readonly number[]): void => {
    const values = tensors[name]?.values;
    for (const place of places) {
      if (values !== undefined) values[place] = (values[place] ?? 0) + 0.5 + place / 100;
    }
  };
  // Column 3 of c_fc [8, 12], and three rows of c_proj [12, 8].
  change('transformer.h.1.mlp.c_fc.weight', [3, 15]);
  change('transformer.h.1.mlp.c_proj.weight', [0, 8, 9, 10, 16]);
  change('transformer.ln_f.weight', [1]);
  return {
    ...tensors,
    'score.weight': { shape: [2, 8], values: Float32Array.from({ length: 16 }, (_, i) => i / 10) },
  };
}

async function openBoth(): Promise<DiffParams> {
  const base = writeSyntheticModel(path.join(scratch, 'base'), BASE);
  const tuned = writeSyntheticModel(path.join(scratch, 'tuned'), BASE, tunedTensors());
  return { model: await open(tuned), other: await open(base) };
}

describe('what training changed', () => {
  it('is counted tensor by tensor and table by table', async () => {
    const asked = await openBoth();
    const { tensors, tables, changedRows, warnings } = await engine.diff(asked, quietContext());
    expect(tensors).toEqual({ total: 16, changed: 3, new: 1, reshaped: 0, gone: 0 });
    expect(warnings).toEqual([]);
    const changed = tables.filter((table) => table.changedRows > 0);
    expect(changed.map(({ matrix, changedRows: rows }) => [matrix, rows])).toEqual([
      ['C', 2],
      ['L1.FF.K', 1],
      ['L1.FF.V', 3],
    ]);
    expect(changedRows).toBe(6);
    expect(changed[0]).toMatchObject({ newRows: 2, norm: 0, relative: 0 });
    const { rows } = await engine.diffTensors({ ...asked, start: 0, count: 99 }, quietContext());
    const one = (name: string): unknown => rows.find(({ tensor }) => tensor === name);
    expect(one('transformer.h.1.mlp.c_proj.weight')).toMatchObject({
      ...{ status: 'changed', share: 5 / 96 },
    });
    expect(one('transformer.wte.weight')).toMatchObject({ status: 'same', share: 0, norm: 0 });
    expect(one('score.weight')).toMatchObject({ status: 'new', share: null });
  });

  it('is ranked by norm, by its share of the row, and by how it stands out', async () => {
    const asked = await openBoth();
    const { rows, total } = await engine.diffRows(page(asked), quietContext());
    expect(total).toBe(6);
    const norms = rows.map(({ norm }) => norm);
    expect(norms).toEqual([...norms].sort((a, b) => b - a));
    expect(rows[0]).toMatchObject({ component: 'C[1]', isNew: true, relative: null });
    const byShare = await engine.diffRows(page(asked, { sort: 'relative' }), quietContext());
    const shares = byShare.rows.map(({ relative }) => relative);
    expect(shares.slice(4)).toEqual([null, null]);
    expect(shares.slice(0, 4)).toEqual(shares.slice(0, 4).sort((a, b) => (b ?? 0) - (a ?? 0)));
    const byZ = await engine.diffRows(page(asked, { sort: 'z' }), quietContext());
    const zs = byZ.rows.map(({ z }) => z ?? NaN);
    expect(zs).toEqual([...zs].sort((a, b) => b - a));
    const values = page(asked, { matrix: 'L1.FF.V', start: 1, count: 1 });
    const second = await engine.diffRows(values, quietContext());
    expect(second.total).toBe(3);
    const inTable = rows.filter(({ component }) => component.startsWith('L1.FF.V'));
    expect(second.rows).toEqual([inTable[1]]);
  });

  it('is read as the difference of the rows, against the base', async () => {
    const asked = await openBoth();
    const [before, after] = [syntheticTensors(BASE), tunedTensors()];
    const [row] = await changesOf(asked, ['L1.FF.V[1]']);
    const name = 'transformer.h.1.mlp.c_proj.weight';
    const numbers = (tensors: Tensors): number[] => [...(tensors[name]?.values.slice(8, 16) ?? [])];
    const [own, its] = [numbers(before), numbers(after)];
    const delta = its.map((value, j) => Math.fround(value - (own[j] ?? 0)));
    const embedding = before['transformer.wte.weight']?.values ?? new Float32Array();
    const scores = words(40).map((_, id) => naiveDot(delta, embedding.slice(id * 8, id * 8 + 8)));
    const sorted = scores.map((score, id) => ({ id, score })).sort((a, b) => b.score - a.score);
    expect(row?.norm).toBeCloseTo(Math.sqrt(naiveDot(delta, delta)), DIGITS);
    expect(row?.relative).toBeCloseTo((row?.norm ?? 0) / Math.sqrt(naiveDot(own, own)), DIGITS);
    expect(row?.plus.map(({ id }) => id)).toEqual(sorted.slice(0, 20).map(({ id }) => id));
    expect(row?.minus.map(({ id }) => id)).toEqual(
      sorted
        .slice(-20)
        .reverse()
        .map(({ id }) => id),
    );
    expect(row?.plus[0]?.score).toBeCloseTo(sorted[0]?.score ?? NaN, SCORE_DIGITS);
    expect(row?.kurtosis).toBeCloseTo(naiveMoments(scores).kurtosis, 4);
  });

  it('counts new rows as their own change, and unchanged ones as none', async () => {
    const asked = await openBoth();
    const [label, same, embedding] = await changesOf(asked, ['C[1]', 'L0.FF.K[0]', 'U[3]']);
    expect(label).toMatchObject({ isNew: true, relative: null });
    expect(label?.norm).toBeCloseTo(Math.hypot(0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5), 6);
    expect(same).toMatchObject({ isNew: false, norm: 0, z: null });
    expect(embedding).toMatchObject({ component: 'U[3]', norm: 0 });
  });

  it('is nothing for the same model, which is said', async () => {
    const { model } = await openBoth();
    const { tensors, changedRows, warnings } = await engine.diff(
      { model, other: model },
      quietContext(),
    );
    expect(tensors).toMatchObject({ changed: 0, new: 0 });
    expect(changedRows).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/tuned is compared with itself/u)]);
    const { rows, total } = await engine.diffRows(page({ model, other: model }), quietContext());
    expect([rows, total]).toEqual([[], 0]);
  });

  it('is read with the base’s tokens where ids became others, which is said', async () => {
    const renamed = { ...BASE, tokens: [...words(37), 'x', 'y', 'z', 'added'] };
    const asked = {
      model: await open(writeSyntheticModel(path.join(scratch, 'renamed'), renamed)),
      other: await open(writeSyntheticModel(path.join(scratch, 'base'), BASE)),
    };
    const { warnings } = await engine.diff(asked, quietContext());
    expect(warnings).toEqual([
      expect.stringMatching(/another token in renamed than in its base: 3\. .*the base’s tokens/u),
    ]);
  });

  it('finds tensors with and without the prefix of a head, and added tokens', async () => {
    const tensors = syntheticTensors(BASE);
    const bare = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.replace('transformer.', ''), tensor]),
    );
    const longer = { ...BASE, tokens: words(42) };
    const embedding = tensors['transformer.wte.weight']?.values ?? new Float32Array();
    const values = new Float32Array(42 * 8);
    values.set(embedding);
    values.fill(0.5, 40 * 8);
    values[7] = 9;
    const base = writeSyntheticModel(path.join(scratch, 'bare'), BASE, bare);
    const tuned = writeSyntheticModel(path.join(scratch, 'longer'), longer, {
      ...tensors,
      'transformer.wte.weight': { shape: [42, 8], values },
    });
    const asked = { model: await open(tuned), other: await open(base) };
    const result = await engine.diff(asked, quietContext());
    expect(result.tensors).toEqual({ total: 15, changed: 0, new: 0, reshaped: 1, gone: 0 });
    const { rows } = await engine.diffRows(page(asked), quietContext());
    expect(rows.map(({ component, isNew }) => [component, isNew]).sort()).toEqual([
      ['E[0]', false],
      ['E[40]', true],
      ['E[41]', true],
    ]);
    const [both] = await changesOf(asked, ['E[39:42]']);
    expect(both).toMatchObject({ component: 'E[39]', norm: 0 });
  });

  it.each<[string, Partial<SyntheticModel>]>([
    ['another width', { width: 12 }],
    ['another depth', { layers: 3 }],
    ['another family', { family: 'llama', heads: 4 }],
  ])('is refused of %s, with both shapes', async (name, other) => {
    const base = await open(writeSyntheticModel(path.join(scratch, 'base'), BASE));
    const folder = path.join(scratch, name);
    const tuned = await open(writeSyntheticModel(folder, { ...BASE, ...other }));
    await expect(engine.diff({ model: tuned, other: base }, quietContext())).rejects.toThrow(
      /did not come from base: it is a .* layers.*the base is a gpt2 of 2 layers, width 8/u,
    );
  });

  it.each<[string, Partial<ReadingOptions>]>([
    ['specificity', { rank: 'specificity' }],
    ['magnitude', { rank: 'abs' }],
    ['a fold', { fold: 'norms' }],
  ])('is not read by %s', async (_, options) => {
    const asked = await openBoth();
    const changed = { ...DEFAULT_OPTIONS, ...options };
    await expect(changesOf(asked, ['C[0]'], changed)).rejects.toMatchObject({ reason: 'usage' });
  });
});

interface GoldenChange {
  readonly component: string;
  readonly norm: number;
  readonly plus: readonly GoldenToken[];
  readonly minus: readonly GoldenToken[];
}

function goldenRows(folder: string, file: string, key: string): readonly GoldenChange[] {
  const golden = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<
    string,
    readonly GoldenChange[]
  >;
  return golden[key] ?? [];
}

function expectGolden(found: readonly RowChange[], golden: readonly GoldenChange[]): void {
  expect(found.map(({ component }) => component)).toEqual(golden.map(({ component }) => component));
  golden.forEach((wanted, i) => {
    expect(Math.abs((found[i]?.norm ?? NaN) - wanted.norm)).toBeLessThan(1e-6);
    expect(sameSide(found[i]?.plus ?? [], wanted.plus), wanted.component).toBeNull();
    expect(sameSide(found[i]?.minus ?? [], wanted.minus), wanted.component).toBeNull();
  });
}

describe.skipIf(!HAS_CHECKPOINTS)('trained models (skipped without them)', () => {
  it.each(['film-a-sentiment', 'film-a-sentiment-mean'])(
    '%s changed as was computed independently',
    async (name) => {
      const folder = path.join(CHECKPOINTS, name);
      const golden = goldenRows(folder, 'goldens-diff.json', 'rows');
      const asked = {
        model: await open(folder),
        other: await open(path.join(CHECKPOINTS, 'film-a')),
      };
      const components = golden.map(({ component }) => component);
      expectGolden(await changesOf(asked, components), golden);
      const { tensors } = await engine.diff(asked, quietContext());
      expect(tensors).toEqual({ total: 77, changed: 36, new: 1, reshaped: 0, gone: 0 });
      // The goldens are the four rows of each table that changed most.
      for (let first = 0; first < golden.length; first += 4) {
        const own = golden.slice(first, first + 4);
        const matrix = own[0]?.component.replace(/\.H\d+/u, '').replace(/\[.*/u, '') ?? '';
        const found = await engine.diffRows(page(asked, { matrix, count: 4 }), quietContext());
        expect(found.rows.map(({ component }) => component)).toEqual(
          own.map(({ component }) => component),
        );
      }
    },
  );

  it('speak of praise and blame where they changed most and stand out', async () => {
    const folder = path.join(CHECKPOINTS, 'film-a-sentiment-mean');
    const asked = {
      model: await open(folder),
      other: await open(path.join(CHECKPOINTS, 'film-a')),
    };
    const options = {
      ...DEFAULT_OPTIONS,
      filters: { ...DEFAULT_OPTIONS.filters, excludeUndertrained: true },
    };
    const [praise, , blame] = await changesOf(
      asked,
      ['L5.FF.K[401]', 'L4.FF.V[206]', 'L5.H0.O[15]'],
      options,
    );
    const words = (side: RowChange['plus'] = []): (string | null)[] => side.map(({ text }) => text);
    expect(words(praise?.plus)).toEqual(expect.arrayContaining([' excellent', ' great']));
    expect(words(blame?.minus)).toEqual(expect.arrayContaining([' sucks', ' stupidity']));
  });

  it.each(['gpt2-c_attn', 'gpt2-all-rslora', 'llama-qv', 'llama-pattern'])(
    '%s adds what was computed independently, from its factors',
    async (name) => {
      const folder = path.join(CHECKPOINTS, 'formats/lora', name);
      const { base } = JSON.parse(readFileSync(path.join(folder, 'goldens.json'), 'utf8')) as {
        base: string;
      };
      const basePath = path.join(folder, base);
      const asked = { model: await open(folder, basePath), other: await open(basePath) };
      const golden = goldenRows(folder, 'goldens.json', 'diff');
      const components = golden.map(({ component }) => component);
      expectGolden(await changesOf(asked, components), golden);
    },
  );
});
