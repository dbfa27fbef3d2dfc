import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../../src/engine/context';
import { exportStitched } from '../../../../src/engine/stitch/export/exportStitched';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { nameOf, Sweep } from '../../../../src/engine/stitch/sweep';
import { partOf } from '../../../../src/protocol/export';
import type { Pool } from '../../../../src/protocol/stitch';
import { useRunningModels } from '../../../support/runningModels';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../../support/checkpoints';
import { familyFolder } from '../../../support/goldens';

/** The same float32 sums in one graph instead of one per block: only their order differs. */
const LOGIT_TOLERANCE = 1e-4;
/** Nothing of this project: the file and ONNX Runtime. */
const ALONE = `
import ort from 'onnxruntime-node';
const [file, ...texts] = process.argv.slice(2);
const session = await ort.InferenceSession.create(file);
const answers = [];
for (const ids of texts.map((text) => JSON.parse(text))) {
  const input = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  answers.push(Array.from((await session.run({ input_ids: input })).logits.data));
}
console.log(JSON.stringify(answers));
`;
const TEXTS = [[5, 9, 17, 301, 44], [7], Array.from({ length: 30 }, (_, i) => (i * 37) % 400)];

const require = createRequire(import.meta.url);
const { scratch, open } = useRunningModels();

beforeAll(() => {
  writeFileSync(path.join(scratch, 'alone.mjs'), ALONE);
  // Where the script's import finds ONNX Runtime, wherever the test's own folder is.
  const modules = path.join(scratch, 'node_modules');
  mkdirSync(modules);
  const installed = path.dirname(require.resolve('onnxruntime-node/package.json'));
  symlinkSync(installed, path.join(modules, 'onnxruntime-node'));
});
/** Logits of texts in a fresh process. */
async function logitsAlone(
  folder: string,
  texts: readonly (readonly number[])[],
): Promise<readonly (readonly number[])[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(scratch, 'alone.mjs'),
    path.join(folder, 'model.onnx'),
    ...texts.map((ids) => JSON.stringify(ids)),
  ]);
  return JSON.parse(stdout) as number[][];
}

describe('an exported model', () => {
  it.each<[base: string, pool: Pool, withoutFinalNorm: boolean]>([
    ['bert', 'first', false],
    ['distilbert', 'mean', false],
    ['bert', 'last', true],
  ])(
    'of %s, pooled by %s, gives the logits of the sweep in a fresh process',
    async (base, pool, withoutFinalNorm) => {
      const [a, b] = [await open(familyFolder('bert_classifier')), await open(familyFolder(base))];
      const pair = { model: 'a', base: 'b', pool, withoutFinalNorm };
      const stitching = { transplant: 1, keep: 2, way: 'carried' as const };
      const folder = path.join(scratch, `${base}-${pool}`);
      const { files } = await exportStitched(
        a,
        b,
        { ...pair, ...stitching, folder, part: partOf(folder, 'test'), measured: null },
        quietContext(),
      );
      expect(readdirSync(folder).sort()).toEqual([...files].sort());
      const sweep = new Sweep(await StitchedModels.of(a, b, pair), TEXTS, quietContext());
      const wanted = (await sweep.run([stitching])).get(nameOf(stitching));
      const found = (await logitsAlone(folder, TEXTS)).flat();
      expect(found).toHaveLength(wanted?.length ?? NaN);
      found.forEach((value, i) => {
        expect(Math.abs(value - (wanted?.[i] ?? NaN))).toBeLessThan(LOGIT_TOLERANCE);
      });
      expect(new Set(found.map((value) => value.toFixed(3))).size).toBeGreaterThan(TEXTS.length);
    },
  );

  it.skipIf(!HAS_CHECKPOINTS)(
    'of trained models gives the logits of the goldens (skipped without them)',
    async () => {
      const name = path.join(CHECKPOINTS, 'film-a-sentiment');
      const { first } = JSON.parse(
        readFileSync(path.join(name, 'goldens-stitch-film-b.json'), 'utf8'),
      ) as { first: { text_ids: number[]; stitched_logits: Record<string, number[]> } };
      const [a, b] = [await open(name), await open(path.join(CHECKPOINTS, 'film-b'))];
      const folder = path.join(scratch, 'film');
      const params = {
        ...{ model: 'a', base: 'b', transplant: 2, keep: 4, measured: null },
        ...{ folder, part: partOf(folder, 'test') },
      };
      await exportStitched(a, b, params, quietContext());
      const [found = []] = await logitsAlone(folder, [first.text_ids]);
      const wanted = first.stitched_logits['2,4'] ?? [];
      expect(wanted).toHaveLength(2);
      wanted.forEach((value, label) => {
        expect(Math.abs((found[label] ?? NaN) - value)).toBeLessThan(LOGIT_TOLERANCE);
      });
    },
  );

  it('leaves nothing where it is cancelled, and keeps what is there', async () => {
    const [a, b] = [await open(familyFolder('bert_classifier')), await open(familyFolder('bert'))];
    const controller = new AbortController();
    const params = {
      ...{ model: 'a', base: 'b', keep: 1, transplant: 1, measured: null },
      folder: path.join(scratch, 'cancelled', 'model'),
      part: path.join(scratch, 'cancelled', 'model.test.part'),
    };
    const context = {
      cancellation: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    };
    await expect(exportStitched(a, b, params, context)).rejects.toThrow('Cancelled.');
    expect(
      existsSync(path.dirname(params.folder)) ? readdirSync(path.dirname(params.folder)) : [],
    ).toEqual([]);
    const full = path.join(scratch, 'full');
    mkdirSync(full);
    writeFileSync(path.join(full, 'mine.txt'), 'mine');
    await expect(exportStitched(a, b, { ...params, folder: full }, quietContext())).rejects.toThrow(
      /not empty/u,
    );
    expect(readFileSync(path.join(full, 'mine.txt'), 'utf8')).toBe('mine');
  });
});
