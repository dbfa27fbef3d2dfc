import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MatmulBackend } from '../../../src/core/projection/backend';
import { projectSide } from '../../../src/core/projection/pairs/factor';
import {
  measureFactor,
  type MeasuredFactor,
} from '../../../src/core/projection/pairs/measuredFactor';
import {
  findBestPairs,
  preparePairs,
  type PairsFound,
} from '../../../src/core/projection/pairs/searchPairs';
import type { PairSide } from '../../../src/core/projection/pairs/side';
import { measureVocabulary } from '../../../src/core/projection/pairs/vocabularyNorms';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { memoryMatrix } from '../../support/memoryMatrix';
import { medians, NO_NUMPY, ratio, timed, type BenchCase, type BenchLine } from '../benchCase';
import { D_VOCAB } from '../gpt2Size';
import type { Numpy } from '../numpy';
import { withScratchFolder } from '../scratch';

const SAMPLE = path.resolve('media/sample/model.safetensors');
const WIDTH = 32;
const K = 100;
/** Rows of a tile of numpy's: its scores take 51 MB. */
const TILE_ROWS = 256;
/** Brute force takes many seconds: one round warms up, one counts. */
const ROUNDS = 1;

/** A head whose factors are made by numpy, so that both multiply the same numbers. */
interface Head {
  readonly name: string;
  readonly goal: string;
  readonly request: Readonly<Record<string, string | number>>;
}

const HEADS: readonly Head[] = [
  {
    name: 'a trained head (L3.H1.VO of the sample, its 8,192 tokens drawn again with noise of 0.3 of their length)',
    goal: '20x',
    request: { work: 'trained_head', file: SAMPLE, layer: 3, head: 1, width: WIDTH },
  },
  {
    name: 'a head of random factors, the worst case',
    goal: '2x, at least 0.5x',
    request: { work: 'random_head', width: WIDTH },
  },
];

/** The factor of a side whose directions are the axes: what numpy wrote. */
async function sideOf(
  file: string,
  backend: MatmulBackend,
): Promise<{ side: PairSide; factor: MeasuredFactor }> {
  const bytes = readFileSync(file);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const values: Matrix = { rows: data.length / WIDTH, cols: WIDTH, data };
  const matrix = memoryMatrix(values);
  const side: PairSide = {
    ...{ matrix, fold: null, cosine: false },
    norms: await measureVocabulary(matrix, backend, {}),
    directions: Array.from({ length: WIDTH }, (_, axis) => ({
      vector: Float64Array.from({ length: WIDTH }, (_zero, at) => (at === axis ? 1 : 0)),
      offset: 0,
    })),
  };
  const ids = Int32Array.from({ length: values.rows }, (_, id) => id);
  const factor = await projectSide(side, ids, backend, {});
  return { side, factor: await measureFactor(factor, backend) };
}

async function compare(
  { name, goal, request }: Head,
  folder: string,
  numpy: Numpy,
  backend: MatmulBackend,
): Promise<BenchLine[]> {
  await numpy.seconds({ ...request, tokens: D_VOCAB, folder });
  let found: PairsFound | undefined;
  const seconds = await medians(
    {
      ours: timed(async () => {
        const rows = await sideOf(path.join(folder, 'rows.f32'), backend);
        const columns = await sideOf(path.join(folder, 'columns.f32'), backend);
        const prepared = await preparePairs(
          {
            ...{ rowSide: rows.side, columnSide: columns.side },
            ...{ rows: rows.factor, columns: columns.factor, key: 'highest' },
          },
          backend,
        );
        found = await findBestPairs(prepared, K, backend, {});
      }),
      numpy: () => numpy.seconds({ work: 'pairs', k: K, tile: TILE_ROWS }),
    },
    ROUNDS,
  );
  const what = `best ${String(K)} of 50,257 x 50,257 pairs of ${name}`;
  const { exact, visited } = found ?? { exact: false, visited: 1 };
  const share = `${(visited * 100).toFixed(1)} % of pairs multiplied`;
  return [
    {
      what: `${what}, against numpy's brute force in tiles`,
      value: `${ratio(seconds.numpy, seconds.ours)}, ${exact ? 'exact' : 'not exact'}, ${share}`,
      goal,
    },
  ];
}

/** Exact best pairs of a head, from the factors of its tokens. */
export const pairs: BenchCase = {
  name: 'pairs',
  async run({ numpy, threads }) {
    if (numpy === null) return [{ what: 'best pairs of a head', value: NO_NUMPY }];
    const backend = createOnnxBackend({ threads });
    const lines: BenchLine[] = [];
    for (const head of HEADS) {
      lines.push(...(await withScratchFolder((folder) => compare(head, folder, numpy, backend))));
    }
    await backend.dispose();
    return lines;
  },
};
