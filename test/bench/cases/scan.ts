import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { readRows } from '../../../src/core/projection/readings';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { medians, NO_NUMPY, ratio, timed, type BenchCase } from '../benchCase';
import {
  D_FF,
  D_MODEL,
  D_VOCAB,
  gaussianMatrix,
  gaussianVocabulary,
  RUN_ROWS,
  TOP,
} from '../gpt2Size';

const REPETITIONS = 5;

/** A whole feed-forward matrix at GPT-2 size: top and bottom 50 and moments; ours are exact, and centred moments come with them. */
export const scan: BenchCase = {
  name: 'scan',
  async run({ numpy, threads }) {
    const backend = createOnnxBackend({ threads });
    const space = await prepareSpace({
      matrix: gaussianVocabulary(),
      counted: new Float32Array(D_VOCAB).fill(1),
      fold: null,
      centreControl: false,
      backend,
    });
    const request = {
      rows: gaussianMatrix(D_FF, D_MODEL, 2),
      space,
      k: TOP,
      rank: 'dot',
      withoutCommon: false,
      statistics: true,
    } as const;
    await numpy?.make('x', D_FF, D_MODEL, 2);
    await numpy?.make('e', D_VOCAB, D_MODEL, 1);
    const theirs = { work: 'scan', x: 'x', e: 'e', k: TOP, batch: RUN_ROWS };
    const seconds = await medians(
      {
        ours: timed(() => readRows(request, backend)),
        numpy: () => numpy?.seconds(theirs) ?? Promise.resolve(NaN),
      },
      REPETITIONS,
    );
    await backend.dispose();
    return [
      {
        what: `scan of ${D_FF} rows, top and bottom ${TOP} and moments, against numpy`,
        value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.ours),
      },
    ];
  },
};
