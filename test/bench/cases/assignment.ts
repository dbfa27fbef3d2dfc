import { linearSumAssignment } from 'linear-sum-assignment';
import { assignRows } from '../../../src/core/analysis/assignment';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { medians, ratio, timed, type BenchCase } from '../benchCase';
import { D_FF, D_MODEL, gaussianMatrix } from '../gpt2Size';

/** scipy that is missing takes no time at all. */
const SHORTEST_S = 0.01;
/** The library takes tens of seconds for all neurons of a layer: it is asked for a third of them. */
const LIBRARY_ROWS = D_FF / 3;

/** The one-to-one assignment of neurons by their correlations, against other implementations. */
export const assignment: BenchCase = {
  name: 'assignment',
  async run({ numpy, threads }) {
    const backend = createOnnxBackend({ threads });
    const [a, b] = [gaussianMatrix(D_FF, D_MODEL, 2), gaussianMatrix(D_FF, D_MODEL, 3)];
    const weights = await backend.multiplyTransposed(a, b);
    const few = (of: typeof a): typeof a => ({
      ...of,
      rows: LIBRARY_ROWS,
      data: of.data.subarray(0, LIBRARY_ROWS * of.cols),
    });
    const part = await backend.multiplyTransposed(few(a), few(b));
    const magnitudes = Array.from({ length: part.rows }, (_, row) =>
      Array.from(part.data.subarray(row * part.cols, (row + 1) * part.cols), Math.abs),
    );
    await backend.dispose();
    await numpy?.make('a', D_FF, D_MODEL, 2);
    await numpy?.make('b', D_FF, D_MODEL, 3);
    const ours = (of: typeof weights): (() => Promise<number>) =>
      timed(() => {
        const work = assignRows(of);
        while (work.next().done !== true);
        return Promise.resolve();
      });
    const seconds = await medians(
      {
        ours: ours(weights),
        scipy: () => numpy?.seconds({ work: 'assignment', a: 'a', b: 'b' }) ?? Promise.resolve(0),
        oursOfPart: ours(part),
        library: timed(() => {
          linearSumAssignment(magnitudes, { maximaze: true });
          return Promise.resolve();
        }),
      },
      2,
    );
    return [
      {
        what: `assignment of ${LIBRARY_ROWS} neurons, against linear-sum-assignment`,
        value: ratio(seconds.library, seconds.oursOfPart),
        goal: '1x',
      },
      {
        what: `assignment of ${D_FF} neurons, against scipy`,
        value:
          seconds.scipy > SHORTEST_S
            ? ratio(seconds.scipy, seconds.ours)
            : 'no scipy on this machine',
        goal: '1x',
      },
    ];
  },
};
