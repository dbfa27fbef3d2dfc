/**
 * What a click waits for in an engine that has just started and in one that has read before, in seconds, as JSON:
 * `firstReading FOLDER THREADS`. Nothing is kept on disk.
 */
import { DEFAULT_VIEW_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';
import { timed } from '../benchCase';

const BUDGET_BYTES = 2 ** 29;
/** Rows read once everything is there. */
const WARM_ROWS = 9;

const [folder = '', threads = ''] = process.argv.slice(2);
const engine = createEngineService({
  ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: BUDGET_BYTES },
  threads: Number(threads),
});
const { model } = await engine.open({ path: folder }, quietContext());
let row = 0;
/** Words come first, without a judgement; then the row is read again with it. */
const read = (statistics: boolean): Promise<number> =>
  timed(() => {
    row += 1;
    const components = [`L0.FF.V[${row}]`];
    const options = DEFAULT_VIEW_OPTIONS;
    return engine.readRows({ model, components, options, statistics }, quietContext());
  })();

async function median(work: () => Promise<number>): Promise<number> {
  const seconds: number[] = [];
  for (let at = 0; at < WARM_ROWS; at += 1) {
    seconds.push(await work());
  }
  seconds.sort((a, b) => a - b);
  return seconds[Math.floor(seconds.length / 2)] ?? NaN;
}

const cold = await read(false);
const warm = await median(() => read(false));
const coldJudged = await read(true);
const warmJudged = await median(() => read(true));
console.log(JSON.stringify({ cold, warm, coldJudged, warmJudged }));
await engine.dispose();
