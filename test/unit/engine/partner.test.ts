import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import {
  DEFAULT_OPTIONS,
  NO_FILTERS,
  type ReadingOptions,
} from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { PartnerResult } from '../../../src/protocol/relations';
import { familyFolder, SAMPLE_FOLDER } from '../../support/goldens';

const HUNDRED: ReadingOptions = {
  ...DEFAULT_OPTIONS,
  rank: 'abs',
  filters: { ...NO_FILTERS, excludeUndertrained: true },
  k: 100,
};

let engine: EngineService;
let sample = '';
let llama = '';

beforeAll(async () => {
  engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: 2 ** 28,
  });
  sample = (await engine.open({ path: SAMPLE_FOLDER }, quietContext())).model;
  llama = (await engine.open({ path: familyFolder('llama') }, quietContext())).model;
});
afterAll(() => engine.dispose());

function partner(model: string, component: string): Promise<PartnerResult> {
  return engine.partner({ model, component, options: DEFAULT_OPTIONS }, quietContext());
}

describe('the partner of a row', () => {
  it.each([
    ['L5.FF.V[31]', 'L5.FF.K[31]'],
    ['L5.FF.K[31]', 'L5.FF.V[31]'],
    ['L2.H3.Q[7]', 'L2.H3.K[7]'],
    ['L2.H3.V[7]', 'L2.H3.O[7]'],
  ])('of %s is %s, and they share what their lists share', async (component, other) => {
    const { rows } = await engine.readRows(
      { model: sample, components: [component, other], options: HUNDRED },
      quietContext(),
    );
    const [own = [], its = []] = rows.map(({ top }) => top.map(({ id }) => id));
    const shared = own.filter((id) => its.includes(id)).length;
    const found = await partner(sample, component);
    expect(found.partner.component).toBe(other);
    expect(found.partner.top).toHaveLength(DEFAULT_OPTIONS.k);
    expect(found.jaccard).toBeCloseTo(shared / (200 - shared), 12);
  });

  it('stands beside one control for both directions, the same every time', async () => {
    const { control } = await partner(sample, 'L5.FF.V[31]');
    expect(control.pairs).toBe(64);
    // Two sets of 100 of 8,192 tokens share one by chance.
    expect(control.mean).toBeGreaterThan(0);
    expect(control.mean).toBeLessThan(control.highest);
    expect((await partner(sample, 'L5.FF.K[4]')).control).toEqual(control);
  });

  it('is found in gated models and in heads that share keys', async () => {
    expect((await partner(llama, 'L1.FF.Up[3]')).partner.component).toBe('L1.FF.V[3]');
    const { partner: key } = await partner(llama, 'L0.H5.Q[1]');
    expect(key.component).toBe('L0.H5.K[1]');
    expect(key.sharedBy).toEqual(['L0.H3.K[1]', 'L0.H4.K[1]']);
  });

  it('does not exist for embeddings', async () => {
    await expect(partner(sample, 'E[5]')).rejects.toSatisfy(
      (error) => error instanceof VocabScopeError && error.reason === 'unknownComponent',
    );
  });
});
