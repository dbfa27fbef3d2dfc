import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext, type WorkContext } from '../../../../src/engine/context';
import { createEngineService } from '../../../../src/engine/service';
import { kernelsOf } from '../../../../src/engine/stitch/kernels';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { nameOf, Sweep } from '../../../../src/engine/stitch/sweep';
import { openModel } from '../../../../src/engine/model/open';
import { MemoryBudget } from '../../../../src/engine/memoryBudget';
import { createOnnxBackend } from '../../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../../src/engine/onnx/onnxSessions';
import type { StitchParams, StitchResult } from '../../../../src/protocol/stitch';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../../support/checkpoints';

/** Float32 through nine blocks and a kernel against PyTorch's float64; logits are of size about one. */
const LOGIT_TOLERANCE = 2e-4;

const DATA = path.resolve(CHECKPOINTS, '../data');

interface Goldens {
  readonly data: string;
  readonly n: number;
  readonly pool: string;
  readonly source: number;
  readonly curves: readonly { readonly transplant: number; readonly accuracy: readonly number[] }[];
  readonly control_shuffled_first400_transplant3: readonly number[];
  readonly first: {
    readonly text_ids: readonly number[];
    readonly stitched_logits: Readonly<Record<string, readonly number[]>>;
  };
}

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-stitch-'));
const runtime = new OnnxSessions(0);
const backend = createOnnxBackend();
const engine = createEngineService({
  cacheFolder: path.join(scratch, 'cache'),
  cacheLimitBytes: 2 ** 28,
  memoryBudgetBytes: 2 ** 28,
});
afterAll(async () => {
  await engine.dispose();
  await runtime.dispose();
  await backend.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

function goldensOf(name: string, file: string): Goldens {
  return JSON.parse(readFileSync(path.join(CHECKPOINTS, name, file), 'utf8')) as Goldens;
}

async function measure(
  name: string,
  data: string,
  params: Partial<StitchParams> = {},
  context: WorkContext = quietContext(),
): Promise<StitchResult> {
  const open = async (folder: string): Promise<string> =>
    (await engine.open({ path: path.join(CHECKPOINTS, folder) }, context)).model;
  return engine.stitch(
    {
      model: await open(name),
      base: await open('film-b'),
      data: {
        file: path.join(DATA, data),
        textColumn: 'text',
        labelColumn: 'label',
        maxTexts: 2000,
      },
      transplants: [1, 2, 3],
      control: false,
      calibrate: false,
      ...params,
    },
    context,
  );
}

describe.skipIf(!HAS_CHECKPOINTS)(
  'stitched trained models (skipped without their goldens)',
  { timeout: 600_000 },
  () => {
    it.each(
      ['film-a-sentiment', 'film-a-sentiment-mean'].flatMap((name) =>
        ['goldens-stitch-film-b.json', 'goldens-stitch-film-b-reviews.json'].map(
          (file) => [name, file] as const,
        ),
      ),
    )('%s, %s: every accuracy within one text', async (name, file) => {
      const goldens = goldensOf(name, file);
      // The long reviews by their most telling curve alone: three times three take minutes.
      const transplants = file.includes('reviews') ? [3] : [1, 2, 3];
      const result = await measure(name, goldens.data, { transplants });
      const oneText = 1 / goldens.n + 1e-9;
      expect(result).toMatchObject({ pool: goldens.pool, texts: goldens.n, finalNorm: true });
      expect(Math.abs(result.source.accuracy - goldens.source)).toBeLessThanOrEqual(oneText);
      const curves = goldens.curves.filter(({ transplant }) => transplants.includes(transplant));
      expect(curves).toHaveLength(transplants.length);
      for (const { transplant, accuracy } of curves) {
        const found = result.curve.filter((point) => point.transplant === transplant);
        expect(found.map(({ keep }) => keep)).toEqual([0, 1, 2, 3, 4, 5, 6]);
        found.forEach((point, keep) => {
          expect(Math.abs(point.accuracy - (accuracy[keep] ?? NaN))).toBeLessThanOrEqual(oneText);
          expect(point.low).toBeLessThan(point.accuracy);
          expect(point.high).toBeGreaterThan(point.accuracy);
        });
      }
      expect(result.chance).toBeGreaterThanOrEqual(0.5);
      expect(result.headAlone).toHaveLength(7);
      expect(result.control).toBeNull();
    });

    it.each(['film-a-sentiment', 'film-a-sentiment-mean'])(
      '%s: the logits of the first text of either file',
      async (name) => {
        const dependencies = {
          cache: null,
          budget: new MemoryBudget(2 ** 28),
          backend: () => backend,
          runtime: () => runtime,
        };
        const [a, b] = await Promise.all(
          [name, 'film-b'].map((folder) =>
            openModel(folder, { path: path.join(CHECKPOINTS, folder) }, dependencies),
          ),
        );
        if (a === undefined || b === undefined) {
          throw new Error('not opened');
        }
        const models = await StitchedModels.of(a, b, { model: 'a', base: 'b' });
        for (const file of ['goldens-stitch-film-b.json', 'goldens-stitch-film-b-reviews.json']) {
          const { first } = goldensOf(name, file);
          const stitchings = Object.keys(first.stitched_logits).map((key) => {
            const [transplant = NaN, keep = NaN] = key.split(',').map(Number);
            return { transplant, keep, way: 'carried' as const };
          });
          const sweep = new Sweep(models, [first.text_ids], quietContext());
          const logits = await sweep.run(stitchings);
          expect(stitchings.length).toBe(21);
          for (const stitching of stitchings) {
            const wanted = first.stitched_logits[`${stitching.transplant},${stitching.keep}`] ?? [];
            const found = logits.get(nameOf(stitching));
            wanted.forEach((value, label) => {
              expect(Math.abs((found?.[label] ?? NaN) - value)).toBeLessThan(LOGIT_TOLERANCE);
            });
          }
        }
        const { kernel } = await kernelsOf(a, b, false, false, quietContext());
        expect(kernel.ridge).toBe(0);
        await Promise.all([a.close(), b.close()]);
      },
    );

    it('a shuffled vocabulary carries nothing', async () => {
      const result = await measure('film-a-sentiment-mean', 'reviews-500.csv', {
        transplants: [3],
        control: true,
      });
      const { control_shuffled_first400_transplant3: draw } = goldensOf(
        'film-a-sentiment-mean',
        'goldens-stitch-film-b-reviews.json',
      );
      expect(result.control).toHaveLength(7);
      for (const { accuracy } of result.control ?? []) {
        // Another draw of the shuffle, over 500 texts instead of 400: only its size compares.
        expect(Math.abs(accuracy - (draw[3] ?? NaN))).toBeLessThan(0.08);
      }
    });

    it('the median margin mends a shifted threshold, without labels', async () => {
      const result = await measure('film-a-sentiment', 'reviews-500.csv', {
        transplants: [2],
        keeps: [4],
        calibrate: true,
      });
      const [point] = result.curve;
      expect(result.curve).toHaveLength(1);
      expect(point?.accuracy).toBeLessThan(0.72);
      expect(point?.calibrated?.accuracy).toBeCloseTo(0.75, 1);
      expect(point?.calibrated?.accuracy).toBeGreaterThan(0.73);
    });

    it('goes on where a cancelled sweep was, and reads a finished one from the cache', async () => {
      const controller = new AbortController();
      let runs = 0;
      const cancelled = measure(
        'film-a-sentiment',
        'sentences-500.csv',
        { transplants: [3], withoutFinalNorm: true },
        {
          cancellation: controller.signal,
          onProgress: ({ done, total, unit }) => {
            if (unit === 'block runs' && total > 0 && done > total / 2) {
              controller.abort();
            }
          },
        },
      );
      await expect(cancelled).rejects.toThrow('Cancelled.');
      const countRuns = async (): Promise<StitchResult> => {
        runs = 0;
        return measure(
          'film-a-sentiment',
          'sentences-500.csv',
          { transplants: [3], withoutFinalNorm: true },
          {
            ...quietContext(),
            onProgress: ({ unit }) => {
              runs += unit === 'block runs' ? 1 : 0;
            },
          },
        );
      };
      const resumed = await countRuns();
      expect(runs).toBeGreaterThan(0);
      const rest = runs;
      const again = await countRuns();
      expect(runs).toBe(0);
      expect(again).toEqual(resumed);
      const whole = await measure('film-a-sentiment', 'sentences-500.csv', {
        transplants: [3],
        withoutFinalNorm: true,
        excludeUndertrained: true,
      });
      expect(whole.curve).not.toEqual(resumed.curve);
      expect(whole.kernel.tokens).toBeLessThan(whole.kernel.sharedTokens);
      expect(rest).toBeGreaterThan(10);
    });
  },
);
