import { readRows } from '../../../src/core/projection/readings';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { medians, NO_NUMPY, ratio, timed, type BenchCase, type BenchLine } from '../benchCase';
import { D_MODEL, D_VOCAB, gaussianMatrix, gaussianVocabulary, RUN_ROWS, TOP } from '../gpt2Size';

const SQUARE = 2048;
const FLOP = 2 * RUN_ROWS * D_MODEL * D_VOCAB;
const SQUARE_FLOP = 2 * SQUARE ** 3;

/**
 * Exact top and bottom 50 of 128 rows at GPT-2 size. Against numpy, which only finds the top; and against the time that ONNX
 * Runtime would take for the multiplication alone at the speed of square matrices.
 */
export const projection: BenchCase = {
  name: 'projection',
  async run({ numpy, threads }) {
    const backend = createOnnxBackend({ threads });
    const request = {
      rows: gaussianMatrix(RUN_ROWS, D_MODEL, 2),
      space: { matrix: gaussianVocabulary(), fold: null },
      k: TOP,
      rank: 'dot',
      withoutCommon: false,
      statistics: false,
    } as const;
    const square = gaussianMatrix(SQUARE, SQUARE, 3);
    await numpy?.make('x', RUN_ROWS, D_MODEL, 2);
    await numpy?.make('e', D_VOCAB, D_MODEL, 1);
    const seconds = await medians({
      ours: timed(() => readRows(request, backend)),
      square: timed(() => backend.multiplyTransposed(square, square)),
      numpy: () => numpy?.seconds({ work: 'top', x: 'x', e: 'e', k: TOP }) ?? Promise.resolve(NaN),
    });
    await backend.dispose();
    const roofline = (seconds.square * FLOP) / SQUARE_FLOP;
    const what = `${RUN_ROWS} rows, top ${TOP}`;
    const lines: BenchLine[] = [
      {
        what: `${what}, against numpy sgemm + argpartition`,
        value: numpy === null ? NO_NUMPY : ratio(seconds.numpy, seconds.ours),
        goal: '2x',
      },
      {
        what: `${what}, against square sgemm of ONNX Runtime`,
        value: ratio(roofline, seconds.ours),
        goal: '0.75x',
      },
    ];
    return lines;
  },
};
