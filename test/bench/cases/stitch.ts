import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';
import { uniformGenerator } from '../../../src/core/projection/seeded';
import { medians, ratio, timed, type BenchCase } from '../benchCase';
import { SAMPLE, writeSampleClassifier } from '../models';
import { withScratchFolder } from '../scratch';

const TEXTS = 64;
const WORDS_OF_TEXT = 40;
const WORDS = ['the', 'film', 'a', 'waste', 'of', 'great', 'was', 'and', 'boring', 'acting'];
const BLOCKS = 6;
const TRANSPLANT = 2;

/** Labelled texts of words drawn at random: what they say does not matter to the time. */
function writeTexts(folder: string): string {
  const uniform = uniformGenerator(1);
  const word = (): string => WORDS[Math.floor(uniform() * WORDS.length)] ?? '';
  const lines = Array.from(
    { length: TEXTS },
    (_, text) => `${Array.from({ length: WORDS_OF_TEXT }, word).join(' ')},${text % 2}`,
  );
  const file = path.join(folder, 'texts.csv');
  writeFileSync(file, ['text,label', ...lines].join('\n'));
  return file;
}

/** A whole sweep over the blocks of the base, against one run for each number of blocks. */
export const stitch: BenchCase = {
  name: 'stitch',
  run: ({ threads }) =>
    withScratchFolder(async (folder) => {
      writeSampleClassifier(folder);
      const file = writeTexts(folder);
      const engine = createEngineService({
        ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 29, threads },
      });
      const [tuned, base] = [
        await engine.open({ path: folder }, quietContext()),
        await engine.open({ path: SAMPLE }, quietContext()),
      ];
      const measure = (keeps: readonly number[]): Promise<unknown> =>
        engine.stitch(
          {
            ...{ model: tuned.model, base: base.model, pool: 'last', keeps },
            ...{ transplants: [TRANSPLANT], control: false, calibrate: false },
            data: { file, textColumn: 'text', labelColumn: 'label', maxTexts: TEXTS },
          },
          quietContext(),
        );
      const keeps = Array.from({ length: BLOCKS + 1 }, (_, keep) => keep);
      const seconds = await medians(
        {
          sweep: timed(() => measure(keeps)),
          naive: timed(async () => {
            for (const keep of keeps) {
              await measure([keep]);
            }
          }),
        },
        3,
      );
      await engine.dispose();
      return [
        {
          what: `stitching over all ${keeps.length} numbers of blocks at once, against a run for each with nothing kept`,
          value: ratio(seconds.naive, seconds.sweep),
          goal: '1.5x',
        },
      ];
    }),
};
