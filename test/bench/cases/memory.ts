import { platform } from 'node:os';
import path from 'node:path';
import type { BenchCase, BenchLine } from '../benchCase';
import { peakBytes } from '../children';
import { writeLlama } from '../models';
import { withScratchFolder } from '../scratch';

const COMMAND = path.resolve('dist/vocabscope.js');
/** 1 GB as bfloat16, and a model that costs nothing beside it. */
const LARGE = { dVocab: 131_072, dModel: 4096 };
const SMALL = { dVocab: 512, dModel: 64 };
const COMPONENTS = ['E[5]', 'L0.FF.V[5]'];
const GB = 1e9;

/** The largest resident memory of a command, in GB. */
async function peak(...args: readonly string[]): Promise<number> {
  return (await peakBytes(COMMAND, args)) / GB;
}

/**
 * Peak memory of the built command line that reads a row of a model whose embedding is streamed from its file, over that
 * of the idle process: the command that has read a row of a model of a few kilobytes, and one that only says its version.
 */
export const memory: BenchCase = {
  name: 'memory',
  async run() {
    const what = 'peak memory over the idle process, 1 GB bfloat16 embedding';
    if (platform() !== 'linux') {
      return [{ what, value: 'only Linux tells the peak' }];
    }
    return withScratchFolder((small) =>
      withScratchFolder(async (large) => {
        writeLlama(small, SMALL);
        writeLlama(large, LARGE);
        const read = (folder: string, component: string): Promise<number> =>
          peak('tokens', folder, component, '--json', '--no-cache');
        const bare = await peak('--version');
        const lines: BenchLine[] = [];
        for (const component of COMPONENTS) {
          const idle = await read(small, component);
          const most = await read(large, component);
          lines.push({
            what: `${what}, vocabscope tokens ${component}`,
            value: `${(most - idle).toFixed(2)} GB; over --version ${(most - bare).toFixed(2)} GB`,
            goal: '0.2 GB',
          });
        }
        return lines;
      }),
    );
  },
};
