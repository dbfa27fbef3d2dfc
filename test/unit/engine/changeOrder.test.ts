import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { TensorChange } from '../../../src/core/analysis/tensorChange';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { changedOnly } from '../../../src/engine/displacement/tensorChanges';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { DiffSort } from '../../../src/protocol/displacement';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
} from '../../support/syntheticModel';

function changed(tensor: string, relative: number | null): TensorChange {
  return { tensor, status: 'changed', share: 1, norm: relative, relative };
}

function inOrder(...tensors: readonly TensorChange[]): readonly string[] {
  return changedOnly(tensors).map(({ tensor }) => tensor);
}

describe('tensors that changed', () => {
  const none = { share: null, norm: null, relative: null };

  it('begin with those without a relative change, in the order of the files', () => {
    const fresh: TensorChange = { tensor: 'fresh', status: 'new', ...none };
    const reshaped: TensorChange = { tensor: 'reshaped', status: 'reshaped', ...none };
    const onZero: TensorChange = { ...changed('on zero', null), norm: 3 };
    const same: TensorChange = { ...changed('same', 0), status: 'same' };
    expect(inOrder(changed('a', 0.1), fresh, same, reshaped, changed('b', 9), onZero)).toEqual([
      ...['fresh', 'reshaped', 'on zero', 'b', 'a'],
    ]);
  });

  it('stand as in the files where they changed alike', () => {
    expect(inOrder(changed('a', 1), changed('b', 2), changed('c', 1))).toEqual(['b', 'a', 'c']);
  });

  it('are ranked whatever is damaged between them', () => {
    const damaged = [changed('nan', NaN), changed('infinite', Infinity)];
    const [nan = changed('', 0), infinite = changed('', 0)] = damaged;
    expect(inOrder(changed('small', 1), nan, infinite, changed('large', 5))).toEqual([
      ...['large', 'small', 'nan', 'infinite'],
    ]);
    expect(inOrder(changed('large', 5), nan, changed('small', 1), infinite)).toEqual([
      ...['large', 'small', 'nan', 'infinite'],
    ]);
  });
});

describe('rows that changed', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-order-'));
  let engine: EngineService;
  beforeAll(() => {
    engine = createEngineService({
      ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 28 },
    });
  });
  afterAll(async () => {
    await engine.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  const BASE: SyntheticModel = {
    ...{ family: 'gpt2', layers: 1, width: 8, heads: 2, neurons: 6, tied: true, seed: 1 },
    tokens: Array.from({ length: 20 }, (_, i) => `w${String(i)}`),
  };

  /** Rows 0, 2 and 4 of the values change; 2 becomes infinite, 4 NaN. */
  async function openDamaged(): Promise<{ model: string; other: string }> {
    const tensors = syntheticTensors(BASE);
    const values = tensors['transformer.h.0.mlp.c_proj.weight']?.values ?? new Float32Array();
    values[0] = (values[0] ?? 0) + 1;
    values[2 * BASE.width] = Infinity;
    values[4 * BASE.width] = NaN;
    const open = async (folder: string): Promise<string> =>
      (await engine.open({ path: folder }, quietContext())).model;
    return {
      model: await open(writeSyntheticModel(path.join(scratch, 'tuned'), BASE, tensors)),
      other: await open(writeSyntheticModel(path.join(scratch, 'base'), BASE)),
    };
  }

  test.each<[DiffSort, boolean]>([
    ['norm', true],
    ['norm', false],
    ['relative', true],
    ['z', true],
  ])('end with what is NaN or infinite, sorted by %s, descending: %s', async (sort, descending) => {
    const asked = await openDamaged();
    const page = { sort, descending, start: 0, count: 10, options: DEFAULT_OPTIONS };
    const { rows } = await engine.diffRows({ ...asked, ...page }, quietContext());
    expect(rows.map(({ component }) => component)).toEqual([
      ...['L0.FF.V[0]', 'L0.FF.V[2]', 'L0.FF.V[4]'],
    ]);
    const { warnings } = await engine.diff(asked, quietContext());
    expect(warnings.join(' ')).toContain('Rows whose change is NaN or infinite: 2.');
  });
});
