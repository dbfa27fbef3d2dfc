import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import { SAMPLE_FOLDER, sameSide, sampleGoldens } from '../../support/goldens';

/**
 * Moments are float64 sums over float32 scores of tiles: 8,000 tokens leave errors of about 1e-6; fourth powers
 * and the common direction, found from a float32 Gram matrix, leave up to 1e-4 of a kurtosis.
 */
const MOMENT_TOLERANCE = 1e-4;

/** Of the ten rows of highest centred kurtosis, this many must be among our ten of highest z. */
const READABLE_AGREEMENT = 9;

const goldens = sampleGoldens();
let engine: EngineService;
let model = '';

beforeAll(async () => {
  engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: 2 ** 28,
  });
  model = (await engine.open({ path: SAMPLE_FOLDER }, quietContext())).model;
});
afterAll(() => engine.dispose());

describe('the sample model', () => {
  it('has the lists and moments that were computed independently', async () => {
    const components = goldens.tokens.map(({ component }) => component);
    const { rows } = await engine.readRows(
      { model, components, options: DEFAULT_OPTIONS },
      quietContext(),
    );
    expect(rows.map(({ component }) => component)).toEqual(components);
    for (const [index, golden] of goldens.tokens.entries()) {
      const row = rows[index];
      expect(sameSide(row?.top ?? [], golden.top)).toBeNull();
      expect(sameSide(row?.bottom ?? [], golden.bottom)).toBeNull();
      const { trained } = golden;
      if (trained === undefined) {
        continue;
      }
      const found = {
        mean: row?.mean,
        std: row?.std,
        skewness: row?.skewness,
        kurtosis: row?.kurtosis,
        kurtosis_centered: row?.kurtosisCentered,
      };
      for (const [name, value] of Object.entries(trained)) {
        const scale = Math.max(1, Math.abs(value));
        const got = found[name as keyof typeof found] ?? NaN;
        expect(Math.abs(got - value) / scale, `${golden.component} ${name}`).toBeLessThan(
          MOMENT_TOLERANCE,
        );
      }
    }
  });

  it('marks exactly the under-trained tokens', async () => {
    const { rows } = await engine.vocabulary({ model, start: 0, count: 100_000 }, quietContext());
    const marked = rows.filter(({ undertrained }) => undertrained === true).map(({ id }) => id);
    expect(marked).toEqual(goldens.undertrained);
  });

  it.each(goldens.readable ?? [])(
    'ranks the readable rows of layer $layer, $kind',
    async ({ layer, kind, rows }) => {
      const matrix = `L${String(layer)}.${kind}`;
      await engine.scan({ model, matrix, options: DEFAULT_OPTIONS }, quietContext());
      const page = await engine.rowPage(
        {
          model,
          matrix,
          options: DEFAULT_OPTIONS,
          start: 0,
          count: 10,
          sort: 'z',
          descending: true,
        },
        quietContext(),
      );
      const wanted = new Set(rows.map((row) => `${matrix}[${String(row)}]`));
      const agreed = page.rows.filter(({ component }) => wanted.has(component)).length;
      expect(agreed).toBeGreaterThanOrEqual(READABLE_AGREEMENT);
    },
  );
});
