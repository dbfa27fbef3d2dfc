import path from 'node:path';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';
import {
  medians,
  NO_NUMPY,
  ratio,
  timed,
  type BenchCase,
  type BenchContext,
  type BenchLine,
} from '../benchCase';
import { TOP } from '../gpt2Size';
import { writeGpt2 } from '../models';
import { withScratchFolder } from '../scratch';

const BUDGET_BYTES = 2 ** 29;

/** Seconds of a search whose token was not searched before, everything read from the page cache. */
async function compare(
  what: string,
  folder: string,
  { numpy, threads }: BenchContext,
): Promise<readonly BenchLine[]> {
  const engine = createEngineService({
    cacheFolder: null,
    cacheLimitBytes: 0,
    memoryBudgetBytes: BUDGET_BYTES,
    threads,
  });
  const { model } = await engine.open({ path: folder }, quietContext());
  const file = path.join(folder, 'model.safetensors');
  let token = 300;
  const search = (statistics: boolean): (() => Promise<number>) =>
    timed(() => {
      token += 1;
      const tokens = [`#${token}`];
      const asked = { model, tokens, options: DEFAULT_OPTIONS, start: 0, count: TOP, statistics };
      return engine.search(asked, quietContext());
    });
  const seconds = await medians({
    ours: search(false),
    judged: search(true),
    numpy: () => numpy?.seconds({ work: 'search', file, token, k: TOP }) ?? Promise.resolve(NaN),
  });
  await engine.dispose();
  return [
    {
      what: `search of a token, ${what}, with its place in ${TOP} rows, against numpy's product alone`,
      value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.ours),
      goal: '1x',
    },
    {
      what: `the same with the readability of the rows`,
      value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.judged),
    },
  ];
}

/**
 * A token against every row of a model, best 50, reading included. numpy reads the same matrices and multiplies them with
 * the token's embedding; ours also finds the token's place in the rows that it answers.
 */
export const search: BenchCase = {
  name: 'search',
  async run(context) {
    const sample = await compare('sample model', path.resolve('media/sample'), context);
    const large = await withScratchFolder((folder) => {
      writeGpt2(folder);
      return compare('GPT-2 size', folder, context);
    });
    return [...sample, ...large];
  },
};
