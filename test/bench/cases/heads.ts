import path from 'node:path';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';
import { medians, NO_NUMPY, ratio, timed, type BenchCase, type BenchLine } from '../benchCase';
import { peakBytes } from '../children';
import { D_VOCAB } from '../gpt2Size';
import { SAMPLE, writeGpt2 } from '../models';
import type { Numpy } from '../numpy';
import { withScratchFolder } from '../scratch';

const COMMAND = path.resolve('dist/vocabscope.js');
const GB = 1e9;
/** A head is judged by its own search and those of 16 shuffled pairings. */
const SEARCHES_OF_A_HEAD = 17;
const K = 50;
const TILE_ROWS = 256;
/** A map takes long: one round warms up, one counts. */
const ROUNDS = 1;

interface HeadMap {
  readonly what: string;
  readonly folder: string;
  readonly components: readonly string[];
  readonly heads: number;
  /** How numpy makes the factors of one such head. */
  readonly head: Readonly<Record<string, string | number>>;
}

async function compare(map: HeadMap, numpy: Numpy, threads: number): Promise<BenchLine> {
  const { what, folder, components, heads, head } = map;
  await withScratchFolder((scratch) => numpy.seconds({ ...head, folder: scratch }));
  const settings = { cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 29, threads };
  const seconds = await medians(
    {
      // A new engine each time: nothing is kept from the round before.
      ours: timed(async () => {
        const engine = createEngineService(settings);
        const { model } = await engine.open({ path: folder }, quietContext());
        const options = { space: 'auto', fold: 'none' } as const;
        await engine.scanHeads({ model, components, options }, quietContext());
        await engine.dispose();
      }),
      numpy: () => numpy.seconds({ work: 'pairs', k: K, tile: TILE_ROWS }),
    },
    ROUNDS,
  );
  return {
    what: `${what}, reading included, against numpy's brute force of as many searches`,
    value: ratio(seconds.numpy * heads * SEARCHES_OF_A_HEAD, seconds.ours),
    goal: '20x trained, 2x random',
  };
}

/** Maps of heads, each judged beside its shuffled pairings; and the memory of one head's pairs. */
export const heads: BenchCase = {
  name: 'heads',
  run: ({ numpy, threads }) =>
    withScratchFolder(async (folder) => {
      writeGpt2(folder);
      const lines: BenchLine[] = [];
      if (numpy === null) {
        lines.push({ what: 'maps of heads', value: NO_NUMPY });
      } else {
        const file = path.join(SAMPLE, 'model.safetensors');
        const trained = { work: 'trained_head', file, layer: 3, head: 1, width: 32, tokens: 8192 };
        const maps: readonly HeadMap[] = [
          {
            ...{ what: 'the whole map of heads of the sample', folder: SAMPLE },
            ...{ components: ['L*.H*.VO', 'L*.H*.QK'], heads: 48, head: trained },
          },
          {
            ...{ what: 'a judged head of a random model of GPT-2 size', folder },
            ...{ components: ['L0.H0.VO'], heads: 1 },
            head: { work: 'random_head', width: 64, tokens: D_VOCAB },
          },
        ];
        for (const map of maps) {
          lines.push(await compare(map, numpy, threads));
        }
      }
      const peak = await peakBytes(COMMAND, ['pairs', folder, 'L0.H0.VO', '--no-cache']);
      const idle = await peakBytes(COMMAND, ['--version']);
      lines.push({
        what: 'peak memory of vocabscope pairs at GPT-2 size, over the idle process',
        value: `${((peak - idle) / GB).toFixed(2)} GB`,
        goal: '0.35 GB',
      });
      return lines;
    }),
};
