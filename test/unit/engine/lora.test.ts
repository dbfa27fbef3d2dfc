import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../support/checkpoints';
import { sameSide, type Goldens } from '../../support/goldens';

let engine: EngineService;
beforeAll(() => {
  engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: 2 ** 28,
  });
});
afterAll(() => engine.dispose());

const LORA = path.join(CHECKPOINTS, 'formats/lora');
const ADAPTERS = ['gpt2-c_attn', 'gpt2-all-rslora', 'llama-qv', 'llama-pattern'];

describe.skipIf(!HAS_CHECKPOINTS)('adapters of trained models (skipped without them)', () => {
  it.each(ADAPTERS)('%s is read as if it were merged', async (name) => {
    const folder = path.join(LORA, name);
    const goldens = JSON.parse(
      readFileSync(path.join(folder, 'goldens.json'), 'utf8'),
    ) as Goldens & { readonly base: string };
    const base = path.join(folder, goldens.base);
    const { model, shape } = await engine.open({ path: folder, base }, quietContext());
    expect(shape?.dModel).toBe(goldens.info['d_model']);
    const components = goldens.tokens.map(({ component }) => component);
    const { rows } = await engine.readRows(
      { model, components, options: DEFAULT_OPTIONS },
      quietContext(),
    );
    goldens.tokens.forEach((golden, i) => {
      expect(rows[i]?.norm).toBeCloseTo(golden.norm, 6);
      expect(sameSide(rows[i]?.top ?? [], golden.top), golden.component).toBeNull();
      expect(sameSide(rows[i]?.bottom ?? [], golden.bottom), golden.component).toBeNull();
    });
  });
});
