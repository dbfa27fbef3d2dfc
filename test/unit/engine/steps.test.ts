import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { StepsResult } from '../../../src/protocol/steps';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
} from '../../support/syntheticModel';

/** Float64 sums of float32 weights. */
const DIGITS = 6;

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-steps-'));
let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    ...{ cacheFolder: null, cacheLimitBytes: 0 },
    memoryBudgetBytes: 2 ** 28,
  });
});
afterAll(async () => {
  await engine.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const MODEL: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: Array.from({ length: 40 }, (_, i) => `w${String(i)}`),
};
const NUMBERS = [100, 200, 1000];

/** Three steps of which the second is half way between the others. */
async function openSteps(): Promise<string[]> {
  const [first, last] = [syntheticTensors(MODEL), syntheticTensors({ ...MODEL, seed: 2 })];
  const between = Object.fromEntries(
    Object.entries(first).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value, i) => (value + (last[name]?.values[i] ?? 0)) / 2) },
    ]),
  );
  const handles: string[] = [];
  for (const [i, tensors] of [first, between, last].entries()) {
    const folder = path.join(scratch, 'run', `checkpoint-${String(NUMBERS[i])}`);
    writeSyntheticModel(folder, MODEL, tensors);
    handles.push((await engine.open({ path: folder }, quietContext())).model);
  }
  return handles;
}

async function steps(components?: readonly string[]): Promise<StepsResult> {
  const handles = await openSteps();
  const asked = { model: handles[0] ?? '', steps: handles, options: DEFAULT_OPTIONS };
  return engine.steps(
    { ...asked, ...(components === undefined ? {} : { components }) },
    quietContext(),
  );
}

function length(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

describe('the steps of a training', () => {
  it('say how far each table moved', async () => {
    const result = await steps();
    expect(result.steps).toEqual(
      NUMBERS.map((step) => ({ name: `run/checkpoint-${String(step)}`, step })),
    );
    expect(result.tables.map(({ matrix }) => matrix)).toEqual(
      ['L0', 'L1'].flatMap((layer) =>
        ['FF.K', 'FF.V', 'Q', 'K', 'V', 'O'].map((kind) => `${layer}.${kind}`),
      ),
    );
    const [first, last] = [syntheticTensors(MODEL), syntheticTensors({ ...MODEL, seed: 2 })];
    const name = 'transformer.h.1.mlp.c_proj.weight';
    const numbers = (tensors: typeof first): number[] => [...(tensors[name]?.values ?? [])];
    const moved = length(numbers(last).map((value, i) => value - (numbers(first)[i] ?? 0)));
    const points = result.tables.find(({ matrix }) => matrix === 'L1.FF.V')?.points ?? [];
    expect(points.map(({ readability }) => readability)).toEqual([null, null, null]);
    expect(points[0]).toMatchObject({ sinceFirst: 0, sincePrevious: 0, relative: 0 });
    expect(points[0]?.norm).toBeCloseTo(length(numbers(first)), DIGITS);
    expect(points[1]?.sinceFirst).toBeCloseTo(moved / 2, DIGITS);
    expect(points[2]?.sinceFirst).toBeCloseTo(moved, DIGITS);
    expect(points[2]?.sincePrevious).toBeCloseTo(moved / 2, DIGITS);
    expect(points[2]?.relative).toBeCloseTo(moved / 2 / (points[1]?.norm ?? NaN), DIGITS);
  });

  it('say how readable tables are, and what rows come to say', async () => {
    const result = await steps(['L1.FF.V', 'L0.H1.O[2]', 'L1.FF.K[0:2]']);
    const [table] = result.tables;
    expect(table?.matrix).toBe('L1.FF.V');
    expect(table?.points).toHaveLength(3);
    for (const { readability } of table?.points ?? []) {
      expect(readability?.rows).toBe(12);
      expect(readability?.readable).toHaveLength(3);
      const zs = readability?.readable.map(({ z }) => z ?? NaN) ?? [];
      expect(zs).toEqual([...zs].sort((a, b) => b - a));
    }
    expect(result.rows.map(({ component }) => component)).toEqual([
      ...['L0.H1.O[2]', 'L1.FF.K[0]', 'L1.FF.K[1]'],
    ]);
    const [row] = result.rows;
    const handles = await openSteps();
    for (const [i, { reading, norm }] of (row?.points ?? []).entries()) {
      const asked = {
        model: handles[i] ?? '',
        components: ['L0.H1.O[2]'],
        options: DEFAULT_OPTIONS,
      };
      const { rows } = await engine.readRows(asked, quietContext());
      expect(reading).toEqual(rows[0]);
      expect(norm).toBeCloseTo(reading.norm, DIGITS);
    }
  });

  it('are found in a folder, in the order of their numbers', async () => {
    await openSteps();
    mkdirSync(path.join(scratch, 'run', 'checkpoint-5'));
    mkdirSync(path.join(scratch, 'run', 'logs'));
    const found = await engine.findSteps({ path: path.join(scratch, 'run') }, quietContext());
    expect(found.map((folder) => path.basename(folder))).toEqual([
      ...['checkpoint-100', 'checkpoint-200', 'checkpoint-1000'],
    ]);
    const one = path.join(scratch, 'run', 'checkpoint-100');
    expect(await engine.findSteps({ path: one }, quietContext())).toEqual([]);
  });

  it('are refused where they are no steps of one model', async () => {
    const [model = ''] = await openSteps();
    const other = writeSyntheticModel(path.join(scratch, 'wide'), { ...MODEL, width: 12 });
    const { model: wide } = await engine.open({ path: other }, quietContext());
    const asked = { model, options: DEFAULT_OPTIONS };
    await expect(
      engine.steps({ ...asked, steps: [model, wide] }, quietContext()),
    ).rejects.toMatchObject({
      reason: 'incomparable',
    });
    await expect(engine.steps({ ...asked, steps: [model] }, quietContext())).rejects.toThrow(
      /from 2/u,
    );
    const many = {
      ...asked,
      steps: [model, model],
      components: Array<string>(50).fill('L1.FF.K[*]'),
    };
    await expect(engine.steps(many, quietContext())).rejects.toMatchObject({ reason: 'limit' });
  });
});
