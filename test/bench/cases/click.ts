import path from 'node:path';
import {
  medians,
  NO_NUMPY,
  ratio,
  type BenchCase,
  type BenchContext,
  type BenchLine,
} from '../benchCase';
import { printedBy } from '../children';
import { TOP } from '../gpt2Size';
import { writeGpt2 } from '../models';
import { withScratchFolder } from '../scratch';

/** Engines that are started: each is cold once. */
const STARTS = 3;
const MS_PER_SECOND = 1000;

type Seconds = Readonly<Record<'cold' | 'warm' | 'coldJudged' | 'warmJudged', number>>;

/** Against numpy reading the embedding from its file (cold) or keeping it (warm), one row, best and worst 50. */
async function linesFor(
  what: string,
  folder: string,
  { numpy, threads }: BenchContext,
): Promise<readonly BenchLine[]> {
  const started: Seconds[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const printed = await printedBy('firstReading', [folder, String(threads)]);
    started.push(JSON.parse(printed) as Seconds);
  }
  const ours = (name: keyof Seconds): number =>
    started.map((seconds) => seconds[name]).sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? NaN;
  const file = path.join(folder, 'model.safetensors');
  let row = 0;
  const theirs = (kept: number) => (): Promise<number> => {
    row += 1;
    return numpy?.seconds({ work: 'read', file, row, k: TOP, kept }) ?? Promise.resolve(NaN);
  };
  const reference = await medians({ cold: theirs(0), warm: theirs(1) });
  const line = (name: keyof Seconds, label: string): BenchLine => {
    const milliseconds = `${(ours(name) * MS_PER_SECOND).toFixed(0)} ms`;
    const against = reference[name.startsWith('cold') ? 'cold' : 'warm'];
    return {
      what: `${label}, ${what}`,
      value:
        numpy === null
          ? `${milliseconds}, ${NO_NUMPY}`
          : `${milliseconds}, ${ratio(against, ours(name))}`,
    };
  };
  return [
    line('cold', 'words after the first click, weights in the page cache'),
    line('warm', 'words after a later click'),
    line('coldJudged', 'words and judgement after the first click'),
    line('warmJudged', 'words and judgement after a later click'),
  ];
}

/** How long a click on a row waits for the engine: first for the words, then for their judgement. */
export const click: BenchCase = {
  name: 'click',
  async run(context) {
    const sample = await linesFor('sample model', path.resolve('media/sample'), context);
    const large = await withScratchFolder((folder) => {
      writeGpt2(folder);
      return linesFor('GPT-2 size', folder, context);
    });
    return [...sample, ...large];
  },
};
