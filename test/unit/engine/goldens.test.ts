import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { DEFAULT_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import type { RowReading } from '../../../src/protocol/reading';
import {
  FAMILIES,
  familyFolder,
  familyGoldens,
  sameSide,
  type GoldenRow,
} from '../../support/goldens';
import { createPlainBackend } from '../../support/plainBackend';

const NORM_TOLERANCE = 1e-6;
const FOLDED: ReadingOptions = { ...DEFAULT_OPTIONS, fold: 'norms' };

const BACKENDS = {
  'ONNX Runtime': {},
  'plain TypeScript': { backend: createPlainBackend() },
};

function differences(rows: readonly RowReading[], goldens: readonly GoldenRow[]): string[] {
  return goldens.flatMap((golden, index) => {
    const row = rows[index];
    if (row?.component !== golden.component) {
      return [`${golden.component}: answered ${String(row?.component)}`];
    }
    const norm =
      Math.abs(row.norm - golden.norm) > NORM_TOLERANCE * golden.norm
        ? `norm ${String(row.norm)}`
        : null;
    return [norm, sameSide(row.top, golden.top), sameSide(row.bottom, golden.bottom)]
      .filter((difference) => difference !== null)
      .map((difference) => `${golden.component}: ${difference}`);
  });
}

describe.each(Object.entries(BACKENDS))('readings by %s', (_, backend) => {
  let engine: EngineService;
  beforeAll(() => {
    engine = createEngineService({
      cacheFolder: null,
      cacheLimitBytes: 0,
      memoryBudgetBytes: 2 ** 28,
      ...backend,
    });
  });
  afterAll(() => engine.dispose());

  async function read(
    family: string,
    rows: readonly GoldenRow[],
    options: ReadingOptions,
  ): Promise<readonly RowReading[]> {
    const { model } = await engine.open({ path: familyFolder(family) }, quietContext());
    const components = rows.map(({ component }) => component);
    const answer = await engine.readRows({ model, components, options }, quietContext());
    return answer.rows;
  }

  it.each(FAMILIES)('agree with the goldens of %s', async (family) => {
    const { tokens } = familyGoldens(family);
    expect(differences(await read(family, tokens, DEFAULT_OPTIONS), tokens)).toEqual([]);
  });

  it.each(FAMILIES)('agree with the folded goldens of %s, or are refused', async (family) => {
    const { folded, fold_refused: refused } = familyGoldens(family);
    if (refused === true) {
      await expect(read(family, familyGoldens(family).tokens, FOLDED)).rejects.toSatisfy(
        (error) => error instanceof VocabScopeError && error.reason === 'foldRefused',
      );
    } else {
      const goldens = folded ?? [];
      expect(goldens.length).toBeGreaterThan(0);
      expect(differences(await read(family, goldens, FOLDED), goldens)).toEqual([]);
    }
  });
});
